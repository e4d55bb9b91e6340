/** Rows of a table by the value of one of their columns, in their order. Linear; kept for as long as the table is. */
const kept = new WeakMap<ArrayLike<number>, ReadonlyMap<number, readonly number[]>>()

export function rowsBy(column: ArrayLike<number>): ReadonlyMap<number, readonly number[]> {
  const known = kept.get(column)
  if (known) return known
  const rows = new Map<number, number[]>()
  for (let row = 0; row < column.length; row++) {
    const list = rows.get(column[row])
    if (list) list.push(row)
    else rows.set(column[row], [row])
  }
  kept.set(column, rows)
  return rows
}

const NONE: readonly number[] = []
export const rowsOf = (column: ArrayLike<number>, value: number): readonly number[] => rowsBy(column).get(value) ?? NONE

/** How many of rows that are in time's order are before a moment. Logarithmic. */
export function countBefore(rows: readonly number[], atNs: Float64Array, fromNs: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (atNs[rows[middle]] < fromNs) low = middle + 1
    else high = middle
  }
  return low
}

/** The first of rows that are in time's order whose time is at or after a moment, -1 = none. Logarithmic. */
export const firstFrom = (rows: readonly number[], atNs: Float64Array, fromNs: number): number =>
  rows[countBefore(rows, atNs, fromNs)] ?? -1

/** Where a row stands among rows in their order, -1 = it does not. Logarithmic. */
export function indexOfRow(rows: readonly number[], row: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rows[middle] < row) low = middle + 1
    else high = middle
  }
  return rows[low] === row ? low : -1
}
