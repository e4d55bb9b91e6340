import {
  awaitLabel,
  coroutineName,
  objectName,
  sourceLine,
  streamName,
  targetText,
  taskName,
  userLine,
  type SourceLine,
} from '../../model/describe.ts'
import { segmentEndNs } from '../../model/at.ts'
import type { Processes, TracedProcess } from '../../model/processes.ts'
import { taskTree } from '../../model/tree.ts'
import { Outcome, outcomeNames, RunKind, State, type TraceModel } from '../../model/types.ts'
import { Cause, findFlows, flowNumber, type Flows } from './flows.ts'
import { PacketWriter } from './packets.ts'

/** Bytes that are gathered before they are handed over. */
const CHUNK_BYTES = 1 << 20
const RUN_CATEGORIES = ['step', 'callback', 'timer', 'poll'] as const
const CAUSE_NAMES = { [Cause.create]: 'create', [Cause.wake]: 'wake', [Cause.cancel]: 'cancel' } as const

/**
 * Traces as a Perfetto trace (protobuf), in pieces: each process with its threads, a counter for each queue or semaphore, and a track for each task below `Tasks`.
 * A task's slice spans its life and holds those of its states; one that had not ended has no end. Arrows lead from who created, woke or cancelled it.
 * Linear in the traces' segments and runs.
 */
export function* perfettoTrace({ processes }: Processes): Generator<Uint8Array> {
  let uuid = 1
  for (const [index, process] of processes.entries()) {
    const writer = new PacketWriter(index + 1)
    const tracks = trackIds(process.model, uuid)
    uuid = tracks.next
    const parts = writeProcess(process, index, tracks, writer)
    while (!parts.next().done) if (writer.length >= CHUNK_BYTES) yield writer.take()
    yield writer.take()
  }
}

interface TrackIds {
  readonly process: number
  readonly group: number
  readonly stream: (stream: number) => number
  readonly task: (task: number) => number
  readonly object: (object: number) => number
  readonly next: number
}

function trackIds({ runs, tasks, tables }: TraceModel, first: number): TrackIds {
  const streams = first + 2
  const taskIds = streams + runs.first.length
  const objects = taskIds + tasks.count + 1
  return {
    process: first,
    group: first + 1,
    stream: (stream) => streams + stream,
    task: (task) => taskIds + task,
    object: (object) => objects + object,
    next: objects + tables.objects.kind.length,
  }
}

/** Everything that the parts of one process' export share. */
interface Context extends TracedProcess {
  readonly tracks: TrackIds
  readonly writer: PacketWriter
  readonly flows: Flows
  /** The number of an arrow, unique among all processes. */
  readonly flowId: (flow: number) => number
  readonly deliveries: ReturnType<typeof deliveries>
  /** By location: where a coroutine is defined. */
  readonly definition: (location: number) => SourceLine
  /** By await: what it is called, and the line of the program's own code. */
  readonly wait: (awaitId: number) => { readonly name: string; readonly location: SourceLine | undefined }
}

/** Yields after every part, so that the bytes can be taken. */
function* writeProcess(
  process: TracedProcess,
  index: number,
  tracks: TrackIds,
  writer: PacketWriter,
): Generator<undefined> {
  const { model, startNs } = process
  const { header } = model
  const context: Context = {
    ...process,
    tracks,
    writer,
    flows: findFlows(model),
    flowId: (flow) => index * 2 ** 40 + flow + 1,
    deliveries: deliveries(model),
    definition: once((location) => sourceLine(model, location)),
    wait: once((id) => ({ name: awaitLabel(model, id), location: userLine(model, model.tables.awaits.stack[id]) })),
  }
  writer.clocks(startNs, header.wallClockNs, header.monotonicNs)
  const name = header.argv.join(' ') || header.interpreter.name || 'process'
  writer.track({ uuid: tracks.process, process: { pid: header.pid, name, argv: header.argv } })
  for (let stream = 1; stream < model.runs.first.length; stream++)
    if (process.owns(stream)) yield* writeThread(context, stream)
  yield* writeLevels(context)
  writer.track({ uuid: tracks.group, parent: tracks.process, name: 'Tasks', ranksChildren: true })
  const { order } = taskTree(model.tasks)
  for (let rank = 0; rank < order.length; rank++) yield* writeTask(context, order[rank], rank)
}

function* writeThread(context: Context, stream: number): Generator<undefined> {
  const { model, tracks, writer, flows, offsetNs } = context
  const { runs, tables } = model
  const track = tracks.stream(stream)
  const thread = {
    pid: model.header.pid,
    id: tables.streams.threadId[stream] || stream,
    name: streamName(model, stream),
  }
  writer.track({ uuid: track, parent: tracks.process, thread })
  const leaving = flows.fromStream(stream)
  let next = 0
  for (let run = runs.first[stream]; run < runs.last[stream]; run++) {
    writeRun(context, track, run)
    while (next < leaving.length && flows.atNs(leaving[next]) <= runs.endNs[run])
      writeLeaving(context, track, leaving[next++])
    writer.end(track, runs.endNs[run] + offsetNs)
    yield
  }
}

