// `npm run coverage:recorder [-- --check]`: the table of docs/recorder.md, from the recorder's suites on every interpreter found.
//
// A test says which rows it proves (`@proves` in test/python/rows.py). `--check` runs nothing: it fails where the rows of the page are not those of
// test/python/rows.json. `--reuse` takes the reports of the latest run from test-results/ where there are any. Versions (`-- 3.14`) are run alone: the
// other columns stay as the page has them.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { columnsOf, coverageTable, rowsOf } from './coverage/table.mjs'
import { bringNewestPython } from './debian.mjs'
import { generated, write } from './document.mjs'
import { findInterpreters } from './interpreters.mjs'
import { reportOf, runPythonSuite } from './suites/python.mjs'

const PAGE = 'docs/recorder.md'
const rows = JSON.parse(readFileSync('test/python/rows.json', 'utf8'))

if (process.argv.includes('--check')) {
  const documented = rowsOf(generated(PAGE, 'coverage'))
  const wanted = rows.map((row) => row.asyncio)
  const missing = wanted.filter((row) => !documented.includes(row))
  const surplus = documented.filter((row) => !wanted.includes(row))
  for (const row of missing) console.error(`${PAGE} has no row "${row}".`)
  for (const row of surplus) console.error(`${PAGE} has a row "${row}" that test/python/rows.json has not.`)
  if (missing.length + surplus.length > 0) {
    console.error('Run `npm run coverage:recorder`.')
    process.exit(1)
  }
  process.exit(0)
}

const missing = bringNewestPython()
if (missing) console.log(`skipped: ${missing}`)
const found = findInterpreters()
const versions = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const before = columnsOf(generated(PAGE, 'coverage'))
const columns = found.flatMap((interpreter, i) => {
  const names = [`3.${interpreter.minor}`, ...(i === found.length - 1 ? [`uvloop, 3.${interpreter.minor}`] : [])]
  if (versions.length > 0 && !versions.includes(names[0]))
    return names.map((name) => before.get(name) ?? { name, kept: new Map() })
  const report = resolve(reportOf(interpreter.version, '--proofs'))
  if (!process.argv.includes('--reuse') || !existsSync(report)) runPythonSuite(interpreter, false, '--proofs')
  const { rows, uvloop } = JSON.parse(readFileSync(report, 'utf8'))
  return names.map((name, which) => ({ name, rows: which === 0 ? rows : uvloop }))
})
await write(PAGE, 'coverage', coverageTable(rows, columns))
