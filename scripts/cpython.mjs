// `npm run test:cpython [-- 3.8 3.13…] [--document] [--reuse]`: CPython's own asyncio tests with and without the recorder, on every interpreter found or those named.
//
// `--document` writes the counts into docs/recorder.md; the lines of interpreters that did not run now stay. `--reuse` takes the reports of the latest runs
// from test-results/ where there are any.
import { bringNewestPython } from './debian.mjs'
import { findInterpreters } from './interpreters.mjs'
import { ensureDependencies, fail } from './setup.mjs'
import { countCPython } from './suites/cpython.mjs'

const PAGE = 'docs/recorder.md'
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const missing = bringNewestPython()
const interpreters = findInterpreters().filter(({ minor }) => wanted.length === 0 || wanted.includes(`3.${minor}`))
if (interpreters.length === 0) fail(`No CPython ${wanted.join(' or ') || '3.8 or newer'} was found.`)

const lines = new Map()
let worse = 0
for (const interpreter of interpreters) {
  console.log(`\n── CPython ${interpreter.version}`)
  const { counts, accelerator } = await countCPython(interpreter, process.argv.includes('--reuse'))
  if (accelerator) console.log(`without the accelerator: ${accelerator}`)
  if (!counts || counts.onlyWith.length > 0) worse++
  if (counts) lines.set(interpreter.minor, lineOf(interpreter, counts, accelerator))
}
console.log(`\n${interpreters.length - worse} passed, ${worse} failed`)
if (missing) console.log(`skipped: ${missing}`)
if (process.argv.includes('--document')) await document()
process.exitCode = worse > 0 ? 1 : 0

function lineOf({ version }, counts, accelerator) {
  const run = ({ tests, failed }) => `${tests} tests, ${failed.length} failed`
  return `| ${version} | ${accelerator ? 'no' : 'yes'} | ${run(counts.without)} | ${run(counts.with)} | ${counts.onlyWith.length} |`
}

async function document() {
  ensureDependencies()
  const { generated, write } = await import('./document.mjs')
  const kept = [...generated(PAGE, 'cpython').matchAll(/^\| 3\.(\d+)\..*$/gm)].map(([line, minor]) => [
    Number(minor),
    line,
  ])
  const all = [...new Map([...kept, ...lines])].sort(([a], [b]) => a - b).map(([, line]) => line)
  const head =
    '| CPython | accelerator | without the recorder | with it | fail only with it |\n| --- | --- | --- | --- | --- |'
  await write(PAGE, 'cpython', [head, ...all].join('\n'))
}
