// The table of `npm run corpus`.

export function totals(rows) {
  const run = rows.filter((row) => !row.skipped)
  return {
    cases: run.length,
    skipped: rows.length - run.length,
    kindRight: run.filter((row) => row.kindRight).length,
    kindAndLineRight: run.filter((row) => row.kindRight && row.lineRight).length,
    twinsAlarmed: run.filter((row) => row.alarms.length > 0).length,
    byKind: Object.fromEntries(
      [...new Set(run.map((row) => row.kind))].sort().map((kind) => {
        const of = run.filter((row) => row.kind === kind)
        const right = of.filter((row) => row.kindRight && row.lineRight)
        return [
          kind,
          { cases: of.length, right: right.length, alarmed: of.filter((row) => row.alarms.length > 0).length },
        ]
      }),
    ),
  }
}

export function table(rows) {
  const mark = (right) => (right ? 'yes' : 'NO ')
  const lines = rows.flatMap((row) => {
    if (row.skipped) return [`${row.id.padEnd(40)} skipped: ${row.skipped}`]
    const alarms = row.alarms.map(({ kind, line }) => `${kind}:${line}`).join(' ') || '-'
    const rest = row.rest.map(({ kind, line }) => `${kind}:${line}`).join(' ')
    return [
      `${row.id.padEnd(40)} ${row.kind.padEnd(23)} kind ${mark(row.kindRight)} line ${mark(row.lineRight)} twin ${alarms}`,
      ...(row.kindRight && row.lineRight
        ? []
        : [`    first: ${row.first ?? 'nothing'}:${row.line ?? '-'}  rest: ${rest}`]),
      ...row.errors.map((error) => `    ${error}`),
    ]
  })
  const sum = totals(rows)
  const kinds = Object.entries(sum.byKind).map(
    ([kind, { cases, right, alarmed }]) => `${kind.padEnd(23)} ${right} of ${cases} right, ${alarmed} twins alarmed`,
  )
  return [
    ...lines,
    '',
    ...kinds,
    '',
    `${sum.kindAndLineRight} of ${sum.cases} right in kind and line, ${sum.kindRight} in kind; ${sum.twinsAlarmed} twins alarmed; ${sum.skipped} skipped`,
  ].join('\n')
}
