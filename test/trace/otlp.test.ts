import { describe, expect, it } from 'vitest'
import { otlpJson, otlpJsonLines } from '../../trace/exports/otlp/otlp.ts'
import { taskSpans } from '../../trace/exports/otlp/spans.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { joinProcesses, type Processes } from '../../trace/model/processes.ts'
import { trace } from '../ascii/trace.ts'
import { manyTasks } from '../webview/manyTasks.ts'

const WALL_NS = 1_700_000_000_123_456_789n

function drawn(drawing: string): Processes {
  const model = buildModel(readTrace(trace(drawing, { killed: true })))
  return joinProcesses([
    { source: 'drawn', model: { ...model, header: { ...model.header, wallClockNs: WALL_NS, monotonicNs: 5n } } },
  ])
}
const spansOf = (traces: Processes): Map<string, ReturnType<typeof toPlain>> =>
  new Map([...taskSpans(traces)].map((span) => [String(span.attributes['asyncio.task.name']), toPlain(span)]))
const toPlain = (span: ReturnType<typeof taskSpans> extends Generator<infer T> ? T : never) => ({
  ...span,
  id: span.spanContext().spanId,
  trace: span.spanContext().traceId,
  parent: span.parentSpanContext?.spanId,
})

const traces = drawn(`
  main   : =#...............
  holder :  =#.....=#✓        | by main, awaits sleep
  first  :  ==#.....==#x      | by main, awaits lock pool, woken by holder, cancelled by main at 6, thrown at 11
  second :  ===#.......==#!   | by main, awaits read
`)

describe('tasks as spans', () => {
  const spans = spansOf(traces)
  const [main, holder, first, second] = ['main', 'holder', 'first', 'second'].map((name) => spans.get(name)!)

  it('have the wall clock’s times, to the nanosecond', () => {
    expect(main.startTime).toEqual([1_700_000_000, 123_456_789])
    expect(first.startTime).toEqual([1_700_000_000, 124_456_789])
    expect(first.endTime).toEqual([1_700_000_000, 135_456_789])
  })

  it('one that has not ended ends with the trace, and says so', () => {
    expect(main.endTime).toEqual([1_700_000_000, 140_456_789])
    expect(main.attributes['asyncio.task.state']).toBe('waiting')
  })

  it('stand below their creator, in one trace with it', () => {
    expect([main, holder, first, second].map(({ parent }) => parent)).toEqual([undefined, main.id, main.id, main.id])
    expect(new Set([main, holder, first, second].map(({ trace: id }) => id)).size).toBe(1)
    expect(main.trace).toMatch(/^[0-9a-f]{32}$/)
    expect(main.id).toMatch(/^[0-9a-f]{16}$/)
  })

  it('are linked to who woke and who cancelled them', () => {
    expect(first.links.map(({ context, attributes }) => [context.spanId, attributes])).toEqual([
      [holder.id, { 'asyncio.link': 'woke', 'asyncio.link.count': 1 }],
      [main.id, { 'asyncio.link': 'cancelled', 'asyncio.link.count': 1 }],
    ])
  })

  it('tell waits, cancel requests and exceptions as events', () => {
    expect(first.events.map(({ name }) => name)).toEqual(['await lock', 'cancel requested'])
    expect(second.events.at(-1)).toMatchObject({
      name: 'exception',
      attributes: { 'exception.type': 'ValueError', 'exception.message': 'no' },
    })
    expect(second.status).toMatchObject({ code: 2, message: 'ValueError: no' })
  })

  it('have the same ids at every export, and others in another recording', () => {
    expect(spansOf(traces).get('first')).toMatchObject({ id: first.id, trace: first.trace })
    const [process] = traces.processes
    const header = { ...process.model.header, pid: 9 }
    const elsewhere = spansOf(joinProcesses([{ source: '', model: { ...process.model, header } }]))
    expect(elsewhere.get('first')!.id).not.toBe(first.id)
  })
})

describe('OTLP in JSON', () => {
  const long = joinProcesses([{ source: 'many', model: buildModel(readTrace(manyTasks(2500, 2))) }])
  interface Request {
    resourceSpans: { scopeSpans: { spans: { spanId: string; startTimeUnixNano: string }[] }[] }[]
  }
  const ids = ({ resourceSpans }: Request): string[] =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)))

  it('is one object, however many batches it took', () => {
    const request = JSON.parse([...otlpJson(long)].join('')) as Request
    expect(request.resourceSpans).toHaveLength(3)
    expect(new Set(ids(request)).size).toBe(2500)
  })

  it('of nothing is an object still', () => {
    expect(JSON.parse([...otlpJson(joinProcesses([]))].join(''))).toEqual({ resourceSpans: [] })
  })

  it('in lines is a request each', () => {
    const lines = [...otlpJsonLines(long)].map((line) => JSON.parse(line) as Request)
    expect(lines.map((request) => ids(request).length)).toEqual([1000, 1000, 500])
  })

  it('at most 128 events a span, the longest waits, and it says how many are missing', () => {
    const [span] = [...taskSpans(joinProcesses([{ source: '', model: buildModel(readTrace(manyTasks(1, 200))) }]))]
    expect([span.events.length, span.droppedEventsCount]).toEqual([128, 71])
  })
})
