/**
 * The text of a JSON array, one element a line, in pieces: the whole of a large trace would not fit into one string.
 * The elements are made as the text is taken.
 */
export function* jsonArray(elements: Iterable<unknown>): Generator<string> {
  let separator = '['
  for (const element of elements) {
    yield `${separator}\n${JSON.stringify(element)}`
    separator = ','
  }
  yield separator === '[' ? '[]\n' : '\n]\n'
}
