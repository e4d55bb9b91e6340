import { objectKindNames } from '../format/schema.ts'
import { lastAtOrBefore } from '../model/at.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import type { Parked } from './facts.ts'
import { indexOfRow, rowsOf } from './rowsBy.ts'

/**
 * Where a task put something into a queue and began to wait for a future in the same step, and that is still in the queue: a request, whose answer comes
 * once it is taken. That queue; 0 where there is no such request.
 */
export function queueWithRequest(model: TraceModel, { task, sinceNs }: Parked): number {
  const put = lastPut(model, task, sinceNs)
  if (put < 0) return 0
  const { levels } = model
  const { taken } = queueOf(model, levels.object[put])
  const at = indexOfRow(rowsOf(levels.object, levels.object[put]), put)
  // First in, first out.
  const isLeft = taken[taken.length - 1] - taken[at] < levels.level[put]
  return isLeft ? levels.object[put] : 0
}

/** The unfinished tasks that took from a queue; empty where not only tasks did. */
export function takersOf(model: TraceModel, queue: number): readonly number[] {
  const { takers } = queueOf(model, queue)
  if (takers.has(0)) return []
  return [...takers].filter((each) => model.tasks.outcome[each] === Outcome.unfinished)
}

/** What was taken from a queue: how much up to each change of its length, and by which tasks, 0 = by none. */
interface Taken {
  readonly takers: ReadonlySet<number>
  readonly taken: Float64Array
}

/** A column is made anew whenever the trace has grown. */
const queues = new WeakMap<Uint32Array, Map<number, Taken>>()

/** Linear in the changes of the queue's length, once for each queue. */
function queueOf({ levels }: TraceModel, object: number): Taken {
  const known = queues.get(levels.object) ?? new Map<number, Taken>()
  queues.set(levels.object, known)
  const queue = known.get(object)
  if (queue) return queue
  const rows = rowsOf(levels.object, object)
  const taken = new Float64Array(rows.length)
  const takers = new Set<number>()
  let before = 0
  let sum = 0
  rows.forEach((row, i) => {
    if (levels.level[row] < before) {
      sum += before - levels.level[row]
      takers.add(levels.by[row])
    }
    before = levels.level[row]
    taken[i] = sum
  })
  const made = { takers, taken }
  known.set(object, made)
  return made
}

/** The row of `levels` in which the task put something into a queue in the step after which it waits since `sinceNs`, -1 = none. */
function lastPut({ levels, segments, tables }: TraceModel, task: number, sinceNs: number): number {
  const wait = lastAtOrBefore(segments.startNs, segments.first[task], segments.last[task], sinceNs)
  const step = wait - 1
  if (wait <= segments.first[task] || segments.state[step] !== State.running) return -1
  const row = rowsOf(levels.by, task).at(-1) ?? -1
  if (row < 0 || levels.atNs[row] < segments.startNs[step]) return -1
  const object = levels.object[row]
  if (objectKindNames[tables.objects.kind[object]] !== 'queue') return -1
  const rows = rowsOf(levels.object, object)
  const at = indexOfRow(rows, row)
  return levels.level[row] > (at > 0 ? levels.level[rows[at - 1]] : 0) ? row : -1
}
