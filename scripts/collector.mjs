// `npm run test:collector`: what `loopscope export --format otlp` writes, sent to a stock OpenTelemetry Collector, which hands it on as it understood it.
//
// The Collector is put together by its own builder, from its own Go modules. Without Go this says so and ends with status 0.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { CACHE } from './cache.mjs'
import { record } from './corpus/record.mjs'
import { findInterpreters } from './interpreters.mjs'
import { fail, step } from './setup.mjs'

const VERSION = 'v0.165.0'
const MODULE = 'go.opentelemetry.io/collector'
const LOOPSCOPE = 'dist/loopscope.mjs'
const READY_MS = 60_000

if (spawnSync('go', ['version']).status !== 0) {
  console.log('skipped: the Collector is built from its Go modules, and there is no Go')
  process.exit(0)
}
const collector = build(resolve(CACHE, `otelcol-${VERSION}`))
const scratch = mkdtempSync(join(tmpdir(), 'loopscope-collector-'))
try {
  const traces = ['test/golden/basic.looptrace', 'test/golden/steps.looptrace', await deadlock()]
  let worse = 0
  for (const [extension, type] of [
    ['pb', 'application/x-protobuf'],
    ['json', 'application/json'],
  ]) {
    const received = await through(exported(traces, extension), type)
    const sent = spansOf(JSON.parse(exported(traces, 'json').toString()))
    const same = sent.filter((span, i) => isDeepStrictEqual(span, received[i])).length
    console.log(
      `${extension}: ${sent.length} spans sent, ${received.length} handed on, ${same} of them as they were sent`,
    )
    if (sent.length === 0 || same < sent.length || received.length > sent.length) worse++
  }
  process.exitCode = worse > 0 ? 1 : 0
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** The Collector's executable: its OTLP receiver, and its OTLP exporter. Built once. */
function build(folder) {
  const executable = join(folder, 'dist', 'otelcol')
  if (existsSync(executable)) return executable
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'builder.yaml'),
    `dist: { name: otelcol, output_path: ./dist }
receivers: [{ gomod: ${MODULE}/receiver/otlpreceiver ${VERSION} }]
exporters: [{ gomod: ${MODULE}/exporter/otlphttpexporter ${VERSION} }]
`,
  )
  step(`Building OpenTelemetry's Collector ${VERSION}: some minutes`)
  const args = ['run', `${MODULE}/cmd/builder@${VERSION}`, '--config', 'builder.yaml']
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' }
  const { status, stdout, stderr } = spawnSync('go', args, { cwd: folder, env, encoding: 'utf8' })
  if (status !== 0) fail(`The Collector's builder failed: ${`${stdout}${stderr}`.trim().split('\n').at(-1)}`)
  return executable
}

/** A recorded program that is killed: tasks that end, fail and hang. */
async function deadlock() {
  const trace = join(scratch, 'deadlock.looptrace')
  const interpreter = findInterpreters().at(-1)
  if (!interpreter) fail('No CPython was found.')
  await record({ interpreter: interpreter.path, script: resolve('test/programs/deadlock.py'), trace, hangs: true })
  return trace
}

function exported(traces, extension) {
  const file = join(scratch, `out.${extension}`)
  const { status, stderr } = spawnSync(
    process.execPath,
    [LOOPSCOPE, 'export', ...traces, '--format', 'otlp', '-o', file],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) fail(stderr.trim())
  return readFileSync(file)
}

/** What the Collector hands on of one request: the spans, in order of their ids. */
async function through(body, type) {
  const requests = []
  const sink = createServer((request, response) => {
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      requests.push(JSON.parse(Buffer.concat(parts).toString()))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise((done) => sink.listen(0, '127.0.0.1', done))
  const port = await freePort()
  const config = join(scratch, 'collector.yaml')
  writeFileSync(
    config,
    `receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:${port}' } } } }
exporters:
  otlphttp:
    endpoint: http://127.0.0.1:${sink.address().port}
    encoding: json
    compression: none
    sending_queue: { enabled: false }
service:
  pipelines: { traces: { receivers: [otlp], exporters: [otlphttp] } }
  telemetry: { metrics: { level: none } }
`,
  )
  const child = spawn(collector, ['--config', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise((done) => child.on('exit', done))
  let log = ''
  const ready = new Promise((done, failed) => {
    const limit = setTimeout(() => failed(new Error(`The Collector is not ready: ${log}`)), READY_MS)
    child.stderr.on('data', (chunk) => {
      log += chunk
      if (log.includes('Everything is ready')) done(clearTimeout(limit))
    })
    child.on('exit', () => failed(new Error(`The Collector ended: ${log}`)))
  })
  try {
    await ready
    const answer = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    if (!answer.ok) throw new Error(`The Collector refused ${type}: ${answer.status} ${await answer.text()}`)
    const partial = await answer.text()
    if (/rejectedSpans/.test(partial)) throw new Error(`The Collector rejected spans: ${partial}`)
    return spansOf({ resourceSpans: requests.flatMap(({ resourceSpans }) => resourceSpans) })
  } finally {
    child.kill()
    await ended
    sink.close()
  }
}

/** Spans with their resource and scope, in order of their ids; a field that is empty or 0 says the same as one that is left out. */
function spansOf({ resourceSpans }) {
  return resourceSpans
    .flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => said({ ...span, resource, scope }))),
    )
    .sort((a, b) => (a.spanId < b.spanId ? -1 : 1))
}

function said(value) {
  if (Array.isArray(value)) return value.map(said)
  if (value === null || typeof value !== 'object') return typeof value === 'number' ? String(value) : value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, said(each)])
      .filter(([, each]) => !isEmpty(each)),
  )
}

function isEmpty(value) {
  return value === '' || value === '0' || (typeof value === 'object' && Object.keys(value).length === 0)
}

async function freePort() {
  const server = createSocketServer()
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  return port
}
