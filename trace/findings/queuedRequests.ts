import { objectKindNames } from '../format/schema.ts'
import { lastAtOrBefore } from '../model/at.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import type { Parked } from './facts.ts'
import { rowsOf } from './rowsBy.ts'

/**
 * Where a task put something into a queue and began to wait for a future in the same step, and that is still in the queue: a request, whose answer comes
 * once it is taken. The unfinished tasks that took from that queue before; empty where there is no such request, or where not only tasks take.
 */
export function takersOfRequest(model: TraceModel, { task, sinceNs }: Parked): readonly number[] {
  const { levels, tasks } = model
  const put = lastPut(model, task, sinceNs)
  if (put < 0) return []
  const takers = new Set<number>()
  let left = levels.level[put]
  let before = 0
  for (const row of rowsOf(levels.object, levels.object[put])) {
    const taken = before - levels.level[row]
    before = levels.level[row]
    if (taken <= 0) continue
    takers.add(levels.by[row])
    // First in, first out.
    if (row > put) left -= taken
  }
  if (left <= 0 || takers.has(0)) return []
  return [...takers].filter((each) => tasks.outcome[each] === Outcome.unfinished)
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
  const at = rows.indexOf(row)
  return levels.level[row] > (at > 0 ? levels.level[rows[at - 1]] : 0) ? row : -1
}
