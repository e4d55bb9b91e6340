import { awaitKindNames } from '../format/schema.ts'
import { coroutineName, objectName, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { placeOf, shortPlace } from './places.ts'
import { cannotTell, holdsWith, type Check, type Draft } from './types.ts'

/**
 * Tasks of one creation site that piled up over many steps of their creator, because they were made faster than they ended.
 * A batch made in one go is a batch; tasks that pile up before a lock or semaphore show that their limit comes too late.
 */
export const unboundedTasks: Check = (model, _facts, thresholds) => {
  const { tasks } = model
  const sites = new Map<number, number[]>()
  const found: number[] = []
  for (let task = 1; task <= tasks.count; task++) {
    const stack = tasks.creationStack[task]
    if (stack === 0) {
      found.push(task)
      continue
    }
    const list = sites.get(stack)
    if (list) list.push(task)
    else sites.set(stack, [task])
  }
  const limit = thresholds['pile-tasks']
  const drafts = [...sites].flatMap(([stack, list]) => (list.length < limit ? [] : pile(model, stack, list, limit)))
  if (drafts.length > 0 || found.length < limit) return holdsWith(drafts)
  return cannotTell(
    `where ${found.length.toLocaleString('en')} tasks come from that were there when the recording began: record from the program’s start`,
  )
}

function pile(model: TraceModel, stack: number, list: readonly number[], limit: number): Draft[] {
  const { tasks, endNs } = model
  const end = (task: number): number => (tasks.outcome[task] === Outcome.unfinished ? endNs : tasks.endedNs[task])
  // Ids are given in the order of creation, so that only the ends need sorting.
  const ends = Float64Array.from(list, end).sort()
  let ended = 0
  let peak = 0
  let peakTask = list[0]
  let rounds = 0
  let lastNs = -Infinity
  list.forEach((task, i) => {
    const atNs = tasks.createdNs[task]
    while (ended < ends.length && ends[ended] <= atNs) ended++
    if (atNs - lastNs > 100_000) rounds++
    lastNs = atNs
    if (i + 1 - ended > peak) {
      peak = i + 1 - ended
      peakTask = task
    }
  })
  if (peak < limit || rounds < limit / 4) return []
  const atNs = tasks.createdNs[peakTask]
  const alive = list.filter((task) => tasks.createdNs[task] <= atNs && end(task) > atNs)
  const backlog = commonWait(model, alive, atNs)
  const place = placeOf(model, stack)
  const creator = tasks.parent[peakTask]
  const spanNs = atNs - tasks.createdNs[list[0]]
  const behind = backlog !== undefined && backlog.count >= peak / 2
  return [
    {
      kind: 'unbounded-tasks',
      severity: behind ? 'warning' : 'info',
      message: `${peak.toLocaleString('en')} tasks of ${coroutineName(model, peakTask) || 'one coroutine'} were alive at once, created at ${shortPlace(place)} over ${formatDuration(spanNs)}${behind ? `; ${backlog.count.toLocaleString('en')} of them waited for ${objectName(model, backlog.object)}` : ''}.`,
      tasks: [...(creator > 0 ? [creator] : []), ...alive.slice(0, 1000)],
      place,
      startNs: tasks.createdNs[list[0]],
      endNs: atNs,
      confidence: behind ? 'proven' : 'likely',
      costNs: spanNs,
      ...(behind && { object: backlog.object }),
      related:
        creator > 0 && place
          ? [{ message: `${taskName(model, creator)} creates them here`, file: place.file, line: place.line }]
          : [],
    },
  ]
}

/** The lock or semaphore that most of the tasks wait for at a moment. */
function commonWait(
  { segments, tables }: TraceModel,
  alive: readonly number[],
  atNs: number,
): { object: number; count: number } | undefined {
  const counts = new Map<number, number>()
  for (const task of alive) {
    // A task in a backlog has few segments: its wait is one of its first.
    for (let i = segments.first[task]; i < Math.min(segments.last[task], segments.first[task] + 8); i++) {
      const endsNs = i + 1 < segments.last[task] ? segments.startNs[i + 1] : Infinity
      if (segments.state[i] !== State.waiting || endsNs < atNs) continue
      const kind = awaitKindNames[tables.awaits.kind[segments.detail[i]]]
      if ((kind === 'lock' || kind === 'semaphore') && tables.awaits.targetKind[segments.detail[i]] === 2) {
        counts.set(segments.other[i], (counts.get(segments.other[i]) ?? 0) + 1)
      }
      break
    }
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  return best && { object: best[0], count: best[1] }
}
