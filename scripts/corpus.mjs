// `npm run corpus [-- FOLDER…] [--json] [--only PREFIX] [--keep FOLDER [--reuse]] [--seconds N]`: records the programs of a corpus, and says which findings are right.
//
// A program that hangs is killed `--seconds` after its loop began, 3 unless told: on a busy machine it may come to its hang later.
// Each case is a folder with `bug.py`, its healthy twin `ok.py`, and `case.json` (the corpus' own README says what stands there).
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { find } from './corpus/find.mjs'
import { record } from './corpus/record.mjs'
import { totals, table } from './corpus/report.mjs'
import { findInterpreters } from './interpreters.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    only: { type: 'string' },
    keep: { type: 'string' },
    reuse: { type: 'boolean' },
    seconds: { type: 'string', default: '3' },
  },
})
const named =
  positionals.length > 0 ? positionals : (process.env.LOOPSCOPE_CORPUS ?? '').split(delimiter).filter(Boolean)
const folders = (named.length > 0 ? named : [join(import.meta.dirname, '../../shared/corpus')]).map((each) =>
  resolve(each),
)
for (const folder of folders) {
  if (existsSync(folder)) continue
  console.error(`There is no corpus at ${folder}. Name its folder, or set LOOPSCOPE_CORPUS.`)
  process.exit(2)
}
const killAfterMs = Number(options.seconds) * 1000
if (!(killAfterMs > 0)) {
  console.error(`--seconds takes a number above 0, not ${options.seconds}.`)
  process.exit(2)
}
const interpreters = findInterpreters()
const traces = options.keep ? resolve(options.keep) : mkdtempSync(join(tmpdir(), 'loopscope-corpus-'))

const cases = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'case.json')) && name.startsWith(options.only ?? ''))
    .sort()
    .map((name) => ({
      ...JSON.parse(readFileSync(join(folder, name, 'case.json'), 'utf8')),
      folder: join(folder, name),
    })),
)

const isRight = (finding, test) =>
  finding !== undefined && basename(finding.file ?? '') === 'bug.py' && test.cause_lines.includes(finding.line)

const queue = [...cases]
const rows = []
await Promise.all([0, 1].map(worker))
rows.sort((a, b) => a.id.localeCompare(b.id))
if (!options.keep) rmSync(traces, { recursive: true })
console.log(options.json ? JSON.stringify({ cases: rows, totals: totals(rows) }, null, 2) : table(rows))

async function worker() {
  for (let test = queue.shift(); test; test = queue.shift()) rows.push(await check(test))
}

async function check(test) {
  const interpreter = newestFor(test)
  const row = { id: test.id, kind: test.kind, python: interpreter?.version ?? null }
  if (!interpreter)
    return { ...row, skipped: `needs Python ${test.min_python}${test.max_python ? ` to ${test.max_python}` : ''}` }
  const bug = await findings(test, 'bug', interpreter, test.hangs)
  const ok = await findings(test, 'ok', interpreter, false)
  const first = bug.findings[0]
  const quiet = new Set(test.quiet_kinds_ok)
  return {
    ...row,
    first: first?.kind ?? null,
    line: first?.line ?? null,
    message: first?.message ?? null,
    kindRight: first?.kind === test.kind,
    lineRight: isRight(first, test),
    rest: bug.findings.slice(1).map(({ kind, line, severity }) => ({ kind, line, severity })),
    alarms: ok.findings
      .filter(({ kind, severity }) => severity !== 'info' && !quiet.has(kind))
      .map(({ kind, line, severity, message }) => ({ kind, line, severity, message })),
    errors: [...bug.errors, ...ok.errors],
  }
}

async function findings(test, name, { path }, hangs) {
  const trace = join(traces, `${test.id}.${name}.looptrace`)
  const errors = []
  if (!options.reuse || !existsSync(trace)) {
    const script = join(test.folder, `${name}.py`)
    const { killed } = await record({ interpreter: path, script, trace, hangs, killAfterMs })
    if (killed !== hangs) errors.push(`${name}.py ${killed ? 'did not end' : 'ended, though it should hang'}`)
  }
  try {
    return { findings: await find(trace), errors }
  } catch (error) {
    return { findings: [], errors: [...errors, `${name}: ${error.message}`] }
  }
}

function newestFor({ min_python: min, max_python: max }) {
  const minor = (version, otherwise) => (version ? Number(version.split('.')[1]) : otherwise)
  return interpreters.filter((each) => each.minor >= minor(min, 0) && each.minor <= minor(max, 99)).at(-1)
}
