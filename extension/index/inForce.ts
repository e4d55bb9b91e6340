/** A trace that may speak for its program. */
export interface Candidate {
  /** Of its address. */
  readonly name: string
  /** What was run; empty where the trace does not tell, which makes it a program of its own. */
  readonly program: string
  /** Traces of processes that ran together have the same. */
  readonly family: string
  /** When its recording began, ms since the epoch. */
  readonly startedMs: number
  readonly isOpen: boolean
  readonly bytes: number
}

/** Recordings that nobody opened are read by themselves up to this size and number: the newest programs first. */
export const READ_UNASKED_BYTES = 256e6
export const READ_UNASKED = 8
/** Of the processes of one run; the first ones. */
export const READ_OF_RUN = 16

/**
 * The traces that speak for their programs in lenses, decorations and Problems: of each program those of its newest run, be they open or merely
 * recorded, the newest program first and its processes as they began. An older one says nothing any more, open or not.
 */
export function tracesInForce<Trace extends Candidate>(candidates: readonly Trace[]): Trace[] {
  const keyOf = ({ name, program }: Trace): string => (program === '' ? name : program)
  const newest = new Map<string, Trace>()
  for (const candidate of candidates) {
    const other = newest.get(keyOf(candidate))
    if (!other || candidate.startedMs > other.startedMs) newest.set(keyOf(candidate), candidate)
  }
  const runs = new Map([...newest.values()].sort((a, b) => b.startedMs - a.startedMs).map((each) => [each, [each]]))
  for (const candidate of candidates) {
    const last = newest.get(keyOf(candidate))!
    if (candidate !== last && candidate.family === last.family) runs.get(last)!.push(candidate)
  }
  const ordered = [...runs.values()].map((traces) => traces.sort((a, b) => a.startedMs - b.startedMs))
  const unasked = (traces: readonly Trace[]): Trace[] =>
    traces.filter(({ isOpen, bytes }) => !isOpen && bytes <= READ_UNASKED_BYTES).slice(0, READ_OF_RUN)
  const read = new Set(
    ordered
      .map(unasked)
      .filter((traces) => traces.length > 0)
      .slice(0, READ_UNASKED)
      .flat(),
  )
  return ordered.flat().filter((trace) => trace.isOpen || read.has(trace))
}
