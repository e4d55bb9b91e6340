// `npm run bench:runtime [ROUNDS]`: the TypeScript runtime against CPython's asyncio, effect and effection, in turns: CPU time, medians, ratios.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { bundledCore, PROGRAMS } from '../runtime/coreSize.mjs'

const here = join(import.meta.dirname, 'runtime')
const cache = join(import.meta.dirname, '../../.cache/bench-runtime')
const rounds = Number(process.argv[2] ?? 5)
const N = { switch: 2_000_000, queue: 400_000, spawn: 400_000 }
const PEERS = ['effect', 'effection']
/** effection makes a scope for each task: a tenth of the work is enough to measure it. */
const SLOWER = { effection: 10 }

mkdirSync(cache, { recursive: true })
/** The newest peers, installed beside the bench and not among what the project depends on. */
function installPeers() {
  if (PEERS.every((name) => existsSync(join(cache, 'node_modules', name)))) return
  writeFileSync(join(cache, 'package.json'), '{"private":true}\n')
  const latest = PEERS.map((name) => `${name}@latest`)
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...latest], {
    cwd: cache,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
const versionOf = (name) => JSON.parse(readFileSync(join(cache, 'node_modules', name, 'package.json'), 'utf8')).version

async function bundled(name) {
  const outfile = join(cache, `${parse(name).name}.mjs`)
  const options = { bundle: true, platform: 'node', format: 'esm', target: 'es2022', logLevel: 'warning' }
  await build({ ...options, entryPoints: [join(here, name)], outfile, nodePaths: [join(cache, 'node_modules')] })
  return outfile
}

const run = (command, args, env = {}) =>
  Number(
    execFileSync(command, args.map(String), { encoding: 'utf8', env: { ...process.env, ...env } })
      .trim()
      .split('\n')
      .at(-1),
  )
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

const python = findInterpreters().find(({ minor }) => minor === 13)
const ours = await bundled('ours.ts')
const trace = join(cache, 'bench.looptrace')
const runners = []
if (python)
  runners.push([`CPython ${python.version}`, (name, n) => run(python.path, [join(here, 'cpython.py'), name, n])])
runners.push(['@loopscope/asyncio', (name, n) => run(process.execPath, [ours, name, n])])
runners.push([
  '… recorded',
  (name, n) => {
    rmSync(trace, { force: true })
    return run(process.execPath, [ours, name, n], { LOOPSCOPE: trace })
  },
])
installPeers()
for (const name of PEERS) {
  const file = await bundled(`${name}.mjs`)
  const slower = SLOWER[name] ?? 1
  runners.push([`${name} ${versionOf(name)}`, (bench, n) => run(process.execPath, [file, bench, n / slower]) * slower])
}

const times = new Map(runners.map(([label]) => [label, { switch: [], queue: [], spawn: [] }]))
for (let round = 0; round < rounds; round++) {
  for (const bench of Object.keys(N))
    for (const [label, measure] of runners) times.get(label)[bench].push(measure(bench, N[bench]))
}
const base = times.get(runners[0][0])
console.log(`ns of CPU time per operation (× ${runners[0][0]}), median of ${rounds}`)
console.log(['', 'task switch', 'queue round trip', 'spawn and join'].map((text) => text.padEnd(22)).join(''))
for (const [label, results] of times) {
  const cells = Object.keys(N).map((bench) => {
    const ns = (median(results[bench]) / N[bench]) * 1e9
    return `${ns.toFixed(0)} (×${(median(results[bench]) / median(base[bench])).toFixed(2)})`
  })
  console.log([label, ...cells].map((text) => text.padEnd(22)).join(''))
}
console.log(
  `memory per suspended task: ${run(process.execPath, ['--expose-gc', ours, 'memory', 100_000]).toFixed(0)} bytes`,
)

const [everything, least] = await bundledCore(PROGRAMS)
const kilobytes = (bytes) =>
  `${(bytes.length / 1024).toFixed(1)} KB (${(gzipSync(bytes).length / 1024).toFixed(1)} KB compressed)`
console.log(
  `the core without I/O, minified: ${kilobytes(least)} for run, sleep and createTask; ${kilobytes(everything)} for everything`,
)
