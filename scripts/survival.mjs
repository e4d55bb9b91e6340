// `npm run test:survival [-- 3.13] [--document] [--reuse]`: `kill -9` at 200 random moments, and a fault in every function of the recorder in turn, on the newest
// CPython or the one named.
//
// `--document` writes the counts into docs/recorder.md; `--reuse` takes the report of the latest run from test-results/.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { bringNewestPython } from './debian.mjs'
import { findInterpreters } from './interpreters.mjs'
import { ensureDependencies, fail } from './setup.mjs'
import { buildAccelerator } from './suites/python.mjs'

const missing = bringNewestPython()
if (missing) console.log(missing)
const wanted = process.argv.slice(2).find((word) => !word.startsWith('-'))
const interpreter = findInterpreters().findLast(({ minor }) => !wanted || wanted === `3.${minor}`)
if (!interpreter) fail(`No CPython ${wanted ?? '3.8 or newer'} was found.`)
const accelerator = buildAccelerator(interpreter)
if (accelerator) console.log(`without the accelerator: ${accelerator}`)
const report = `test-results/survival-${interpreter.version}.json`
mkdirSync('test-results', { recursive: true })
if (!process.argv.includes('--reuse') || !existsSync(report)) {
  const { status } = spawnSync(interpreter.path, ['test/python/survival.py', '--report', report], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}
if (process.argv.includes('--document')) await document(JSON.parse(readFileSync(report, 'utf8')))

async function document({ kills, faults }) {
  ensureDependencies()
  const { write } = await import('./document.mjs')
  const lines = [
    `| \`kill -9\` at ${kills.moments} random moments (seed ${kills.seed}) | ${kills.moments} | ${kills.failed.length} |`,
    ...Object.entries(faults).map(
      ([language, { places, runs, failed }]) =>
        `| a fault at ${places} places in ${language === 'c' ? 'C' : 'Python'} | ${runs} | ${failed.length} |`,
    ),
  ]
  const head = `| CPython ${interpreter.version} | runs | not survived |\n| --- | --- | --- |`
  await write('docs/recorder.md', 'survival', [head, ...lines].join('\n'))
}
