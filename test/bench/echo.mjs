// `npm run bench:echo [CONNECTIONS] [ROUNDS]`: an echo server on @loopscope/asyncio's streams against `net` with promises, in turns.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'

const CONNECTIONS = Number(process.argv[2] ?? 10_000)
const ROUNDS = Number(process.argv[3] ?? 5)
const MESSAGES = 10
/** Each client holds its part of the connections: one process would be the bottleneck, and run out of descriptors. */
const CLIENTS = 4
const GOAL = 0.85
const RECORDED_GOAL = 1 / 1.15

const cache = join(import.meta.dirname, '../../.cache/bench-runtime')
const bundle = join(cache, 'echo.mjs')
const entryPoints = [join(import.meta.dirname, 'runtime/echo.ts')]
await build({ entryPoints, outfile: bundle, bundle: true, platform: 'node', format: 'esm', target: 'es2022' })

/** A process that answers lines with lines. */
function start(args, env = {}) {
  const child = spawn(process.execPath, [bundle, ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LOOPSCOPE: '', ...env },
  })
  const lines = createInterface(child.stdout)
  const ended = once(child, 'exit').then(([status, signal]) => {
    throw new Error(`${args[0]} ended with ${signal ?? `status ${status}`} before it answered`)
  })
  ended.catch(() => {}) // it is killed in the end
  const answer = () => Promise.race([once(lines, 'line').then(([line]) => line), ended])
  const ask = () => {
    const next = answer()
    child.stdin.write('\n')
    return next
  }
  return { child, answer, ask }
}

/** Requests per second that a server of this kind answers, and per second of its CPU time. */
async function measure(role, env) {
  const server = start([role], env)
  const port = await server.answer()
  const clients = Array.from({ length: CLIENTS }, () => start(['load', port, CONNECTIONS / CLIENTS, MESSAGES]))
  try {
    await Promise.all(clients.map((client) => client.answer()))
    const cpuBefore = Number(await server.ask())
    const began = performance.now()
    await Promise.all(clients.map((client) => client.ask()))
    const seconds = (performance.now() - began) / 1000
    const cpuSeconds = Number(await server.ask()) - cpuBefore
    const requests = CONNECTIONS * MESSAGES
    return { wall: requests / seconds, cpu: requests / cpuSeconds }
  } finally {
    for (const { child } of [server, ...clients]) child.kill('SIGKILL')
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
console.log(`echo over ${CONNECTIONS} connections from ${CLIENTS} processes, median of ${ROUNDS}`)
for (const [unit, key] of [
  ['requests per second', 'wall'],
  ["requests per second of the server's CPU time", 'cpu'],
]) {
  const [net, ours, recorded] = [...found.values()].map((all) => median(all.map((each) => each[key])))
  console.log(unit)
  console.log(`  net with promises    ${net.toFixed(0)}`)
  console.log(`  @loopscope/asyncio   ${ours.toFixed(0)}   ×${(ours / net).toFixed(2)}  (goal at least ${GOAL})`)
  console.log(
    `  … recorded           ${recorded.toFixed(0)}   ×${(recorded / ours).toFixed(2)} of ours  (goal at least ${RECORDED_GOAL.toFixed(2)})`,
  )
}
