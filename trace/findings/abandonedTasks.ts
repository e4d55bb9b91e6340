import { awaitKindNames } from '../format/schema.ts'
import { segmentEndNs } from '../model/at.ts'
import { taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import type { Facts } from './facts.ts'
import { waitsFor } from './objectWaits.ts'
import { placeOf, shortPlace } from './places.ts'
import { rowsOf } from './rowsBy.ts'
import type { Draft } from './types.ts'

/** So many of one line are no service that is meant to run to the end. */
const SEVERAL = 2
const TARGET_TASK = 1

/** The last time that somebody waited for a task by name. */
interface LastWait {
  readonly by: number
  readonly awaitId: number
  readonly untilNs: number
  readonly times: number
}

/**
 * Tasks that were waited for once, shielded from that wait's time limit, and then for good left to themselves: the wait was over, who waited did not end by it, and
 * the loop's shutdown cancelled what was to be protected. One pass over the segments of those who waited.
 */
export function leftByTimeouts(model: TraceModel, facts: Facts, minimumNs: number): Draft[] {
  if (!facts.endedByShutdown.includes(1)) return []
  const waits = new Map<number, LastWait>()
  const { segments, tables, tasks } = model
  for (let task = 1; task <= tasks.count; task++) {
    for (let i = segments.first[task]; i < segments.last[task]; i++) {
      const target = segments.other[i]
      if (segments.state[i] !== State.waiting || tables.awaits.targetKind[segments.detail[i]] !== TARGET_TASK) continue
      if (target > tasks.count || facts.endedByShutdown[target] === 0) continue
      const times = (waits.get(target)?.times ?? 0) + 1
      waits.set(target, { by: task, awaitId: segments.detail[i], untilNs: segmentEndNs(model, task, i), times })
    }
  }
  const left = [...waits].filter(([task, { by, untilNs, times }]) => {
    return (
      times === 1 &&
      tasks.outcome[by] === Outcome.done &&
      facts.lastScope[task] < 0 &&
      tasks.endedNs[task] - untilNs >= minimumNs
    )
  })
  return bySite(
    model,
    left.map(([task]) => task),
  ).map((group) => {
    const { by, awaitId, untilNs } = waits.get(group[0])!
    const waited = placeOf(model, tables.awaits.stack[awaitId])
    const longest = formatDuration(tasks.endedNs[group[0]] - untilNs)
    return draft(
      model,
      group,
      `${names(model, group)} ran on for ${longest} after ${taskName(model, by)} had stopped waiting at ${shortPlace(waited)}, until the loop was shut down; nobody awaited or cancelled ${group.length > 1 ? 'them' : 'it'}.`,
    )
  })
}

/**
 * Tasks that waited for room in a queue when the loop was shut down, from which nobody had taken any more since the same creator made the next one at the
 * same line: each use made one of its own and left it behind.
 */
export function leftAtFullQueues(
  model: TraceModel,
  facts: Facts,
  sites: Iterable<readonly number[]>,
  minimumNs: number,
): Draft[] {
  const { tasks } = model
  const drafts: Draft[] = []
  for (const site of sites) {
    if (site.length < SEVERAL) continue
    const left = site.filter((task, i) => {
      if (facts.endedByShutdown[task] === 0 || facts.awaited[task] === 1) return false
      const parked = atFullQueue(model, task)
      if (!parked || tasks.endedNs[task] - parked.sinceNs < minimumNs) return false
      const takenNs = lastTakenNs(model, facts, parked.queue)
      return site.some(
        (later, k) => k > i && tasks.createdNs[later] > takenNs && tasks.parent[later] === tasks.parent[task],
      )
    })
    if (left.length === 0) continue
    const them = left.length > 1 ? 'them' : 'it'
    drafts.push(
      draft(
        model,
        left,
        `${names(model, left)} waited for room in a queue until the loop was shut down, while ${taskName(model, tasks.parent[left[0]])} had gone on to start another one at ${shortPlace(placeOf(model, tasks.creationStack[left[0]]))}; nobody took what ${left.length > 1 ? 'they' : 'it'} had put, or cancelled ${them}.`,
      ),
    )
  }
  return drafts
}

/** The queue that a task which has ended waited to put into at last, and since when. */
function atFullQueue(
  { segments, tables }: TraceModel,
  task: number,
): { readonly queue: number; readonly sinceNs: number } | undefined {
  for (let i = segments.last[task] - 1; i >= segments.first[task]; i--) {
    if (segments.state[i] !== State.waiting) continue
    if (awaitKindNames[tables.awaits.kind[segments.detail[i]]] !== 'queue_put') return undefined
    return { queue: segments.other[i], sinceNs: segments.startNs[i] }
  }
  return undefined
}

/** When an item was last taken from a queue, as far as its levels and those who waited for its items show. */
function lastTakenNs(model: TraceModel, facts: Facts, queue: number): number {
  const { levels } = model
  let takenNs = 0
  let before = 0
  for (const row of rowsOf(levels.object, queue)) {
    if (levels.level[row] < before) takenNs = Math.max(takenNs, levels.atNs[row])
    before = levels.level[row]
  }
  for (const { kind, untilNs } of waitsFor(model, facts.objectWaits, queue))
    if (kind === 'queue_get') takenNs = Math.max(takenNs, untilNs)
  return takenNs
}

function bySite({ tasks }: TraceModel, left: readonly number[]): number[][] {
  const groups = new Map<number, number[]>()
  for (const task of left) {
    const group = groups.get(tasks.creationStack[task])
    if (group) group.push(task)
    else groups.set(tasks.creationStack[task], [task])
  }
  return [...groups.values()]
}

const names = (model: TraceModel, tasks: readonly number[]): string =>
  `${tasks
    .slice(0, 4)
    .map((task) => taskName(model, task))
    .join(', ')}${tasks.length > 4 ? ` and ${tasks.length - 4} more` : ''}`

const draft = (model: TraceModel, tasks: readonly number[], message: string): Draft => ({
  kind: 'leaked-task',
  severity: tasks.length >= SEVERAL ? 'warning' : 'info',
  message,
  tasks,
  place: placeOf(model, model.tasks.creationStack[tasks[0]]),
  startNs: tasks.reduce((first, task) => Math.min(first, model.tasks.createdNs[task]), Infinity),
  endNs: tasks.reduce((last, task) => Math.max(last, model.tasks.endedNs[task]), 0),
  confidence: 'likely',
})
