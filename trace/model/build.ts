import type { TraceFile } from '../format/reader.ts'
import { Event } from '../format/schema.ts'
import { CancelBuilder } from './cancelBuilder.ts'
import { inferRequesters } from './cancelRequesters.ts'
import { ConnectionBuilder } from './connectionBuilder.ts'
import { forEachEvent } from './eventOrder.ts'
import { JobBuilder } from './jobBuilder.ts'
import { NoteBuilder } from './noteBuilder.ts'
import { ResourceBuilder } from './resourceBuilder.ts'
import { RunBuilder } from './runBuilder.ts'
import { ScopeBuilder } from './scopeBuilder.ts'
import { buildTables } from './tables.ts'
import { TaskBuilder } from './taskBuilder.ts'
import { TimerBuilder } from './timerBuilder.ts'
import { Outcome, RunKind, type TraceModel } from './types.ts'

/**
 * Interprets a file. Two passes over its events: one counts, so that every column has its room, one fills.
 * Takes any file that the reader takes: what does not make sense is left out and counted in `notices`.
 */
export function buildModel(file: TraceFile): TraceModel {
  const { definitions, events } = file
  const tables = buildTables(definitions)
  const tasks = new TaskBuilder(definitions, events)
  const runs = new RunBuilder(events, definitions.streams.count)
  const cancels = new CancelBuilder()
  const resources = new ResourceBuilder(definitions.objects.count)
  const scopes = new ScopeBuilder()
  const jobs = new JobBuilder()
  const connections = new ConnectionBuilder()
  const timers = new TimerBuilder()
  const notes = new NoteBuilder(definitions.loops.count)
  const taskCount = definitions.tasks.count
  const streamCount = definitions.streams.count
  const taskOr0 = (id: number): number => (id <= taskCount ? id : 0)
  const stringOr0 = (id: number): number => (id < definitions.strings.length ? id : 0)
  const stackOr0 = (id: number): number => (id <= definitions.stacks.count ? id : 0)
  const awaitOr0 = (id: number): number => (id <= definitions.awaits.count ? id : 0)
  const locationOr0 = (id: number): number => (id <= definitions.locations.count ? id : 0)
  const loopOr0 = (id: number): number => (id <= definitions.loops.count ? id : 0)
  const objectOr0 = (id: number): number => (id <= definitions.objects.count ? id : 0)
  const streamOr0 = (id: number): number => (id <= streamCount ? id : 0)
  let lastNs = 0
  let dropped = 0
  const reasons = new Set<string>()
  let unknown = 0
  let dangling = 0
  /** The latest task that no task created. */
  let rootTask = 0
  /** The timer that runs next, by stream. */
  const nextTimer = new Uint32Array(streamCount + 1)

  forEachEvent(events, (kind, aux, atNs, a, b, streamId) => {
    lastNs = atNs
    const stream = streamOr0(streamId)
    if (isAboutTask(kind) && (a === 0 || a > taskCount)) {
      dangling++
      return
    }
    if (isAboutObject(kind) && (a === 0 || a > definitions.objects.count)) {
      dangling++
      return
    }
    switch (kind) {
      case Event.STEP_BEGIN:
        runs.beginStep(stream, atNs, a)
        tasks.begin(a, atNs, aux)
        if (aux & 1) cancels.deliver(a, atNs)
        break
      case Event.STEP_SUSPEND:
        runs.endStep(stream, atNs, a)
        tasks.suspend(a, atNs, awaitOr0(aux), b)
        break
      case Event.STEP_YIELD:
        runs.endStep(stream, atNs, a)
        tasks.yield(a, atNs, tables.awaits.stack[awaitOr0(aux)])
        break
      case Event.STEP_RETURN:
        runs.endStep(stream, atNs, a)
        tasks.finish(a, atNs, Outcome.done, 0)
        break
      case Event.STEP_RAISE:
        runs.endStep(stream, atNs, a)
        tasks.finish(a, atNs, Outcome.failed, stringOr0(b), stackOr0(aux))
        break
      case Event.STEP_CANCEL:
        runs.endStep(stream, atNs, a)
        tasks.finish(a, atNs, Outcome.cancelled, stringOr0(b))
        break
      case Event.TASK_READY:
        tasks.ready(a, atNs, stackOr0(aux), taskOr0(b))
        break
      case Event.TASK_CREATE:
        tasks.create(a, atNs, stackOr0(aux), taskOr0(b))
        if (b === 0) rootTask = a
        break
      case Event.TASK_NAME:
        tasks.tasks.name[a] = stringOr0(b)
        break
      case Event.CANCEL_REQUEST:
        cancels.request(a, atNs, taskOr0(b), stackOr0(aux))
        break
      case Event.CANCEL_MESSAGE:
        cancels.message(a, stringOr0(b))
        break
      case Event.CALLBACK_BEGIN:
        runs.begin(stream, atNs, RunKind.callback, locationOr0(aux), taskOr0(a), b)
        break
      case Event.TIMER_BEGIN:
        runs.begin(stream, atNs, RunKind.timer, locationOr0(aux), taskOr0(a), b)
        if (nextTimer[stream] > 0) timers.runs(nextTimer[stream], runs.current(stream))
        nextTimer[stream] = 0
        break
      case Event.POLL_BEGIN:
        runs.begin(stream, atNs, RunKind.poll, loopOr0(a), aux, b)
        break
      case Event.POLL_END:
      case Event.RUN_END:
        runs.end(stream, atNs)
        break
      case Event.LOOP_START:
        runs.end(stream, atNs)
        notes.loopStarts(loopOr0(a), atNs, stream, stackOr0(aux), rootTask)
        rootTask = 0
        break
      case Event.LOOP_STOP:
        runs.end(stream, atNs)
        notes.loopStops(loopOr0(a), atNs, stringOr0(b))
        break
      case Event.LOOP_CLOSE:
        runs.end(stream, atNs)
        notes.loopCloses(loopOr0(a), atNs)
        break
      case Event.UNCANCEL:
        notes.uncancel(a, atNs, stackOr0(aux), b)
        break
      case Event.ACQUIRE:
        resources.acquire(a, atNs, taskOr0(b), stackOr0(aux))
        break
      case Event.RELEASE:
        resources.release(a, atNs, taskOr0(b))
        break
      case Event.LEVEL:
        resources.level(a, atNs, b, stackOr0(aux), runs.currentTask(stream))
        break
      case Event.CAPACITY:
        resources.capacity(a, b)
        break
      case Event.SCOPE_OPEN:
        scopes.open(a, atNs, taskOr0(b), stackOr0(aux))
        break
      case Event.SCOPE_CHILD:
        scopes.child(a, taskOr0(b))
        break
      case Event.SCOPE_CLOSE:
        scopes.close(a, atNs, aux)
        break
      case Event.JOB_SUBMIT:
        jobs.submit(a, atNs, objectOr0(b), stackOr0(aux), runs.currentTask(stream))
        break
      case Event.JOB_BEGIN:
        jobs.begin(a, atNs, stream)
        break
      case Event.JOB_END:
        jobs.end(a, atNs)
        break
      case Event.SAMPLE:
        notes.sample(atNs, streamOr0(a), stackOr0(aux), b, runs.current(streamOr0(a)))
        break
      case Event.TASK_DESTROYED:
        notes.warn(kind, atNs, a, 0, 0, 0)
        break
      case Event.CANCEL_CAUGHT:
        notes.warn(kind, atNs, taskOr0(a), stackOr0(aux), 0, 0)
        break
      case Event.CALLBACK_REPEATS:
        notes.warn(kind, atNs, 0, stackOr0(aux), 0, locationOr0(a))
        break
      case Event.UNRETRIEVED:
        notes.warn(kind, atNs, taskOr0(a), stackOr0(aux), stringOr0(b), 0)
        break
      case Event.NEVER_AWAITED:
        notes.warn(kind, atNs, taskOr0(b), stackOr0(aux), 0, locationOr0(a))
        break
      case Event.LOOP_ERROR:
        notes.warn(kind, atNs, taskOr0(b), stackOr0(aux), stringOr0(a), 0)
        break
      case Event.THREADSAFE_CALL:
        notes.call(1, atNs, stream, loopOr0(a), stackOr0(aux), locationOr0(b), runs.currentTask(stream))
        break
      case Event.FOREIGN_CALL:
        notes.call(0, atNs, stream, loopOr0(a), stackOr0(aux), taskOr0(b), runs.currentTask(stream))
        break
      case Event.TIMER_SET:
        timers.set(a, atNs, locationOr0(b), stackOr0(aux), runs.currentTask(stream))
        break
      case Event.TIMER_CANCEL:
        timers.cancel(a, atNs, taskOr0(b), stackOr0(aux))
        break
      case Event.TIMER_RUN:
        nextTimer[stream] = a
        break
      case Event.DETAIL:
        tables.objects.detail[a] = stringOr0(b)
        break
      case Event.OPENED:
        connections.opened(a, atNs, stackOr0(aux), runs.currentTask(stream), objectOr0(b))
        break
      case Event.CLOSED:
        connections.closed(a, atNs, stringOr0(b))
        break
      case Event.RECEIVED:
        connections.received(a, b)
        break
      case Event.SENT:
        connections.sent(a, b)
        break
      case Event.WRITING:
        if (b === 0) connections.paused(a)
        break
      case Event.SPAWNED:
        connections.spawned(a, atNs, stackOr0(aux), runs.currentTask(stream), b)
        break
      case Event.KILLED:
        connections.killed(a, b, stackOr0(aux))
        break
      case Event.EXITED:
        connections.exited(a, atNs, b)
        break
      case Event.SIGNAL:
        notes.happen(kind, atNs, a, locationOr0(aux), 0)
        break
      case Event.FINALIZED:
        notes.happen(kind, atNs, locationOr0(a), taskOr0(b), 0)
        break
      case Event.WATCH:
        notes.happen(kind, atNs, a, stackOr0(aux), b)
        break
      case Event.DROPPED:
        dropped += a
        if (b > 0 && b < definitions.strings.length) reasons.add(definitions.strings[b])
        break
      case Event.ALIVE:
        break
      default:
        unknown++
    }
  })

  const endNs = Number.isNaN(file.endNs) ? lastNs : Math.max(lastNs, file.endNs)
  tasks.close(endNs)
  runs.close(endNs)
  scopes.closeWaits(tasks.segments, tables)
  const model: TraceModel = {
    header: file.header,
    tables,
    tasks: tasks.tasks,
    segments: tasks.segments,
    runs: runs.runs,
    cancels: cancels.build(),
    holds: resources.buildHolds(),
    levels: resources.buildLevels(),
    scopes: scopes.build(),
    jobs: jobs.build(),
    ...connections.build(),
    timers: timers.build(),
    ...notes.build(),
    endNs,
    end: file.end,
    eventCount: events.count,
    stepCount: tasks.stepCount,
    droppedEvents: dropped,
    notices: notices(file, dropped, reasons, unknown + definitions.unknown, dangling),
  }
  inferRequesters(model)
  return model
}

function isAboutTask(kind: number): boolean {
  return (
    (kind >= Event.STEP_BEGIN && kind <= Event.STEP_CANCEL) ||
    (kind >= Event.TASK_CREATE && kind <= Event.TASK_DESTROYED)
  )
}

const isAboutObject = (kind: number): boolean => kind >= Event.ACQUIRE && kind <= Event.KILLED

function notices(
  file: TraceFile,
  dropped: number,
  reasons: ReadonlySet<string>,
  unknown: number,
  dangling: number,
): string[] {
  const notices: string[] = []
  if (file.damage !== undefined) notices.push(file.damage)
  if (dropped > 0) notices.push(`The recorder left out ${dropped.toLocaleString('en')} events.`)
  for (const reason of reasons) notices.push(`Not recorded: ${reason}.`)
  if (file.skippedBlocks + unknown > 0) {
    const count = (file.skippedBlocks + unknown).toLocaleString('en')
    notices.push(
      `${count} records are of kinds this version does not know and are not shown: update Loopscope to see them.`,
    )
  }
  if (dangling > 0) {
    notices.push(
      `${dangling.toLocaleString('en')} events name a task that the trace does not define and are not shown.`,
    )
  }
  return notices
}
