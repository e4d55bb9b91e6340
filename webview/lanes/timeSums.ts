import { SUM_STRIDE } from '../../trace/model/regions.ts'

/** Answers "how much of items [from, to) is it in all?" for any range, without walking the range. */
export interface TimeSums {
  between(from: number, to: number): number
}

/**
 * Of the items [first, last), with the sums that the model keeps every SUM_STRIDE items: at most twice as many are walked per question.
 * `before[i / SUM_STRIDE]` is what items [first, i) are in all; `lengthNs(i)` is item i's share.
 */
export function timeSums(first: number, before: Float64Array, lengthNs: (index: number) => number): TimeSums {
  const walked = (from: number, to: number): number => {
    let total = 0
    for (let i = from; i < to; i++) total += lengthNs(i)
    return total
  }
  const upTo = (index: number): number => {
    // From the last sum before the item itself, for after the last item there may be none.
    const block = Math.floor((index - 1) / SUM_STRIDE)
    const from = block * SUM_STRIDE
    return from <= first ? walked(first, index) : before[block] + walked(from, index)
  }
  return { between: (from, to) => (to - from > SUM_STRIDE * 2 ? upTo(to) - upTo(from) : walked(from, to)) }
}