function writeRun({ model, writer, offsetNs, definition }: Context, track: number, run: number): void {
  const { runs } = model
  const subject = runs.subject[run]
  const kind = runs.kind[run]
  const isCallback = kind === RunKind.callback || kind === RunKind.timer
  writer.begin({
    track,
    atNs: runs.startNs[run] + offsetNs,
    name: isCallback
      ? definition(subject).function || 'callback'
      : kind === RunKind.step
        ? taskName(model, subject)
        : 'poll',
    category: RUN_CATEGORIES[kind],
    location: isCallback ? definition(subject) : undefined,
    annotations: undefined,
    endingFlow: undefined,
  })
}

function* writeLevels({ model, tracks, writer, offsetNs }: Context): Generator<undefined> {
  const { levels } = model
  const known = new Set<number>()
  for (let i = 0; i < levels.object.length; i++) {
    const object = levels.object[i]
    if (!known.has(object)) {
      known.add(object)
      writer.track({
        uuid: tracks.object(object),
        parent: tracks.process,
        name: objectName(model, object),
        isCounter: true,
      })
    }
    writer.counter(tracks.object(object), levels.atNs[i] + offsetNs, levels.level[i])
    yield
  }
}

function* writeTask(context: Context, task: number, rank: number): Generator<undefined> {
  const { model, tracks, writer, flows, flowId, offsetNs } = context
  const { tasks, segments } = model
  const track = tracks.task(task)
  writer.track({ uuid: track, parent: tracks.group, name: taskName(model, task), rank })
  writer.begin({
    track,
    atNs: tasks.createdNs[task] + offsetNs,
    name: coroutineName(model, task) || taskName(model, task),
    category: 'task',
    location: context.definition(tasks.coroutine[task]),
    annotations: lifeText(context, task),
    endingFlow: tasks.parent[task] > 0 ? flowId(flowNumber(Cause.create, task)) : undefined,
  })
  const leaving = flows.fromTask(task)
  const thrown = context.deliveries.get(task)
  let next = 0
  for (let i = segments.first[task]; i < segments.last[task]; i++) {
    writeSegment(context, task, i, thrown?.get(segments.startNs[i]))
    const endNs = segmentEndNs(model, task, i)
    while (next < leaving.length && flows.atNs(leaving[next]) <= endNs) writeLeaving(context, track, leaving[next++])
    if (i + 1 < segments.last[task] || tasks.outcome[task] !== Outcome.unfinished) writer.end(track, endNs + offsetNs)
    yield
  }
  if (tasks.outcome[task] !== Outcome.unfinished) writer.end(track, tasks.endedNs[task] + offsetNs)
}

function writeSegment(context: Context, task: number, i: number, cancel = -1): void {
  const { model, tracks, writer, flowId, offsetNs, wait } = context
  const { segments } = model
  const track = tracks.task(task)
  const atNs = segments.startNs[i] + offsetNs
  const detail = segments.detail[i]
  if (segments.state[i] === State.waiting) {
    const { name, location } = wait(detail)
    const target = targetText(model, detail, segments.other[i])
    const annotations = target === '' ? undefined : { target }
    writer.begin({ track, atNs, name, category: 'waiting', location, annotations, endingFlow: undefined })
  } else if (segments.state[i] === State.ready) {
    const isWoken = i > segments.first[task] && segments.state[i - 1] === State.waiting
    const endingFlow = isWoken ? flowId(flowNumber(Cause.wake, i)) : undefined
    writer.begin({
      track,
      atNs,
      name: 'ready',
      category: 'ready',
      location: undefined,
      annotations: undefined,
      endingFlow,
    })
  } else {
    const annotations = detail === 1 ? { thrown: 'CancelledError' } : undefined
    const endingFlow = cancel < 0 ? undefined : flowId(flowNumber(Cause.cancel, cancel))
    writer.begin({ track, atNs, name: 'running', category: 'running', location: undefined, annotations, endingFlow })
  }
}

/** An instant in the slice of who did it, at which an arrow begins. */
function writeLeaving({ model, writer, flows, flowId, offsetNs }: Context, track: number, flow: number): void {
  const cause = CAUSE_NAMES[flows.cause(flow)]
  const name = `${cause} ${taskName(model, flows.target(flow))}`
  writer.instant(track, flows.atNs(flow) + offsetNs, name, cause, flowId(flow))
}

/** By task, and by the moment at which a CancelledError was thrown into it: the request that did it. */
function deliveries({ cancels }: TraceModel): Map<number, Map<number, number>> {
  const byTask = new Map<number, Map<number, number>>()
  cancels.task.forEach((task, i) => {
    const moments = byTask.get(task) ?? new Map<number, number>()
    byTask.set(task, moments.set(cancels.deliveredNs[i], i))
  })
  return byTask
}

/** Remembers what `make` gave for a number: the same object each time. */
function once<T>(make: (id: number) => T): (id: number) => T {
  const made = new Map<number, T>()
  return (id) => {
    const before = made.get(id)
    if (before !== undefined) return before
    const value = make(id)
    made.set(id, value)
    return value
  }
}

function lifeText({ model, taskBase }: Context, task: number): Record<string, string | number> {
  const { tasks, tables } = model
  const ending = tables.strings[tasks.ending[task]]
  const creation = userLine(model, tasks.creationStack[task])
  return {
    task: task + taskBase,
    outcome: outcomeNames[tasks.outcome[task]],
    ...(ending ? { [tasks.outcome[task] === Outcome.failed ? 'exception' : 'message']: ending } : {}),
    ...(creation ? { 'created at': `${creation.file}:${creation.line}` } : {}),
    steps: tasks.steps[task],
  }
}
