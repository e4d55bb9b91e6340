// `npm run test:survival [-- 3.13] [--document] [--reuse]`: `kill -9` at 200 random moments, a fault in every function of the recorder in turn, and 200 programs that
// signals interrupt at random moments, whose traces the reader of `trace` opens as well; on the newest CPython or the one named.
//
// `--document` writes the counts into docs/recorder.md; `--reuse` takes the report of the latest run from test-results/.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bringNewestPython } from './debian.mjs'
import { findInterpreters } from './interpreters.mjs'
import { ensureDependencies, ensureSuiteEnvironment, fail } from './setup.mjs'
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
  const { python } = ensureSuiteEnvironment(interpreter) // with uvloop
  const traces = mkdtempSync(join(tmpdir(), 'loopscope-survival-'))
  const { status } = spawnSync(
    python ?? interpreter.path,
    ['test/python/survival.py', '--report', report, '--traces', traces],
    { stdio: 'inherit' },
  )
  const unread = await unreadable(traces)
  for (const { path, reason } of unread) console.log(`${path}: ${reason}`)
  console.log(`${unread.length} traces of programs with signals do not open in full`)
  if (unread.length === 0) rmSync(traces, { recursive: true })
  process.exitCode = unread.length > 0 ? 1 : (status ?? 1)
}
if (process.argv.includes('--document')) await document(JSON.parse(readFileSync(report, 'utf8')))

/** The traces below a folder that the reader refuses or finds damaged. */
async function unreadable(folder) {
  ensureDependencies()
  const { build } = await import('esbuild')
  const bundle = join(folder, 'reader.mjs')
  await build({
    entryPoints: ['trace/format/reader.ts'],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    logLevel: 'warning',
  })
  const { readTrace } = await import(pathToFileURL(bundle).href)
  const found = []
  for (const name of readdirSync(folder, { recursive: true }).filter((each) => each.endsWith('.looptrace'))) {
    const path = join(folder, name)
    try {
      const { damage } = readTrace(readFileSync(path))
      if (damage) found.push({ path, reason: damage })
    } catch (error) {
      found.push({ path, reason: error.message })
    }
  }
  return found
}

async function document({ kills, signals, faults }) {
  ensureDependencies()
  const { write } = await import('./document.mjs')
  const lines = [
    `| \`kill -9\` at ${kills.moments} random moments (seed ${kills.seed}) | ${kills.moments} | ${kills.failed.length} |`,
    `| signals at random moments (seed ${signals.seed}) | ${signals.runs} | ${signals.failed.length} |`,
    ...Object.entries(faults).map(
      ([language, { places, runs, failed }]) =>
        `| a fault at ${places} places in ${language === 'c' ? 'C' : 'Python'} | ${runs} | ${failed.length} |`,
    ),
  ]
  const head = `| CPython ${interpreter.version} | runs | not survived |\n| --- | --- | --- |`
  await write('docs/recorder.md', 'survival', [head, ...lines].join('\n'))
}
