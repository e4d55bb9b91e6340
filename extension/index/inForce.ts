/** A trace that may speak for its program. */
export interface Candidate {
  /** Of its address. */
  readonly name: string
  /** What was run; empty where the trace does not tell, which makes it a program of its own. */
  readonly program: string
  /** When its recording began, ms since the epoch. */
  readonly startedMs: number
  readonly isOpen: boolean
  readonly bytes: number
}

/** Recordings that nobody opened are read by themselves up to this size and number: the newest programs first. */
export const READ_UNASKED_BYTES = 256e6
export const READ_UNASKED = 8

/**
 * The traces that speak for their programs in lenses, decorations and Problems, newest first: of each program the newest, be it open
 * or merely recorded. An older one says nothing any more, open or not.
 */
export function tracesInForce<Trace extends Candidate>(candidates: readonly Trace[]): Trace[] {
  const newest = new Map<string, Trace>()
  for (const candidate of candidates) {
    const key = candidate.program === '' ? candidate.name : candidate.program
    const other = newest.get(key)
    if (!other || candidate.startedMs > other.startedMs) newest.set(key, candidate)
  }
  const ordered = [...newest.values()].sort((a, b) => b.startedMs - a.startedMs)
  const unasked = ordered.filter(({ isOpen, bytes }) => !isOpen && bytes <= READ_UNASKED_BYTES).slice(0, READ_UNASKED)
  return ordered.filter((trace) => trace.isOpen || unasked.includes(trace))
}
