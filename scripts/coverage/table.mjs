// The coverage table as Markdown, and its rows read back.

/** @typedef {{ passed: string[], failed: string[], skipped: string[] }} Proofs what became of the tests that prove a row */

/**
 * @param rows as test/python/rows.json has them
 * @param {{ name: string, rows?: Record<string, Proofs>, kept?: Map<string, { count: string, reasons: string[] }> }[]} columns what tests proved, or what
 *   `columnsOf` read back
 */
export function coverageTable(rows, columns) {
  const notes = []
  const note = (reason) => {
    if (!notes.includes(reason)) notes.push(reason)
    return notes.indexOf(reason) + 1
  }
  const marked = (count, reasons) => {
    const marks = [...new Set(reasons.map(note))].map((number) => `[${number}]`).join('')
    return marks === '' ? count : `${count} ${marks}`
  }
  const cell = (proofs) => {
    if (!proofs || proofs.passed.length + proofs.failed.length + proofs.skipped.length === 0) return '·'
    if (proofs.failed.length > 0) return '✗'
    return marked(proofs.passed.length > 0 ? String(proofs.passed.length) : '–', proofs.skipped)
  }
  const keptCell = ({ count, reasons } = { count: '·', reasons: [] }) => marked(count, reasons)
  const head = ['asyncio', 'in the trace', ...columns.map(({ name }) => name)]
  const lines = [head, head.map(() => '---')]
  for (const row of rows) {
    const cells = columns.map(({ rows, kept }) => (kept ? keptCell(kept.get(row.asyncio)) : cell(rows[row.id])))
    lines.push([row.asyncio, row.trace, ...cells])
  }
  const table = lines.map((line) => `| ${line.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
  return [table, ...(notes.length > 0 ? [notes.map((reason, i) => `[${i + 1}] ${reason}`).join(' · ')] : [])].join(
    '\n\n',
  )
}

/** The first cells of the table's rows. */
export function rowsOf(table) {
  return cellsOf(table)
    .slice(2)
    .map(([first]) => first)
}

/** The columns of a table that `coverageTable` wrote, by name; a cell by its row's first. */
export function columnsOf(table) {
  const [head, , ...lines] = cellsOf(table)
  const reasons = new Map(
    [...table.matchAll(/\[(\d+)\] ([^[|]+?)(?= · \[|\n|$)/g)].map(([, number, text]) => [number, text]),
  )
  const columns = head.slice(2).map((name, i) => {
    const kept = lines.map((cells) => {
      const [count, marks = ''] = cells[i + 2].split(' ')
      const numbers = [...marks.matchAll(/\d+/g)].map(([number]) => reasons.get(number))
      return [cells[0], { count, reasons: numbers }]
    })
    return [name, { name, kept: new Map(kept) }]
  })
  return new Map(columns)
}

const cellsOf = (table) =>
  table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((text) => text.trim().replaceAll('\\|', '|')),
    )
