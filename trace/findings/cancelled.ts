import { awaitKindNames } from '../format/schema.ts'
import { lastAtOrBefore } from '../model/at.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'

/** What a task did after a CancelledError was thrown into it. */
export interface Cancelled {
  /** Index into `model.cancels`. */
  readonly request: number
  readonly task: number
  readonly atNs: number
  readonly deliveredNs: number
  /** The await that was interrupted, 0 = not known. */
  readonly interrupted: number
  /** The awaits after it, in order. */
  readonly after: readonly number[]
  /** Whether, at once after it, the task waited in the same function again for the same kind of thing, other than time. */
  readonly waitsAgain: boolean
  /** When the next request to the task came, NaN = none did. */
  readonly nextNs: number
  /** When the task ended, or the trace did. */
  readonly untilNs: number
  /** Whether, after it, the task came back to an await that it was in before: its normal course. */
  readonly resumed: boolean
  /** Whether who asked then waited for the task to end. */
  readonly requesterWaits: boolean
  /** Whether a later request came. */
  readonly again: boolean
}

/** Functions of libraries that cancel a task only to end a scope inside it: timeouts, groups that cancel their owner, anyio's scopes. */
const SCOPED = /^(?:_on_timeout|_do_exit|_timed_out|_on_task_done|_deliver_cancellation|_do_timeout|_aexit|__aexit__)$/
/** How far back and on a task's course is looked at: enough to know where it goes round. */
const MAX_BEFORE = 1000
const MAX_AFTER = 200

/** Every request that was delivered, that no scope of a library made, and that did not end the task in the same step. Linear in requests and what followed. */
export function cancelledTasks(model: TraceModel): readonly Cancelled[] {
  let known = cancelledOf.get(model)
  if (!known) cancelledOf.set(model, (known = findCancelled(model)))
  return known
}

const cancelledOf = new WeakMap<TraceModel, readonly Cancelled[]>()

function findCancelled(model: TraceModel): Cancelled[] {
  const { cancels, tasks } = model
  const latest = new Map<number, number>()
  const nextNs = new Float64Array(cancels.task.length).fill(NaN)
  // What ends a scope inside the task, as each timeout of a loop does, is no further request to end.
  const meant = cancels.task.map((task, i) => (isScoped(model, cancels.stack[i]) || cancels.by[i] === task ? 0 : 1))
  cancels.task.forEach((task, i) => {
    if (!meant[i]) return
    const before = latest.get(task)
    if (before !== undefined) nextNs[before] = cancels.atNs[i]
    latest.set(task, i)
  })
  const out: Cancelled[] = []
  cancels.task.forEach((task, request) => {
    const deliveredNs = cancels.deliveredNs[request]
    if (Number.isNaN(deliveredNs) || !meant[request]) return
    const { interrupted, after, resumed } = aftermath(model, task, deliveredNs)
    out.push({
      request,
      task,
      atNs: cancels.atNs[request],
      deliveredNs,
      interrupted,
      after,
      resumed,
      waitsAgain: waitsAgain(model, interrupted, after[0] ?? 0),
      nextNs: nextNs[request],
      untilNs: tasks.outcome[task] === Outcome.unfinished ? model.endNs : tasks.endedNs[task],
      requesterWaits: requesterWaits(model, request),
      again: latest.get(task) !== request,
    })
  })
  return out
}

const takenBackOf = new WeakMap<TraceModel, ReadonlyMap<number, number>>()

/** By request: the row in `uncancels` that took it back. Each call takes back the latest, as that of a timeout which came after. Linear. */
export function takenBack(model: TraceModel): ReadonlyMap<number, number> {
  const known = takenBackOf.get(model)
  if (known) return known
  const { cancels, uncancels } = model
  const open = new Map<number, number[]>()
  const by = new Map<number, number>()
  let request = 0
  uncancels.task.forEach((task, row) => {
    for (; request < cancels.task.length && cancels.atNs[request] <= uncancels.atNs[row]; request++) {
      const requests = open.get(cancels.task[request])
      if (requests) requests.push(request)
      else open.set(cancels.task[request], [request])
    }
    const latest = open.get(task)?.pop()
    if (latest !== undefined) by.set(latest, row)
  })
  takenBackOf.set(model, by)
  return by
}

function isScoped({ tables }: TraceModel, stack: number): boolean {
  const name = tables.strings[tables.locations.function[tables.stacks.location[stack]]] ?? ''
  return SCOPED.test(name.split('.').at(-1) ?? '')
}

function aftermath(
  model: TraceModel,
  task: number,
  deliveredNs: number,
): Pick<Cancelled, 'interrupted' | 'after' | 'resumed'> {
  const { segments } = model
  const first = segments.first[task]
  const last = segments.last[task]
  const step = lastAtOrBefore(segments.startNs, first, last, deliveredNs)
  const before = new Set<number>()
  let interrupted = 0
  for (let i = step; i >= first && i > step - MAX_BEFORE; i--) {
    if (segments.state[i] !== State.waiting) continue
    if (interrupted === 0) interrupted = segments.detail[i]
    before.add(segments.detail[i])
  }
  const after: number[] = []
  let resumed = false
  for (let i = Math.max(step, first); i < last && after.length < MAX_AFTER; i++) {
    if (segments.state[i] !== State.waiting || segments.startNs[i] < deliveredNs) continue
    after.push(segments.detail[i])
    if (before.has(segments.detail[i])) resumed = true
  }
  return { interrupted, after, resumed }
}

/** Not time: clean-up may take any. */
const AGAIN = new Set([
  'shield',
  'queue_get',
  'queue_put',
  'event',
  'condition',
  'barrier',
  'read',
  'lock',
  'semaphore',
])

function waitsAgain({ tables }: TraceModel, interrupted: number, next: number): boolean {
  if (interrupted === 0 || next === 0 || tables.awaits.kind[interrupted] !== tables.awaits.kind[next]) return false
  if (!AGAIN.has(awaitKindNames[tables.awaits.kind[next]] ?? '')) return false
  const [a, b] = [interrupted, next].map((id) => tables.awaits.stack[id])
  const { parent, location } = tables.stacks
  const { file, function: name } = tables.locations
  // The same functions all the way, though the innermost of the program's own may stand at another line.
  let [x, y] = [a, b]
  for (; x > 0 && y > 0; x = parent[x], y = parent[y])
    if (file[location[x]] !== file[location[y]] || name[location[x]] !== name[location[y]]) return false
  return x === y
}

const JOINS = new Set(['task', 'wait', 'gather', 'task_group', 'wait_for', 'shield'])

/** Whether the requester's next wait is one for tasks, and for this one where it names it. */
function requesterWaits({ cancels, segments, tables, tasks }: TraceModel, request: number): boolean {
  const by = cancels.by[request] || tasks.parent[cancels.task[request]]
  if (by === 0) return false
  const at = lastAtOrBefore(segments.startNs, segments.first[by], segments.last[by], cancels.atNs[request])
  for (let i = Math.max(at, segments.first[by]); i < segments.last[by]; i++) {
    if (segments.state[i] !== State.waiting) continue
    const kind = awaitKindNames[tables.awaits.kind[segments.detail[i]]] ?? 'unknown'
    if (kind === 'task' && tables.awaits.targetKind[segments.detail[i]] === 1)
      return segments.other[i] === cancels.task[request]
    return JOINS.has(kind)
  }
  return false
}
