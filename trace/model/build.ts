import type { TraceFile } from '../format/reader.ts'
import { Event } from '../format/schema.ts'
import { CancelBuilder } from './cancelBuilder.ts'
import { forEachEvent } from './eventOrder.ts'
import { RunBuilder } from './runBuilder.ts'
import { buildTables } from './tables.ts'
import { TaskBuilder } from './taskBuilder.ts'
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
  const taskCount = definitions.tasks.count
  const streamCount = definitions.streams.count
  const taskOr0 = (id: number): number => (id <= taskCount ? id : 0)
  const stringOr0 = (id: number): number => (id < definitions.strings.length ? id : 0)
  const stackOr0 = (id: number): number => (id <= definitions.stacks.count ? id : 0)
  const awaitOr0 = (id: number): number => (id <= definitions.awaits.count ? id : 0)
  const locationOr0 = (id: number): number => (id <= definitions.locations.count ? id : 0)
  let lastNs = 0
  let dropped = 0
  let unknown = 0
  let dangling = 0

  forEachEvent(events, (kind, aux, atNs, a, b, streamId) => {
    lastNs = atNs
    const stream = streamId <= streamCount ? streamId : 0
    if (isAboutTask(kind) && (a === 0 || a > taskCount)) {
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
        tasks.yield(a, atNs, tables.awaits.stack[awaitOr0(aux)]!)
        break
      case Event.STEP_RETURN:
        runs.endStep(stream, atNs, a)
        tasks.finish(a, atNs, Outcome.done, 0)
        break
      case Event.STEP_RAISE:
        runs.endStep(stream, atNs, a)
        tasks.finish(a, atNs, Outcome.failed, stringOr0(b))
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
        break
      case Event.POLL_BEGIN:
        runs.begin(stream, atNs, RunKind.poll, a <= definitions.loops.count ? a : 0, 0, b)
        break
      case Event.POLL_END:
      case Event.RUN_END:
      case Event.LOOP_START:
      case Event.LOOP_STOP:
      case Event.LOOP_CLOSE:
        runs.end(stream, atNs)
        break
      case Event.DROPPED:
        dropped += a
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
  return {
    header: file.header,
    tables,
    tasks: tasks.tasks,
    segments: tasks.segments,
    runs: runs.runs,
    cancels: cancels.build(),
    endNs,
    end: file.end,
    eventCount: events.count,
    stepCount: tasks.stepCount,
    droppedEvents: dropped,
    notices: notices(file, dropped, unknown + definitions.unknown, dangling),
  }
}

function isAboutTask(kind: number): boolean {
  return (
    (kind >= Event.STEP_BEGIN && kind <= Event.STEP_CANCEL) ||
    (kind >= Event.TASK_CREATE && kind <= Event.CANCEL_MESSAGE)
  )
}

function notices(file: TraceFile, dropped: number, unknown: number, dangling: number): string[] {
  const notices: string[] = []
  if (file.damage !== undefined) notices.push(file.damage)
  if (dropped > 0) notices.push(`The recorder left out ${dropped.toLocaleString('en')} events.`)
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
