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
  startNs.sort()
  endNs.sort()
  let [most, now, ended] = [0, 0, 0]
  for (const start of startNs) {
    now++
    while (ended < endNs.length && endNs[ended] <= start) {
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
