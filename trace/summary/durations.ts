/** Eight steps to an octave: a share read from them is within 5 % of the exact one. */
const STEPS = 8
const OCTAVES = 53

/** Counts durations by their logarithm, so that medians of many are had without sorting or keeping them. */
export class Durations {
  private readonly steps = new Uint32Array(STEPS * OCTAVES)
  count = 0
  longestNs = 0

  add(ns: number): void {
    this.steps[Math.min(this.steps.length - 1, Math.floor(Math.log2(Math.max(1, ns)) * STEPS))]++
    this.count++
    if (ns > this.longestNs) this.longestNs = ns
  }

  clear(): void {
    this.steps.fill(0)
    this.count = 0
    this.longestNs = 0
  }

  /** The duration that this share (0…1) of all is at or below; 0 where there is none. */
  at(share: number): number {
    let left = share * this.count
    for (let step = 0; step < this.steps.length; step++) {
      left -= this.steps[step]
      if (left <= 0 && this.steps[step] > 0) return Math.min(this.longestNs, 2 ** ((step + 0.5) / STEPS))
    }
    return this.longestNs
  }
}

/** The median of values that are sorted in place; null where there is none. */
export function medianOf(values: Float64Array): number | null {
  if (values.length === 0) return null
  values.sort()
  const middle = values.length >> 1
  return values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
}
