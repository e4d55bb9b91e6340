// `npm test`: everything that can fail, from a fresh clone on. `npm test -- NAME…` runs only the suites of these names.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bringNewestPython } from './debian.mjs'
import { findInterpreters } from './interpreters.mjs'
import { real } from './real.mjs'
import { ensureDependencies, ensurePythonEnvironment, step } from './setup.mjs'

ensureDependencies()
const { atOnce } = await import('./suites/atOnce.mjs')
const { runBeside } = await import('./suites/beside.mjs')
const { bundling, nodeChecks, pythonChecks, runChecks } = await import('./suites/checks.mjs')
const { runCPython } = await import('./suites/cpython.mjs')
const { runPythonSuite } = await import('./suites/python.mjs')
const { skippedSuite, together } = await import('./suites/result.mjs')
const { runVitest } = await import('./suites/vitest.mjs')

const { values, positionals: wanted } = parseArgs({ options: { rows: { type: 'string' } }, allowPositionals: true })
// Fetched only for suites that use it: 42 MB.
const missing = wanted.some((name) => !/^c?python/.test(name)) ? undefined : bringNewestPython()
const interpreters = findInterpreters()
const python = ensurePythonEnvironment()

/** The oldest and the newest one, on which more is done. */
const isAtEnd = (interpreter) => interpreter === interpreters[0] || interpreter === interpreters.at(-1)

/** Suites that look at pages: a browser is installed where there is none. */
async function runWithChromium(project) {
  const { installChromium } = await real()
  await installChromium(step).catch((error) => step(error.message))
  return runVitest(project)
}

/** In the order in which a failure is cheapest to find. */
const ofTheTree = [
  ['checks', async () => together(await runChecks(nodeChecks), await runChecks(bundling))],
  ['ruff', () => pythonChecks(python.ruff, python.reason)],
  ['unit', () => runVitest('unit')],
  ['real', () => runWithChromium('real')],
  // Programs whose findings depend on how long things take: nothing else runs meanwhile.
  ['timed', () => runVitest('timed')],
]
const ofInterpreters = interpreters.map((each) => [
  `python${each.minor}`,
  () => runPythonSuite(each, isAtEnd(each), ...(isAtEnd(each) ? [] : ['--brief'])),
])
const ofCPython = interpreters.filter(isAtEnd).map((each) => [`cpython${each.minor}`, () => runCPython(each)])
if (interpreters.length === 0)
  ofInterpreters.push(['python', () => skippedSuite('the recorder’s suite', 'no CPython 3.8 or newer was found')])
if (missing) ofInterpreters.push(['python14', () => skippedSuite('the recorder’s suite on CPython 3.14', missing)])
const inEditors = [['e2e', () => runWithChromium('e2e')]]
const suites = [...ofTheTree, ...ofInterpreters, ...ofCPython, ...inEditors]

const unknown = wanted.filter((name) => !suites.some(([suite]) => suite.startsWith(name)))
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}. There are: ${suites.map(([name]) => name).join(', ')}.`)
  process.exit(2)
}

const chosen = (some) =>
  some.filter(([name]) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix)))

async function runOne([name, run]) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 76 - name.length))}`)
  const started = performance.now()
  const outcome = await run()
  return { name, seconds: (performance.now() - started) / 1000, ...outcome }
}

const inTurn = (some) => atOnce(some, runOne, 1)
const rows = await inTurn(chosen(ofTheTree))
const hasCompany = chosen([...ofInterpreters, ...ofCPython]).length > 0 && chosen(inEditors).length > 0
// Editors wait more than they compute: all suites one after the other took 22 minutes on two cores.
const beside = hasCompany ? runBeside(chosen(inEditors).map(([name]) => name)) : undefined
rows.push(...(await inTurn(chosen(ofInterpreters))))
// CPython's tests wait more than they compute as well.
rows.push(...(await atOnce(chosen(ofCPython), runOne)))
rows.push(...(beside ? await beside : await inTurn(chosen(inEditors))))
if (values.rows) {
  writeFileSync(values.rows, JSON.stringify(rows))
  process.exit()
}

console.log(`\n── summary ${'─'.repeat(68)}`)
for (const { name, seconds, passed, failed, skipped } of rows) {
  console.log(
    `${name.padEnd(10)} ${String(passed).padStart(5)} passed ${String(failed.length).padStart(4)} failed ${String(skipped.length).padStart(4)} skipped ${seconds.toFixed(0).padStart(5)} s`,
  )
}
for (const { failed } of rows)
  for (const { name, reason } of failed) console.log(`FAILED   ${name}\n${reason.replaceAll(/^/gm, '           ')}`)
for (const { skipped } of rows) for (const { name, reason } of skipped) console.log(`skipped  ${name}: ${reason}`)
const total = (pick) => rows.reduce((sum, row) => sum + pick(row), 0)
const failed = total((row) => row.failed.length)
console.log(`\n${total((row) => row.skipped.length)} skipped`)
console.log(`${total((row) => row.passed)} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
