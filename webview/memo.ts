/** A function that remembers its latest result, for as long as it is asked the same. */
export function memo<Arguments extends readonly unknown[], Result>(make: (...values: Arguments) => Result) {
  let last: { values: Arguments; result: Result } | undefined
  return (...values: Arguments): Result => {
    if (!last || values.some((value, i) => !Object.is(value, last!.values[i])))
      last = { values, result: make(...values) }
    return last.result
  }
}
