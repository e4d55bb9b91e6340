import {
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
} from '@opentelemetry/api'
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { segmentEndNs } from '../../model/at.ts'
import {
  awaitKind,
  awaitLabel,
  coroutineName,
  sourceLine,
  streamName,
  targetText,
  taskName,
  userLine,
} from '../../model/describe.ts'
import type { Processes, TracedProcess } from '../../model/processes.ts'
import { treeParent } from '../../model/tree.ts'
import { Outcome, State, type TraceModel } from '../../model/types.ts'
import { stateName } from '../tasks.ts'
import { spanIds, type SpanIds } from './ids.ts'

/** What OpenTelemetry's own SDKs keep of a span at the most. */
const MAX_EVENTS = 128
const MAX_LINKS = 128
const SCOPE = { name: 'loopscope', version: '1' } as const

type SpanEvent = ReadableSpan['events'][number]

/**
 * Each task as a span: its creator's span is its parent, and links lead to the tasks that woke or cancelled it. Its events are what it waited for (the
 * longest, where there are many), cancel requests, and the exception that ended it. A task that had not ended ends with the trace.
 * Times are those of the wall clock. Linear in the segments.
 */
export function* taskSpans({ processes, wallClockNs }: Processes): Generator<ReadableSpan> {
  for (const process of processes) {
    const { model } = process
    const ids = spanIds(model.header)
    const context: Context = {
      ...process,
      ids,
      resource: resourceOf(model),
      root: rootOf(model),
      cancelsOf: cancelsByTask(model),
      time: (atNs) => hrTime(wallClockNs, process.offsetNs + atNs),
    }
    for (let task = 1; task <= model.tasks.count; task++)
      if (!Number.isNaN(model.tasks.createdNs[task])) yield taskSpan(context, task)
  }
}

interface Context extends TracedProcess {
  readonly ids: SpanIds
  readonly resource: Resource
  /** By task: the one at the top of its creation tree. */
  readonly root: Uint32Array
  /** By task: indexes of its cancel requests. */
  readonly cancelsOf: ReadonlyMap<number, readonly number[]>
  readonly time: (atNs: number) => HrTime
}

function taskSpan(context: Context, task: number): ReadableSpan {
  const { model, resource, time } = context
  const { tasks } = model
  const parent = treeParent(tasks, task)
  const outcome = tasks.outcome[task]
  const endNs = outcome === Outcome.unfinished ? model.endNs : tasks.endedNs[task]
  const { events, dropped } = eventsOf(context, task)
  const links = linksOf(context, task)
  return {
    name: coroutineName(model, task) || taskName(model, task),
    kind: SpanKind.INTERNAL,
    spanContext: () => spanContext(context, task),
    ...(parent > 0 ? { parentSpanContext: spanContext(context, parent) } : {}),
    startTime: time(tasks.createdNs[task]),
    endTime: time(endNs),
    duration: hrTime(0n, endNs - tasks.createdNs[task]),
    ended: true,
    status:
      outcome === Outcome.failed
        ? { code: SpanStatusCode.ERROR, message: model.tables.strings[tasks.ending[task]] }
        : { code: SpanStatusCode.UNSET },
    attributes: attributesOf(context, task),
    events,
    links: links.slice(0, MAX_LINKS),
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: dropped,
    droppedLinksCount: Math.max(0, links.length - MAX_LINKS),
  }
}

const spanContext = ({ ids, root }: Context, task: number): SpanContext => ({
  traceId: ids.trace(root[task]),
  spanId: ids.span(task),
  traceFlags: TraceFlags.SAMPLED,
})

function attributesOf({ model, taskBase }: Context, task: number): Attributes {
  const { tasks, loops } = model
  const definition = sourceLine(model, tasks.coroutine[task])
  const stream = loops.stream[tasks.loop[task]] ?? 0
  return {
    'code.function.name': definition.function,
    ...(definition.file === '' ? {} : { 'code.file.path': definition.file, 'code.line.number': definition.line }),
    ...(stream > 0 ? { 'thread.name': streamName(model, stream) } : {}),
    'asyncio.task.name': taskName(model, task),
    'asyncio.task.id': task + taskBase,
    'asyncio.task.state': stateName(model, task),
    'asyncio.task.steps': tasks.steps[task],
    'asyncio.task.running_ns': tasks.runningNs[task],
    'asyncio.task.ready_ns': tasks.readyNs[task],
    'asyncio.task.waiting_ns': tasks.waitingNs[task],
  }
}

