// What `npm run findings:projects` and `npm run findings:table` print.

/** Project by project: how its run ended, what was found above `info`, and what a person says of it. */
export function projectLines(projects) {
  return projects
    .map(({ name, ran, traces, findings }) => {
      const alarms = findings.filter(({ severity }) => severity !== 'info')
      const rows = alarms.map(({ kind, place, message, judged }) => {
        const verdict = judged ? `${judged.right ? 'right' : 'FALSE'}: ${judged.why}` : `NOT JUDGED: ${message}`
        return `  ${kind} at ${place ?? 'no line'}\n    ${verdict}`
      })
      const infos = findings.length - alarms.length
      return [
        `${name}: ${ran} (${traces} ${traces === 1 ? 'trace' : 'traces'}, ${infos} for information)`,
        ...rows,
      ].join('\n')
    })
    .join('\n')
}

/** By kind, in Markdown: programs that have it and those that only look so, and what was found above `info` in real projects. */
export function table(programs, projects) {
  const found = projects.flatMap(({ findings }) => findings).filter(({ severity }) => severity !== 'info')
  const count = (list, test) => list.filter(test).length
  const kinds = [...new Set([...programs, ...found].map(({ kind }) => kind))].sort()
  const rows = kinds.map((kind) => {
    const own = programs.filter((each) => each.kind === kind)
    const real = found.filter((each) => each.kind === kind)
    return {
      kind: `\`${kind}\``,
      has: count(own, ({ has }) => has),
      hits: count(own, ({ hit }) => hit),
      lookalikes: count(own, ({ has }) => !has),
      alarmed: count(own, ({ has, alarms }) => !has && alarms.length > 0),
      real: real.length,
      wrong: count(real, ({ judged }) => !judged?.right),
    }
  })
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0)
  const columns = ['has', 'hits', 'lookalikes', 'alarmed', 'real', 'wrong']
  const all = { kind: 'all', ...Object.fromEntries(columns.map((key) => [key, sum(key)])) }
  const date = new Date().toISOString().slice(0, 10)
  return [
    `Recorded on ${date}: ${programs.length} programs of \`test/programs\`, and the tests of ${projects.length} real projects (${projects.map(({ name }) => name).join(', ')}).`,
    '',
    '| finding | programs that have it | found first, at its line | look-alikes | of those alarmed | found in real projects | false alarms there |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...[...rows, all].map((row) => `| ${row.kind} | ${columns.map((key) => row[key]).join(' | ')} |`),
  ].join('\n')
}
