import { awaitKindNames } from '../format/schema.ts'
import { segmentEndNs } from '../model/at.ts'
import { taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import type { Facts } from './facts.ts'
import { placeOf, shortPlace } from './places.ts'
import { holdsWith, type Check, type Draft } from './types.ts'

/** Tasks that were started and forgotten, by the line that created them. */
export const leakedTask: Check = (model, facts, thresholds) => {
  const minimumNs = thresholds['leaked-after'] * 1e6
  const sites = bySite(model)
  const cancelledByProgram = new Uint8Array(model.tasks.count + 1)
  model.cancels.task.forEach((task) => {
    if (!facts.endedByShutdown[task]) cancelledByProgram[task] = 1
  })
  const drafts: Draft[] = []
  for (const tasks of sites.values()) {
    const left =
      leftToShutdown(model, facts, tasks, cancelledByProgram, minimumNs) ??
      abandoned(model, facts, tasks, cancelledByProgram, minimumNs)
    if (left) drafts.push(left)
  }
  return holdsWith(drafts)
}

/** Tasks that a task created, by creation stack. */
function bySite({ tasks }: TraceModel): Map<number, number[]> {
  const sites = new Map<number, number[]>()
  for (let task = 1; task <= tasks.count; task++) {
    const stack = tasks.creationStack[task]
    if (stack === 0 || tasks.parent[task] === 0) continue
    const list = sites.get(stack)
    if (list) list.push(task)
    else sites.set(stack, [task])
  }
  return sites
}

const endOf = ({ tasks, endNs }: TraceModel, task: number): number =>
  tasks.outcome[task] === Outcome.unfinished ? endNs : tasks.endedNs[task]

/**
 * Outlived their creator and ran until the loop was shut down. That alone is what a background service does; it is a leak where
 * another task of the same line was stopped by the program, so that these were meant to be.
 */
function leftToShutdown(
  model: TraceModel,
  facts: Facts,
  tasks: readonly number[],
  cancelled: Uint8Array,
  minimumNs: number,
): Draft | undefined {
  const outcome = model.tasks.outcome
  const leaked = tasks.filter((task) => {
    const creator = model.tasks.parent[task]
    const forgotten = facts.endedByShutdown[task] === 1 || (!facts.open && outcome[task] === Outcome.unfinished)
    return (
      forgotten &&
      !facts.awaited[task] &&
      outcome[creator] !== Outcome.unfinished &&
      endOf(model, task) - endOf(model, creator) >= minimumNs
    )
  })
  if (leaked.length === 0) return undefined
  const stopped = tasks.some((task) => cancelled[task] === 1)
  const place = placeOf(model, model.tasks.creationStack[tasks[0]])
  const names = leaked
    .slice(0, 4)
    .map((task) => taskName(model, task))
    .join(', ')
  return {
    kind: 'leaked-task',
    severity: stopped ? 'warning' : 'info',
    message: `${names}${leaked.length > 4 ? ` and ${leaked.length - 4} more` : ''}, created at ${shortPlace(place)}, outlived ${leaked.length > 1 ? 'their' : 'its'} creator and ran until the loop was shut down${stopped ? ', although another task of that line was stopped' : ''}.`,
    tasks: leaked,
    place,
    startNs: Math.min(...leaked.map((task) => model.tasks.createdNs[task])),
    endNs: Math.max(...leaked.map((task) => endOf(model, task))),
    confidence: 'likely',
  }
}

/** What a creator waits for several tasks with. */
const JOINS = new Set(['wait', 'as_completed', 'gather'])

/** A batch of which the creator took some results and left the rest to run on, neither awaited nor cancelled. */
function abandoned(
  model: TraceModel,
  facts: Facts,
  tasks: readonly number[],
  cancelled: Uint8Array,
  minimumNs: number,
): Draft | undefined {
  const creator = model.tasks.parent[tasks[0]]
  if (tasks.length < 2 || tasks.length > 10_000 || tasks.some((task) => model.tasks.parent[task] !== creator))
    return undefined
  const createdNs = model.tasks.createdNs[tasks[tasks.length - 1]]
  const join = lastJoin(model, creator, createdNs, tasks.length)
  if (!join) return undefined
  const ended = tasks.some((task) => endOf(model, task) <= join.untilNs)
  const left = tasks.filter(
    (task) =>
      !cancelled[task] && !(facts.awaited[task] && !join.scoped) && endOf(model, task) - join.untilNs >= minimumNs,
  )
  if (!ended || left.length === 0 || left.length === tasks.length) return undefined
  const place =
    placeOf(model, model.tables.awaits.stack[join.awaitId]) ?? placeOf(model, model.tasks.creationStack[tasks[0]])
  const created = placeOf(model, model.tasks.creationStack[tasks[0]])
  const names = left
    .slice(0, 4)
    .map((task) => taskName(model, task))
    .join(', ')
  const longestNs = Math.max(...left.map((task) => endOf(model, task))) - join.untilNs
  return {
    kind: 'leaked-task',
    severity: 'warning',
    message: `${names}${left.length > 4 ? ` and ${left.length - 4} more` : ''} ran on for ${formatDuration(longestNs)} after ${taskName(model, creator)} had stopped waiting for them at ${shortPlace(place)}; nobody awaited or cancelled them.`,
    tasks: left,
    place: created ?? place,
    startNs: join.untilNs,
    endNs: join.untilNs + longestNs,
    confidence: 'likely',
    related: place
      ? [{ message: 'the creator stopped waiting for them here', file: place.file, line: place.line }]
      : [],
  }
}

/** The creator's last wait for several tasks after it made the batch, where that wait was for the batch: right after it, or of its size. */
function lastJoin(
  model: TraceModel,
  creator: number,
  createdNs: number,
  size: number,
): { untilNs: number; awaitId: number; scoped: boolean } | undefined {
  const { segments, tables } = model
  let join: { untilNs: number; awaitId: number; scoped: boolean } | undefined
  let first = true
  for (let i = segments.first[creator]; i < segments.last[creator]; i++) {
    if (segments.state[i] !== State.waiting || segments.startNs[i] < createdNs) continue
    const awaitId = segments.detail[i]
    const kind = awaitKindNames[tables.awaits.kind[awaitId]] ?? 'unknown'
    const counted = tables.awaits.targetKind[awaitId] === 4 ? segments.other[i] : 0
    const isBatch =
      kind === 'as_completed' ? first || join !== undefined : counted === size || (join !== undefined && counted > 0)
    if (JOINS.has(kind) && isBatch)
      join = { untilNs: segmentEndNs(model, creator, i), awaitId, scoped: kind === 'gather' }
    first = false
  }
  return join
}