/** In time's order: the exception and the cancel requests, and of the waits the longest for which there is room. */
function eventsOf(context: Context, task: number): { events: SpanEvent[]; dropped: number } {
  const { model, time, cancelsOf } = context
  const { tasks, cancels, tables } = model
  const events: { atNs: number; event: SpanEvent }[] = []
  const ending = tables.strings[tasks.ending[task]]
  if (tasks.outcome[task] === Outcome.failed) {
    const [type, ...message] = ending.split(': ')
    const attributes = { 'exception.type': type, 'exception.message': message.join(': ') }
    events.push({
      atNs: tasks.endedNs[task],
      event: { time: time(tasks.endedNs[task]), name: 'exception', attributes },
    })
  }
  for (const i of cancelsOf.get(task) ?? []) {
    const message = tables.strings[cancels.message[i]]
    const attributes = {
      ...(message === '' ? {} : { 'asyncio.cancel.message': message }),
      ...(cancels.by[i] > 0 ? { 'asyncio.cancel.by': taskName(model, cancels.by[i]) } : {}),
    }
    events.push({ atNs: cancels.atNs[i], event: { time: time(cancels.atNs[i]), name: 'cancel requested', attributes } })
  }
  const told = events.slice(0, MAX_EVENTS)
  const waits = waitsOf(model, task)
  const longest = longestWaits(model, task, waits, MAX_EVENTS - told.length)
  for (const segment of longest)
    told.push({ atNs: model.segments.startNs[segment], event: awaitEvent(context, task, segment) })
  return {
    events: told.sort((a, b) => a.atNs - b.atNs).map(({ event }) => event),
    dropped: events.length + waits.length - told.length,
  }
}

function awaitEvent({ model, time }: Context, task: number, segment: number): SpanEvent {
  const { segments } = model
  const id = segments.detail[segment]
  const line = userLine(model, model.tables.awaits.stack[id])
  const target = targetText(model, id, segments.other[segment])
  return {
    time: time(segments.startNs[segment]),
    name: `await ${awaitLabel(model, id)}`,
    attributes: {
      'asyncio.await.kind': awaitKind(model, id),
      'asyncio.await.duration_ns': segmentEndNs(model, task, segment) - segments.startNs[segment],
      ...(target === '' ? {} : { 'asyncio.await.target': target }),
      ...(line ? { 'code.file.path': line.file, 'code.line.number': line.line } : {}),
    },
  }
}

/** The segments in which a task waits. */
function waitsOf({ segments }: TraceModel, task: number): number[] {
  const waits: number[] = []
  for (let i = segments.first[task]; i < segments.last[task]; i++)
    if (segments.state[i] === State.waiting) waits.push(i)
  return waits
}

function longestWaits(model: TraceModel, task: number, waits: readonly number[], room: number): readonly number[] {
  if (waits.length <= room) return waits
  const lasted = (i: number): number => segmentEndNs(model, task, i) - model.segments.startNs[i]
  return [...waits].sort((a, b) => lasted(b) - lasted(a)).slice(0, room)
}

/** One link for each other task and what it did, with how often; the first to do so comes first. */
function linksOf(context: Context, task: number): Link[] {
  const { model, cancelsOf } = context
  const { segments, cancels } = model
  const links = new Map<string, { other: number; did: string; count: number }>()
  const add = (other: number, did: string): void => {
    if (other === 0 || other === task) return
    const link = links.get(`${did} ${other}`)
    if (link) link.count++
    else links.set(`${did} ${other}`, { other, did, count: 1 })
  }
  for (let i = segments.first[task] + 1; i < segments.last[task]; i++)
    if (segments.state[i] === State.ready && segments.state[i - 1] === State.waiting) add(segments.other[i], 'woke')
  for (const i of cancelsOf.get(task) ?? []) add(cancels.by[i], 'cancelled')
  return [...links.values()].map(({ other, did, count }) => ({
    context: spanContext(context, other),
    attributes: { 'asyncio.link': did, 'asyncio.link.count': count },
  }))
}

/** The root of each task's creation tree; creators come before what they created. */
function rootOf({ tasks }: TraceModel): Uint32Array {
  const root = new Uint32Array(tasks.count + 1)
  for (let task = 1; task <= tasks.count; task++) {
    const parent = treeParent(tasks, task)
    root[task] = parent > 0 ? root[parent] : task
  }
  return root
}

function cancelsByTask({ cancels }: TraceModel): Map<number, number[]> {
  const byTask = new Map<number, number[]>()
  cancels.task.forEach((task, i) => {
    const list = byTask.get(task)
    if (list) list.push(i)
    else byTask.set(task, [i])
  })
  return byTask
}

function resourceOf({ header }: TraceModel): Resource {
  const [program] = header.argv
  return resourceFromAttributes({
    'service.name': program ? (program.split(/[\\/]/).pop() ?? program) : 'asyncio',
    'process.pid': header.pid,
    'process.parent_pid': header.ppid,
    'process.command_args': [...header.argv],
    'process.working_directory': header.cwd,
    'process.executable.path': header.interpreter.executable,
    'process.runtime.name': header.interpreter.name,
    'process.runtime.version': header.interpreter.version,
    'telemetry.sdk.name': header.runtime.name,
    'telemetry.sdk.version': header.runtime.version,
    'telemetry.sdk.language': header.runtime.name.includes('typescript') ? 'nodejs' : 'python',
  })
}

/** Seconds and nanoseconds. */
function hrTime(zeroNs: bigint, ns: number): HrTime {
  const all = zeroNs + BigInt(Math.round(ns))
  return [Number(all / 1_000_000_000n), Number(all % 1_000_000_000n)]
}
