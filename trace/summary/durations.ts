/** Eight steps to an octave: a share read from them is within 5 % of the exact one. */
const STEPS = 8
const OCTAVES = 53

/** How many durations fell on which step, only of steps with any. */
export type DurationSteps = readonly (readonly [step: number, count: number])[]

/** Counts durations by their logarithm, so that medians of many are had without sorting or keeping them. */
export class Durations {
  private readonly counts = new Uint32Array(STEPS * OCTAVES)
  count = 0
  longestNs = 0

  add(ns: number): void {
    this.counts[Math.min(this.counts.length - 1, Math.floor(Math.log2(Math.max(1, ns)) * STEPS))]++
    this.count++
    if (ns > this.longestNs) this.longestNs = ns
  }

  /** What was counted, to be added to others. */
  steps(): DurationSteps {
    const found: [number, number][] = []
    for (let step = 0; step < STEPS * OCTAVES; step++) if (this.counts[step] > 0) found.push([step, this.counts[step]])
    return found
  }

  addSteps(steps: DurationSteps): void {
    for (const [step, count] of steps) {
      this.counts[step] += count
      this.count += count
      // As long as the step's middle at the least: the longest itself is not known.
      this.longestNs = Math.max(this.longestNs, middleOf(step))
    }
  }

  clear(): void {
    this.counts.fill(0)
    this.count = 0
    this.longestNs = 0
  }

  /** The duration that this share (0…1) of all is at or below; 0 where there is none. */
  at(share: number): number {
    let left = share * this.count
    for (let step = 0; step < this.counts.length; step++) {
      left -= this.counts[step]
      if (left <= 0 && this.counts[step] > 0) return Math.min(this.longestNs, middleOf(step))
    }
    return this.longestNs
  }
}

const middleOf = (step: number): number => 2 ** ((step + 0.5) / STEPS)

/** The median of values that are sorted in place; null where there is none. */
export function medianOf(values: Float64Array): number | null {
  if (values.length === 0) return null
  values.sort()
  const middle = values.length >> 1
  return values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
}
