// `npm run bench:findings [MILLIONS…]`: `loopscope info`, `tasks`, `findings` and `export` on traces of 1 and 10 million events; seconds and peak memory.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, closeSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const bundle = resolve('dist/loopscope.mjs')
const STEPS = 33
const EVENTS_PER_TASK = 3 * STEPS
const millions = process.argv.slice(2).map(Number)
if (millions.some((number) => !(number > 0))) {
  console.error('Name numbers of millions of events, as in `npm run bench:findings 1 10`.')
  process.exit(2)
}
const folder = mkdtempSync(join(tmpdir(), 'loopscope-bench-'))
const { manyTasks } = await bundled('test/webview/manyTasks.ts')
/** Tells the peak of the process' memory as it ends, in KiB. */
const tellMemory = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\n'+process.resourceUsage().maxRSS))`
const commands = [['info'], ['tasks', '--json'], ['findings', '--json'], ['export', '--format', 'perfetto', '-o', '-']]

try {
  console.log(
    `${'events'.padStart(12)} ${'trace'.padStart(8)}  ${'command'.padEnd(18)} ${'time'.padStart(8)} ${'memory'.padStart(9)} ${'output'.padStart(9)}`,
  )
  for (const number of millions.length > 0 ? millions : [1, 10]) measure(number)
} finally {
  rmSync(folder, { recursive: true })
}

function measure(number) {
  const trace = join(folder, `${number}m.looptrace`)
  const tasks = Math.round((number * 1e6) / EVENTS_PER_TASK)
  writeFileSync(trace, manyTasks(tasks, STEPS))
  for (const [command, ...options] of commands) {
    const output = join(folder, 'output')
    const file = openSync(output, 'w')
    const started = performance.now()
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', tellMemory, bundle, command, trace, ...options],
      { stdio: ['ignore', file, 'pipe'], encoding: 'utf8' },
    )
    const seconds = (performance.now() - started) / 1000
    closeSync(file)
    const lines = stderr.trim().split('\n')
    if (status !== 0) throw new Error(`loopscope ${command} ended with status ${status}: ${lines[0]}`)
    const name = [command, ...options.filter((option) => /^[a-z]/.test(option))].join(' ')
    console.log(
      `${(tasks * EVENTS_PER_TASK).toLocaleString('en').padStart(12)} ${size(statSync(trace).size)}  ${name.padEnd(18)} ${seconds.toFixed(2).padStart(6)} s ${size(Number(lines.at(-1)) * 1024)}  ${size(statSync(output).size)}`,
    )
  }
}

function size(bytes) {
  return `${(bytes / 2 ** 20).toFixed(0).padStart(5)} MiB`
}

async function bundled(entry) {
  const outfile = join(folder, 'bundled.mjs')
  mkdirSync(folder, { recursive: true })
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' })
  return import(outfile)
}
