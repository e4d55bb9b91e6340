// `npm run bench:runtime [ROUNDS]`: the TypeScript runtime against CPython's asyncio, effect and effection, in turns; medians and ratios.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join, parse } from 'node:path'
import { build } from 'esbuild'
import { findInterpreters } from '../../scripts/interpreters.mjs'

const here = join(import.meta.dirname, 'runtime')
const cache = join(import.meta.dirname, '../../node_modules/.cache/bench-runtime')
const rounds = Number(process.argv[2] ?? 5)
const N = { switch: 200_000, queue: 100_000, spawn: 100_000 }
/** effection makes a scope for each task: a tenth of the work is enough to measure it. */
const SLOWER = { effection: 10 }

mkdirSync(cache, { recursive: true })
async function bundled(name) {
  const outfile = join(cache, `${parse(name).name}.mjs`)
  try {
    const options = { bundle: true, platform: 'node', format: 'esm', target: 'es2022', logLevel: 'silent' }
    await build({ ...options, entryPoints: [join(here, name)], outfile })
    return outfile
  } catch {
    return undefined // a package that is not installed
  }
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
for (const name of ['effect', 'effection']) {
  const file = await bundled(`${name}.mjs`)
  if (file === undefined) console.log(`${name} is not installed: \`npm install --no-save ${name}\` to compare with it`)
  else
    runners.push([
      name,
      (bench, n) => run(process.execPath, [file, bench, n / (SLOWER[name] ?? 1)]) * (SLOWER[name] ?? 1),
    ])
}

const times = new Map(runners.map(([label]) => [label, { switch: [], queue: [], spawn: [] }]))
for (let round = 0; round < rounds; round++) {
  for (const bench of Object.keys(N))
    for (const [label, measure] of runners) times.get(label)[bench].push(measure(bench, N[bench]))
}
const base = times.get(runners[0][0])
console.log(`ns per operation (× ${runners[0][0]}), median of ${rounds}`)
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

const core = join(cache, 'core.mjs')
await build({
  stdin: {
    contents: `export * from './index.ts'`,
    resolveDir: join(import.meta.dirname, '../../runtime/typescript'),
    loader: 'ts',
  },
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'es2022',
  outfile: core,
})
console.log(`minified, with the recorder: ${(statSync(core).size / 1024).toFixed(1)} KB`)
