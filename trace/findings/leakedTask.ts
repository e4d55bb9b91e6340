import { awaitKindNames, objectKindNames } from '../format/schema.ts'
import { lastAtOrBefore, segmentEndNs } from '../model/at.ts'
import { taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { leftAtFullQueues, leftByTimeouts } from './abandonedTasks.ts'
import { forgotten, type Facts } from './facts.ts'
import { leftBesideStopped } from './leftBesideStopped.ts'
import { isUserLine, placeOf, shortPlace } from './places.ts'
import { cannotTell, doesNot, holdsWith, type Check, type Draft, type Place } from './types.ts'

/** Tasks that were started and forgotten, by the line that created them. */
export const leakedTask: Check = (model, facts, thresholds) => {
  const minimumNs = thresholds['leaked-after'] * 1e6
  const sites = bySite(model)
  const cancelledByProgram = new Uint8Array(model.tasks.count + 1)
  model.cancels.task.forEach((task) => {
    if (!facts.endedByShutdown[task]) cancelledByProgram[task] = 1
  })
  const drafts = [
    ...leftByScopes(model, facts, cancelledByProgram, minimumNs),
    ...leftByTimeouts(model, facts, minimumNs),
    ...leftAtFullQueues(model, facts, sites.values(), minimumNs),
  ]
  for (const tasks of sites.values()) {
    const left =
      leftToShutdown(model, facts, tasks, cancelledByProgram, minimumNs) ??
      leftByIteration(model, facts, tasks, cancelledByProgram, minimumNs) ??
      leftBesideStopped(model, facts, tasks, cancelledByProgram, minimumNs)
    if (left) drafts.push(left)
  }
  if (drafts.length > 0) return holdsWith(drafts)
  const left = forgotten(model, facts).filter(
    (task) => !cancelledByProgram[task] && model.endNs - endOf(model, model.tasks.parent[task]) >= minimumNs,
  ).length
  return left > 0
    ? cannotTell(
        `whether somebody still stops the ${left === 1 ? 'task' : `${left} tasks`} whose creator has ended: record until the program ends`,
      )
    : doesNot
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
  const place = placeOf(model, model.tasks.creationStack[tasks[0]])
  // One line of a library makes tasks of all kinds: what became of one says nothing about another.
  const stopped = place !== undefined && isUserLine(place) && tasks.some((task) => cancelled[task] === 1)
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
    startNs: leaked.reduce((first, task) => Math.min(first, model.tasks.createdNs[task]), Infinity),
    endNs: leaked.reduce((last, task) => Math.max(last, endOf(model, task)), 0),
    confidence: 'likely',
  }
}

/** Tasks that a `wait` or `gather` left behind: it was over before they ended, and nobody waited for them again or cancelled them. */
function leftByScopes(model: TraceModel, facts: Facts, cancelled: Uint8Array, minimumNs: number): Draft[] {
  const { scopes, tasks, tables } = model
  const bySite = new Map<number, number[]>()
  const bounds = waitsThatBound(model)
  for (let task = 1; task <= tasks.count; task++) {
    const scope = facts.lastScope[task]
    if (scope < 0 || cancelled[task] || scopes.closeNs[scope] !== facts.awaitedUntilNs[task]) continue
    const kind = objectKindNames[tables.objects.kind[scopes.object[scope]]]
    if (kind !== 'wait' && kind !== 'gather') continue
    if (bounds.has(siteOf(model, scope))) continue
    if (endOf(model, task) - scopes.closeNs[scope] < minimumNs) continue
    const list = bySite.get(tasks.creationStack[task])
    if (list) list.push(task)
    else bySite.set(tasks.creationStack[task], [task])
  }
  return [...bySite.values()].map((left) => {
    const scope = facts.lastScope[left[0]]
    return draftOf(model, left, scopes.owner[scope], placeOf(model, scopes.stack[scope]), (task) => {
      return facts.awaitedUntilNs[task]
    })
  })
}

const siteOf = ({ scopes }: TraceModel, scope: number): string => `${scopes.owner[scope]} ${scopes.stack[scope]}`

