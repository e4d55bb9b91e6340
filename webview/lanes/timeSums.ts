/** Every this many items a sum is kept: one byte of sums per item, at most 32 items walked per question. */
const STRIDE = 16

/** Answers "how much of items [from, to) is it in all?" for any range, without walking the range. */
export interface TimeSums {
  between(from: number, to: number): number
}

/** `lengthNs(i)` is item i's share of the sum, the same whenever it is asked. */
export function timeSums(count: number, lengthNs: (index: number) => number): TimeSums {
  const sums = new Float64Array(Math.ceil(count / STRIDE) + 1)
  let sum = 0
  for (let i = 0; i < count; i++) {
    if (i % STRIDE === 0) sums[i / STRIDE] = sum
    sum += lengthNs(i)
  }
  const upTo = (index: number): number => {
    const block = Math.floor(index / STRIDE)
    let total = sums[block]
    for (let i = block * STRIDE; i < index; i++) total += lengthNs(i)
    return total
  }
  return {
    between(from, to) {
      if (to - from > STRIDE * 2) return upTo(to) - upTo(from)
      let total = 0
      for (let i = from; i < to; i++) total += lengthNs(i)
      return total
    },
  }
}
