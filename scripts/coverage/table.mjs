// The coverage table as Markdown, and its rows read back.

/** @typedef {{ passed: string[], failed: string[], skipped: string[] }} Proofs what became of the tests that prove a row */

/**
 * @param rows as test/python/rows.json has them
 * @param {{ name: string, rows: Record<string, Proofs> }[]} columns
 */
export function coverageTable(rows, columns) {
  const notes = []
  const note = (reason) => {
    if (!notes.includes(reason)) notes.push(reason)
    return notes.indexOf(reason) + 1
  }
  const cell = (proofs) => {
    if (!proofs || proofs.passed.length + proofs.failed.length + proofs.skipped.length === 0) return '·'
    if (proofs.failed.length > 0) return '✗'
    const marks = [...new Set(proofs.skipped.map(note))].map((number) => `[${number}]`).join('')
    return `${proofs.passed.length > 0 ? proofs.passed.length : '–'}${marks === '' ? '' : ` ${marks}`}`
  }
  const head = ['asyncio', 'in the trace', ...columns.map(({ name }) => name)]
  const lines = [head, head.map(() => '---')]
  for (const row of rows) lines.push([row.asyncio, row.trace, ...columns.map((column) => cell(column.rows[row.id]))])
  const table = lines.map((line) => `| ${line.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
  return [table, ...(notes.length > 0 ? [notes.map((reason, i) => `[${i + 1}] ${reason}`).join(' · ')] : [])].join(
    '\n\n',
  )
}

/** The first cells of the table's rows. */
export function rowsOf(table) {
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split(/(?<!\\)\|/)[1].trim())
}
