import { extended, roomFor } from '../../trace/model/regions.ts'
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
  const spans = new GrowingOverlap()
  spans.add(startNs, endNs)
  return spans
}

/** Spans of which more come, and which may have no end yet: these go on for ever. */
export class GrowingOverlap implements Overlap {
  count = 0
  most = 0
  private ended = 0
  private startNs: Float64Array = new Float64Array(0)
  private endNs: Float64Array = new Float64Array(0)
  /** Ends that are not after the latest start. */
  private endedBefore = 0

  /** Adds starts, and ends of these or earlier spans, none of them before what was added before. Sorts both in place. */
  add(startNs: Float64Array, endNs: Float64Array): void {
    // Looking is much less than sorting, and tasks mostly stand in the order of their creation.
    for (const column of [startNs, endNs]) if (!isSorted(column)) column.sort()
    const first = this.count
    this.startNs = appended(this.startNs, first, startNs)
    this.endNs = appended(this.endNs, this.ended, endNs)
    this.count += startNs.length
    this.ended += endNs.length
    for (let i = first; i < this.count; i++) {
      while (this.endedBefore < this.ended && this.endNs[this.endedBefore] <= this.startNs[i]) this.endedBefore++
      this.most = Math.max(this.most, i + 1 - this.endedBefore)
    }
  }

  during(fromNs: number, toNs: number): number {
    return firstAfter(this.startNs, toNs, 0, this.count) - firstAfter(this.endNs, fromNs, 0, this.ended)
  }
}

function appended(column: Float64Array, count: number, more: Float64Array): Float64Array {
  if (count === 0) return more
  const longer = extended(column, roomFor(count + more.length, column.length))
  longer.set(more, count)
  return longer
}

function isSorted(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] < values[i - 1]) return false
  return true
}
