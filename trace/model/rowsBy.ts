/** Rows of a table sorted by a key, in their order within it: for key `k` the rows `row[first[k]]` up to, not with, `row[first[k + 1]]`. */
export interface RowsBy {
  readonly first: Uint32Array
  readonly row: Uint32Array
}

/** Linear. Keys greater than `greatest` are left out. */
export function rowsBy(keys: ArrayLike<number>, greatest: number): RowsBy {
  const first = new Uint32Array(greatest + 2)
  for (let i = 0; i < keys.length; i++) if (keys[i] <= greatest) first[keys[i] + 1]++
  for (let key = 0; key <= greatest; key++) first[key + 1] += first[key]
  const next = first.slice()
  const row = new Uint32Array(first[greatest + 1])
  for (let i = 0; i < keys.length; i++) if (keys[i] <= greatest) row[next[keys[i]]++] = i
  return { first, row }
}

/** The same with the rows of each key in the order of a column. */
export function rowsByInOrder(keys: ArrayLike<number>, greatest: number, column: ArrayLike<number>): RowsBy {
  const sorted = rowsBy(keys, greatest)
  for (let key = 0; key <= greatest; key++) {
    const rows = sorted.row.subarray(sorted.first[key], sorted.first[key + 1])
    let inOrder = true
    for (let i = 1; i < rows.length && inOrder; i++) inOrder = column[rows[i - 1]] <= column[rows[i]]
    if (!inOrder) rows.sort((a, b) => column[a] - column[b] || a - b)
  }
  return sorted
}
