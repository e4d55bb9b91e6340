import type { TraceHeader } from '../format/header.ts'

/** What a trace says of the clocks that its times were read from. */
export type Clocks = Pick<TraceHeader, 'platform' | 'wallClockNs' | 'monotonicNs'>

/** Several traces on one clock. */
export interface OneClock {
  /** When each begins, after the earliest. */
  readonly offsetsNs: readonly number[]
  /** For each the index of the first one of the same machine. */
  readonly machines: readonly number[]
}

/**
 * Two processes of one machine read the same monotonic clock, so the wall clock runs ahead of it by as much for both. More than this apart,
 * they are of different machines, or somebody set the wall clock in between.
 */
const SAME_CLOCK_NS = 250_000_000n

/** Further apart than this, times of one of two traces are not exact any more on the axis of the other. */
const DAY_NS = 86_400_000_000_000n
const TOGETHER_NS = 100n * DAY_NS

/** Why a trace cannot stand on one time axis with the first, in a sentence that goes on from its name; undefined where it can. */
export function whyApart(header: Clocks, first: Clocks): string | undefined {
  if (first.wallClockNs === 0n) return undefined
  if (header.wallClockNs === 0n) return 'its header does not say when it was recorded'
  const apartNs = header.wallClockNs - first.wallClockNs
  if (apartNs < TOGETHER_NS && apartNs > -TOGETHER_NS) return undefined
  const days = Number((apartNs < 0n ? -apartNs : apartNs) / DAY_NS)
  return `it was recorded ${days.toLocaleString('en')} days ${apartNs < 0n ? 'before' : 'after'} the first`
}

/** Within a machine by the monotonic clock, between machines by the wall clock. Linear in the traces of each machine. */
export function onOneClock(headers: readonly Clocks[]): OneClock {
  const machines = machinesOf(headers)
  const starts = headers.map((header, i) => {
    const first = headers[machines[i]]
    return first.wallClockNs + (header.monotonicNs - first.monotonicNs)
  })
  const zero = starts.reduce((least, start) => (start < least ? start : least), starts[0] ?? 0n)
  return { offsetsNs: starts.map((start) => Number(start - zero)), machines }
}

function machinesOf(headers: readonly Clocks[]): number[] {
  const firsts: number[] = []
  return headers.map((header, i) => {
    const same = firsts.find((first) => isSameMachine(headers[first], header))
    if (same === undefined) firsts.push(i)
    return same ?? i
  })
}

function isSameMachine(one: Clocks, other: Clocks): boolean {
  const apart = one.wallClockNs - one.monotonicNs - (other.wallClockNs - other.monotonicNs)
  return (
    one.platform === other.platform &&
    one.monotonicNs > 0n &&
    other.monotonicNs > 0n &&
    apart <= SAME_CLOCK_NS &&
    apart >= -SAME_CLOCK_NS
  )
}
