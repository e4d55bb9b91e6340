import { firstAfter } from './bisect.ts'

/** How many spans of time overlap, at any moment, by bisection. */
export interface Overlap {
  readonly count: number
  /** The most at one moment. */
  readonly most: number
  /** How many have anything in common with [fromNs, toNs). Logarithmic. */
  during(fromNs: number, toNs: number): number
}

/** Sorts both columns in place: which start belongs to which end does not matter for counting. */
export function overlap(startNs: Float64Array, endNs: Float64Array): Overlap {
  // Looking is much less than sorting, and tasks mostly stand in the order of their creation.
  for (const column of [startNs, endNs]) if (!isSorted(column)) column.sort()
  let [most, now, ended] = [0, 0, 0]
  for (let i = 0; i < startNs.length; i++) {
    now++
    while (ended < endNs.length && endNs[ended] <= startNs[i]) {
      ended++
      now--
    }
    if (now > most) most = now
  }
  return {
    count: startNs.length,
    most,
    during(fromNs, toNs) {
      const started = firstAfter(startNs, toNs, 0, startNs.length)
      return started - firstAfter(endNs, fromNs, 0, endNs.length)
    },
  }
}

function isSorted(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] < values[i - 1]) return false
  return true
}
