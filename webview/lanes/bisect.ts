/** The first index in [low, high) whose value is greater than `value`, `high` where there is none. `values` must not decrease. */
export function firstAfter(values: Float64Array, value: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle] <= value) low = middle + 1
    else high = middle
  }
  return low
}

/** As `firstAfter`, quick where the answer is near `low`: doubles its stride before it bisects. */
export function gallopAfter(values: Float64Array, value: number, low: number, high: number): number {
  let stride = 1
  while (low + stride < high && values[low + stride] <= value) {
    low += stride
    stride *= 2
  }
  return firstAfter(values, value, low, Math.min(high, low + stride + 1))
}
