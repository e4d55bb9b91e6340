const MAX_WIDTH = 48

/** Prints rows under a head, each column as wide as its widest cell, the last as long as it is. */
export function printColumns(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, i) =>
    Math.min(MAX_WIDTH, Math.max(title.length, ...rows.map((row) => row[i].length))),
  )
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i])))
    console.log(cells.join('  ').trimEnd())
  }
}
