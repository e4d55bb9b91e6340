import {
  awaitKind,
  awaitLabel,
  coroutineName,
  sourceLine,
  targetKind,
  targetText,
  taskName,
  userLine,
} from '../model/describe.ts'
import { segmentEndNs } from '../model/at.ts'
import type { TracedProcess } from '../model/processes.ts'
import { Outcome, outcomeNames, State, type TraceModel } from '../model/types.ts'

/** One task as `loopscope tasks --json` prints it. Times in ns since the trace's start, or that of the earliest of several traces. */
export interface TaskReport {
  /** The trace's own; of several traces, unique among all. */
  readonly id: number
  readonly name: string
  readonly coroutine: string
  /** Where the coroutine is defined; null where the trace does not know. */
  readonly file: string | null
  readonly line: number | null
  /** Id of the task that created it. */
  readonly parent: number | null
  /** Process id. */
  readonly process: number
  readonly loop: number | null
  readonly state: 'running' | 'ready' | 'waiting' | 'done' | 'failed' | 'cancelled'
  readonly createdNs: number
  readonly endedNs: number | null
  readonly steps: number
  readonly runningNs: number
  readonly readyNs: number
  readonly waitingNs: number
  /** `Type: message` of a failed task. */
  readonly exception: string | null
  readonly cancelRequests: readonly { atNs: number; by: number | null; message: string | null }[]
  readonly awaits: readonly AwaitReport[]
}

export interface AwaitReport {
  readonly atNs: number
  /** When the task was woken; null where it still waits at the trace's end. */
  readonly untilNs: number | null
  readonly kind: string
  readonly label: string
  /** The await as the user wrote it: the innermost frame outside asyncio. */
  readonly file: string | null
  readonly line: number | null
  /** A task's id, or what else is awaited in words, or null. */
  readonly target: number | string | null
}

const STATE_NAMES = { [State.running]: 'running', [State.ready]: 'ready', [State.waiting]: 'waiting' } as const

/** How a trace's ids and times become those of several traces. */
type Bases = Pick<TracedProcess, 'offsetNs' | 'taskBase' | 'loopBase'>
const ALONE: Bases = { offsetNs: 0, taskBase: 0, loopBase: 0 }

/** All tasks that the trace saw, in order of creation. Linear in the segments. */
export function* taskReports(model: TraceModel, bases = ALONE): Generator<TaskReport> {
  const requests = requestsByTask(model, bases)
  for (let task = 1; task <= model.tasks.count; task++) {
    if (!Number.isNaN(model.tasks.createdNs[task])) yield taskReport(model, task, requests.get(task) ?? [], bases)
  }
}

function taskReport(
  model: TraceModel,
  task: number,
  cancelRequests: TaskReport['cancelRequests'],
  bases: Bases,
): TaskReport {
  const { tasks } = model
  const { offsetNs } = bases
  const definition = sourceLine(model, tasks.coroutine[task])
  const ending = model.tables.strings[tasks.ending[task]]
  return {
    id: task + bases.taskBase,
    name: taskName(model, task),
    coroutine: coroutineName(model, task),
    file: definition.file || null,
    line: definition.line || null,
    parent: idOrNull(tasks.parent[task], bases.taskBase),
    process: model.header.pid,
    loop: idOrNull(tasks.loop[task], bases.loopBase),
    state: stateName(model, task),
    createdNs: tasks.createdNs[task] + offsetNs,
    endedNs: tasks.outcome[task] === Outcome.unfinished ? null : tasks.endedNs[task] + offsetNs,
    steps: tasks.steps[task],
    runningNs: tasks.runningNs[task],
    readyNs: tasks.readyNs[task],
    waitingNs: tasks.waitingNs[task],
    exception: tasks.outcome[task] === Outcome.failed ? ending : null,
    cancelRequests,
    awaits: awaitReports(model, task, bases),
  }
}

/** The state at the trace's end, or how the task ended. */
export function stateName(model: TraceModel, task: number): TaskReport['state'] {
  const outcome = model.tasks.outcome[task]
  if (outcome !== Outcome.unfinished) return outcomeNames[outcome] as 'done' | 'failed' | 'cancelled'
  return STATE_NAMES[model.segments.state[model.segments.last[task] - 1] as State]
}

function awaitReports(model: TraceModel, task: number, bases: Bases): AwaitReport[] {
  const { segments } = model
  const awaits: AwaitReport[] = []
  for (let i = segments.first[task]; i < segments.last[task]; i++) {
    if (segments.state[i] !== State.waiting) continue
    const id = segments.detail[i]
    const site = userLine(model, model.tables.awaits.stack[id])
    const waits = i + 1 === segments.last[task] && model.tasks.outcome[task] === Outcome.unfinished
    awaits.push({
      atNs: segments.startNs[i] + bases.offsetNs,
      untilNs: waits ? null : segmentEndNs(model, task, i) + bases.offsetNs,
      kind: awaitKind(model, id),
      label: awaitLabel(model, id),
      file: site?.file || null,
      line: site?.line || null,
      target: targetReport(model, id, segments.other[i], bases),
    })
  }
  return awaits
}

function targetReport(model: TraceModel, awaitId: number, target: number, bases: Bases): number | string | null {
  if (targetKind(model, awaitId) === 'task')
    return target <= model.tasks.count ? idOrNull(target, bases.taskBase) : null
  return targetText(model, awaitId, target) || null
}

const idOrNull = (id: number, base: number): number | null => (id === 0 ? null : id + base)

function requestsByTask(
  { cancels, tables }: TraceModel,
  { offsetNs, taskBase }: Bases,
): Map<number, { atNs: number; by: number | null; message: string | null }[]> {
  const requests = new Map<number, { atNs: number; by: number | null; message: string | null }[]>()
  cancels.task.forEach((task, i) => {
    const message = cancels.message[i]
    const request = {
      atNs: cancels.atNs[i] + offsetNs,
      by: idOrNull(cancels.by[i], taskBase),
      message: message === 0 ? null : tables.strings[message],
    }
    const list = requests.get(task)
    if (list) list.push(request)
    else requests.set(task, [request])
  })
  return requests
}
