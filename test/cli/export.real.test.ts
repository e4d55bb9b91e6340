import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import type { TaskReport } from '../../trace/exports/tasks.ts'
import type { Finding } from '../../trace/findings/types.ts'
import { trace } from '../ascii/trace.ts'
import { pythonEnvironment } from '../real/pythonEnvironment.ts'
import { terminal } from './run.ts'

const here = terminal()
const drawn = here.write(
  'drawn.looptrace',
  trace('one : =#..=#x  | awaits task two, cancelled by two at 3\ntwo :  =#....  | by one, awaits lock', {
    killed: true,
  }),
)
const stuck = here.write(
  'stuck.looptrace',
  trace('a : =#..  | awaits task b\nb :  =#.  | by a, awaits task a', { killed: true }),
)

describe('export --format json', () => {
  interface Model {
    format: string
    version: string
    startedAtNs: string
    processes: { process: number; trace: string }[]
    loops: { id: number; class: string; thread: string }[]
    tasks: TaskReport[]
    edges: { kind: string; from: number; to: number; atNs: number }[]
    findings: Finding[]
  }

  it('is one object, with what tasks --json and findings --json print', () => {
    const model = here.json<Model>('export', drawn, stuck, '--format', 'json', '-o', '-')
    expect(model).toMatchObject({ format: 'loopscope-model', version: '1.0' })
    expect(model.processes.map(({ trace: name }) => name)).toEqual([drawn, stuck])
    expect(model.loops.map(({ id, class: name, thread }) => [id, name, thread])).toEqual([
      [1, 'SelectorLoop', 'MainThread'],
      [2, 'SelectorLoop', 'MainThread'],
    ])
    expect(model.tasks).toEqual(here.json('tasks', '--json', drawn, stuck))
    expect(model.findings).toEqual(here.json('findings', '--json', drawn, stuck))
    expect(model.edges).toEqual([
      { kind: 'create', from: 1, to: 2, atNs: 1_000_000 },
      { kind: 'cancel', from: 2, to: 1, atNs: 3_000_000 },
      { kind: 'create', from: 3, to: 4, atNs: 1_000_000 },
    ])
  })
})

describe('bad use of export', () => {
  it.each([
    [['--format', 'xml', '-o', 'x'], /^There is no format xml: take one of perfetto, otlp, json, html\.$/],
    [['-o', 'x'], /required option '--format/],
    [['--format', 'json'], /required option '-o/],
    [['--format', 'json', '-o', 'no/such/x'], /^Cannot write no\/such\/x: there is no such folder\.$/],
    [['--format', 'json', '-o', '.'], /^Cannot write \.: it is a folder; name a file in it\.$/],
    [['--format', 'json', '-o', 'x', here.write('bad.looptrace', 'bad')], /not a Loopscope trace/],
  ])('%j: status 2, one sentence, and no file', (args, message) => {
    const { status, stdout, stderr } = here.run('export', drawn, ...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trim()).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(existsSync(join(here.folder, 'x'))).toBe(false)
    expect(readdirSync(here.folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

const interpreter = findInterpreters().at(-1)
const python = interpreter && (await pythonEnvironment('opentelemetry', interpreter, ['opentelemetry-proto==1.42.1']))
const DECODE = `import json, sys
from google.protobuf.json_format import MessageToDict, Parse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
def fields(message):  # numbers that the official schema does not know
    from google.protobuf.unknown_fields import UnknownFieldSet
    inner = [x for f, v in message.ListFields() if f.message_type for x in (v if hasattr(v, "append") else [v])]
    return len(UnknownFieldSet(message)) + sum(map(fields, inner))
request = ExportTraceServiceRequest.FromString(open(sys.argv[1], "rb").read())
print(json.dumps([fields(request), MessageToDict(request)]))`

describe.skipIf(!python)(
  python ? 'export --format otlp' : 'export --format otlp: no environment with opentelemetry-proto',
  () => {
    let decoded: [number, unknown]
    beforeAll(() => {
      for (const extension of ['pb', 'json', 'jsonl'])
        expect(here.run('export', drawn, stuck, '--format', 'otlp', '-o', `out.${extension}`).stderr).toBe('')
      const { stdout, stderr } = spawnSync(python!, ['-c', DECODE, join(here.folder, 'out.pb')], { encoding: 'utf8' })
      expect(stderr).toBe('')
      decoded = JSON.parse(stdout) as typeof decoded
    })

    it('is protobuf of OpenTelemetry’s own schema, without a field that it does not know', () => {
      expect(decoded[0]).toBe(0)
      expect(JSON.stringify(decoded[1])).toContain('"asyncio.task.name"')
    })

    it('says the same in JSON', () => {
      const read = (extension: string): unknown =>
        JSON.parse(readFileSync(join(here.folder, `out.${extension}`), 'utf8'))
      expect(read('jsonl')).toEqual(read('json'))
      expect(spansOf(read('json'))).toEqual(spansOf(decoded[1]))
      expect(spansOf(decoded[1])).toHaveLength(4)
    })
  },
)

interface Span {
  name: string
  spanId: string
  parentSpanId?: string
  startTimeUnixNano?: string
  endTimeUnixNano: string
  events?: unknown[]
  links?: unknown[]
}

/** What spans say, ids in hexadecimal: OTLP's JSON writes them so, protobuf's own JSON in base64. */
function spansOf(request: unknown): unknown[] {
  const hex = (id = ''): string => (/^[0-9a-f]{16}$/.test(id) ? id : Buffer.from(id, 'base64').toString('hex'))
  const { resourceSpans } = request as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map(({ name, spanId, parentSpanId, startTimeUnixNano = '0', endTimeUnixNano, events = [], links = [] }) => ({
      name,
      id: hex(spanId),
      parent: hex(parentSpanId),
      startTimeUnixNano,
      endTimeUnixNano,
      events: events.length,
      links: links.length,
    }))
}