/**
 * Where a task waits again and again for a set that it keeps filling up: some of it was waited for before, and some was made since. That bounds how many
 * run at once, and who is left of it when nothing more comes runs to its end as the others did. Linear in the scopes and their tasks.
 */
function waitsThatBound(model: TraceModel): ReadonlySet<string> {
  const { scopes, tasks, tables } = model
  const latest = new Map<string, number>()
  const bounds = new Set<string>()
  const childrenOf = (scope: number): Uint32Array =>
    scopes.children.subarray(scopes.firstChild[scope], scopes.lastChild[scope])
  for (let scope = 0; scope < scopes.object.length; scope++) {
    if (objectKindNames[tables.objects.kind[scopes.object[scope]]] !== 'wait') continue
    const site = siteOf(model, scope)
    const before = latest.get(site)
    latest.set(site, scope)
    if (before === undefined || bounds.has(site)) continue
    const known = new Set(childrenOf(before))
    const now = childrenOf(scope)
    const grown = now.some((task) => tasks.createdNs[task] >= scopes.closeNs[before])
    if (grown && now.some((task) => known.has(task))) bounds.add(site)
  }
  return bounds
}

/** A batch of which the creator took some results by `as_completed` and left the rest to run on, neither awaited nor cancelled. */
function leftByIteration(
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
  const join = lastIteration(model, creator, createdNs)
  if (!join) return undefined
  const ended = tasks.some((task) => endOf(model, task) <= join.untilNs)
  const left = tasks.filter(
    (task) => !cancelled[task] && !facts.awaited[task] && endOf(model, task) - join.untilNs >= minimumNs,
  )
  if (!ended || left.length === 0 || left.length === tasks.length) return undefined
  return draftOf(model, left, creator, placeOf(model, model.tables.awaits.stack[join.awaitId]), () => join.untilNs)
}

function draftOf(
  model: TraceModel,
  left: readonly number[],
  waiter: number,
  waited: Place | undefined,
  untilNs: (task: number) => number,
): Draft {
  const created = placeOf(model, model.tasks.creationStack[left[0]])
  const names = left
    .slice(0, 4)
    .map((task) => taskName(model, task))
    .join(', ')
  const startNs = left.reduce((first, task) => Math.min(first, untilNs(task)), Infinity)
  const longestNs = left.reduce((most, task) => Math.max(most, endOf(model, task) - untilNs(task)), 0)
  return {
    kind: 'leaked-task',
    severity: 'warning',
    message: `${names}${left.length > 4 ? ` and ${left.length - 4} more` : ''} ran on for ${formatDuration(longestNs)} after ${taskName(model, waiter)} had stopped waiting for ${left.length > 1 ? 'them' : 'it'} at ${shortPlace(waited)}; nobody awaited or cancelled ${left.length > 1 ? 'them' : 'it'}.`,
    tasks: left,
    place: created ?? waited,
    startNs,
    endNs: left.reduce((last, task) => Math.max(last, endOf(model, task)), 0),
    confidence: 'likely',
    related: waited ? [{ message: 'whoever waited for them stopped here', file: waited.file, line: waited.line }] : [],
  }
}

/** The creator's last wait in an `as_completed` that it began right after it made the batch. */
function lastIteration(
  model: TraceModel,
  creator: number,
  createdNs: number,
): { untilNs: number; awaitId: number } | undefined {
  const { segments, tables } = model
  let join: { untilNs: number; awaitId: number } | undefined
  let first = true
  const from = Math.max(lastAtOrBefore(segments.startNs, segments.first[creator], segments.last[creator], createdNs), 0)
  for (let i = Math.max(from, segments.first[creator]); i < segments.last[creator]; i++) {
    if (segments.state[i] !== State.waiting || segments.startNs[i] < createdNs) continue
    const awaitId = segments.detail[i]
    if (awaitKindNames[tables.awaits.kind[awaitId]] === 'as_completed' && (first || join))
      join = { untilNs: segmentEndNs(model, creator, i), awaitId }
    else if (join) break
    first = false
    if (!join) break
  }
  return join
}
