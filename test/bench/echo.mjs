// `npm run bench:echo [CONNECTIONS] [ROUNDS]`: an echo server on @loopscope/asyncio's streams against `net` with promises, in turns.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'

const CONNECTIONS = Number(process.argv[2] ?? 10_000)
const ROUNDS = Number(process.argv[3] ?? 5)
const MESSAGES = 10
const GOAL = 0.85
const RECORDED_GOAL = 1 / 1.15

const cache = join(import.meta.dirname, '../../node_modules/.cache/bench-runtime')
const bundle = join(cache, 'echo.mjs')
const entryPoints = [join(import.meta.dirname, 'runtime/echo.ts')]
await build({ entryPoints, outfile: bundle, bundle: true, platform: 'node', format: 'esm', target: 'es2022' })

/** Requests per second that a server of this kind answers. */
async function measure(role, env) {
  const server = spawn(process.execPath, [bundle, role], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOOPSCOPE: '', ...env },
  })
  const [port] = await once(createInterface(server.stdout), 'line')
  try {
    return Number(execFileSync(process.execPath, [bundle, 'load', port, CONNECTIONS, MESSAGES], { encoding: 'utf8' }))
  } finally {
    server.kill('SIGKILL')
  }
}

const servers = [
  ['net with promises', 'net', {}],
  ['@loopscope/asyncio', 'ours', {}],
  ['… recorded', 'ours', { LOOPSCOPE: join(cache, 'echo.looptrace') }],
]
const found = new Map(servers.map(([label]) => [label, []]))
for (let round = 0; round < ROUNDS; round++)
  for (const [label, role, env] of servers) found.get(label).push(await measure(role, env))

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
const [net, ours, recorded] = [...found.values()].map(median)
console.log(`echo over ${CONNECTIONS} connections, requests per second, median of ${ROUNDS}`)
console.log(`net with promises    ${net.toFixed(0)}`)
console.log(`@loopscope/asyncio   ${ours.toFixed(0)}   ×${(ours / net).toFixed(2)}  (goal at least ${GOAL})`)
console.log(
  `… recorded           ${recorded.toFixed(0)}   ×${(recorded / ours).toFixed(2)} of ours  (goal at least ${RECORDED_GOAL.toFixed(2)})`,
)
