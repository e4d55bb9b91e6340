import { objectName, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Event } from '../format/schema.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { interruptedCleanups } from './interruptedCleanup.ts'
import { streamOf, type Facts, type LoopEnd, type Parked } from './facts.ts'
import { openEnd } from './openEnd.ts'
import { placeOf, shortPlace, userFramesCached } from './places.ts'
import { cannotTell, doesNot, holdsWith, type Check, type Draft, type Place, type Related } from './types.ts'
import { rowsOf } from './rowsBy.ts'
import { HELD, holdersByObject, leftInTimeout, takenByNobody, waitGraph } from './waitGraph.ts'

/**
 * Tasks pending when a program that had not ended was last seen, whose wait nothing left in the program can end.
 * One finding for each thing finally waited for, with all who wait behind it. What stands in a deadlock is left to that finding.
 */
export const hungTask: Check = (model, facts, thresholds) => {
  if (!facts.open) return doesNot
  const minimumNs = thresholds['hung-after'] * 1e6
  const inCycle = new Set(waitGraph(model, facts).cycles.flat())
  const behind = waitersBehind(facts)
  const drafts = [...foreignWakeUps(model, facts, minimumNs / 4, behind), ...openEnd(model, facts, minimumNs)]
  const explained = new Set(drafts.flatMap(({ tasks }) => tasks))
  const groups = new Map<string, Suspect[]>()
  let unsure = false
  for (const parked of facts.parked.values()) {
    if (parked.state !== State.waiting || parked.tasks.length > 0 || inCycle.has(parked.task)) continue
    if (explained.has(parked.task) || model.endNs - parked.sinceNs < patience(model, facts, parked, minimumNs)) continue
    const suspect = judge(model, facts, parked, behind.get(parked.task) ?? [])
    if (suspect === 'unsure') unsure = true
    if (typeof suspect !== 'object') continue
    const key = parked.object > 0 ? `o${parked.object}` : `${parked.kind} ${shortPlace(parked.place)}`
    const group = groups.get(key)
    if (group) group.push(suspect)
    else groups.set(key, [suspect])
  }
  for (const group of groups.values()) drafts.push(draft(model, facts, group))
  if (drafts.length > 0) return holdsWith(drafts)
  return unsure
    ? cannotTell('what comes from outside: tasks wait for descriptors, timers or threads that may still act')
    : doesNot
}

/** How long to wait and see: less where the loop's selector has no timer and no other thread ever called, so that little can come. */
function patience(model: TraceModel, facts: Facts, parked: Parked, minimumNs: number): number {
  const end = facts.loopEnds[streamOf(model, parked.task)]
  const still = end !== undefined && !Number.isNaN(end.idleSinceNs) && !end.timers
  return still && INSIDE.has(parked.kind) && model.threadCalls.safe.length === 0 ? minimumNs / 4 : minimumNs
}

interface Suspect {
  readonly parked: Parked
  /** Tasks that wait for it, at any distance, nearest first. */
  readonly behind: readonly number[]
  readonly severity: 'error' | 'warning'
}

/** Waits that only code of this program ends. */
const INSIDE = new Set([
  'future',
  'lock',
  'semaphore',
  'event',
  'condition',
  'barrier',
  'queue_get',
  'queue_put',
  'queue_join',
  'task',
  'wait',
  'gather',
  'shield',
  'wait_for',
  'task_group',
  'as_completed',
  'unknown',
])
/** Those in which a task that nobody waits for may stand for ever by design: a consumer, a service that waits for its signal. */
const BY_DESIGN = new Set([
  'future',
  'event',
  'condition',
  'queue_get',
  'unknown',
  'wait',
  'gather',
  'wait_for',
  'shield',
  'as_completed',
  'task_group',
  'task',
])

function judge(
  model: TraceModel,
  facts: Facts,
  parked: Parked,
  behind: readonly number[],
): Suspect | 'fine' | 'unsure' {
  if (parked.kind === 'sleep' || parked.kind === 'server') return 'fine'
  const end = facts.loopEnds[streamOf(model, parked.task)]
  const idle = end !== undefined && !Number.isNaN(end.idleSinceNs) && !end.timers
  const isMain = (task: number): boolean => model.tasks.parent[task] === 0
  const mainWaits = behind.some(isMain)
  if (!INSIDE.has(parked.kind)) {
    // Somebody outside may still answer. When the whole program stands still for it, that is worth a word.
    return idle && (mainWaits || isMain(parked.task)) ? { parked, behind, severity: 'warning' } : 'unsure'
  }
  if (parked.awaitId > 0 && BY_DESIGN.has(parked.kind)) {
    if (behind.length === 0 && !(isMain(parked.task) && nothingElse(model, facts, parked, end))) return 'fine'
    if (behind.length > 0 && !mainWaits) return 'unsure'
    if (fedFromOutside(model, parked)) return 'unsure'
  }
  if (HELD.has(parked.kind) && holderWaitsOutside(model, facts, parked)) {
    const main = new Set(model.loopRuns.task)
    return idle && [parked.task, ...behind].some((task) => main.has(task))
      ? { parked, behind, severity: 'warning' }
      : 'unsure'
  }
  if (idle) return { parked, behind, severity: 'error' }
  // Timers are about: only tasks that poll in vain are left, and this wait lasts far longer than such waits did.
  const usualNs = facts.longestWaitNs[parked.awaitId]
  const waitedNs = model.endNs - parked.sinceNs
  if (waitedNs < 10 * usualNs || !onlyPolling(facts)) return 'unsure'
  return { parked, behind, severity: 'warning' }
}

/** Whether who has to let go first waits for a descriptor, a thread, another process. */
function holderWaitsOutside(model: TraceModel, facts: Facts, { task }: Parked): boolean {
  const { next } = waitGraph(model, facts)
  const seen = new Set([task])
  for (const node of seen) {
    const waits = facts.parked.get(node)
    if (waits && waits.state === State.waiting && !INSIDE.has(waits.kind) && waits.kind !== 'sleep') return true
    for (const each of next.get(node) ?? []) seen.add(each)
  }
  return false
}

/**
 * Whether what it waits for was moved before by a callback, or by a task that a callback made, as a server does for each connection,
 * and a connection or server is open: more of it may come any time.
 */
function fedFromOutside({ levels, tasks, loopRuns, connections }: TraceModel, parked: Parked): boolean {
  if (!connections.closeNs.some(Number.isNaN)) return false
  const isOutside = (task: number): boolean => tasks.parent[task] === 0 && !loopRuns.task.includes(task)
  return rowsOf(levels.object, parked.object).some((row) => isOutside(levels.by[row]))
}

/** Whether the program has no server, no descriptor wait and no other thread from which a wake-up could come. */
function nothingElse(model: TraceModel, facts: Facts, parked: Parked, end: LoopEnd | undefined): boolean {
  if (!end || Number.isNaN(end.idleSinceNs) || end.timers) return false
  if (end.descriptors > 0) return false
  for (const other of facts.parked.values()) if (other !== parked && !INSIDE.has(other.kind)) return false
  return !model.threadCalls.safe.some((safe) => safe === 1)
}

/** Whether every task that still moves does nothing but sleep. */
function onlyPolling(facts: Facts): boolean {
  for (const { kind, state } of facts.parked.values())
    if (state === State.waiting && !INSIDE.has(kind) && kind !== 'sleep') return false
  return true
}

/** By task: who waits for it, at any distance, nearest first. */
function waitersBehind(facts: Facts): Map<number, number[]> {
  const direct = new Map<number, number[]>()
  for (const { task, tasks } of facts.parked.values()) {
    for (const target of tasks) {
      const list = direct.get(target)
      if (list) list.push(task)
      else direct.set(target, [task])
    }
  }
  const behind = new Map<number, number[]>()
  for (const { task, tasks } of facts.parked.values()) {
    // Only the last of each chain is ever asked for; walking from there alone keeps this linear for a fan.
    if (tasks.length > 0) continue
    const seen = new Set<number>([task])
    const queue = [task]
    for (const each of queue) {
      for (const waiter of direct.get(each) ?? []) {
        if (seen.has(waiter) || seen.size > 1000) continue
        seen.add(waiter)
        queue.push(waiter)
      }
    }
    behind.set(task, queue.slice(1))
  }
  return behind
}

/** Tasks made ready by a foreign thread without `call_soon_threadsafe`, which a sleeping loop never notices. */
function* foreignWakeUps(
  model: TraceModel,
  facts: Facts,
  minimumNs: number,
  behind: ReadonlyMap<number, number[]>,
): Generator<Draft> {
  const { segments, threadCalls } = model
  for (const { task, state, sinceNs } of facts.parked.values()) {
    if (state !== State.ready || model.endNs - sinceNs < minimumNs) continue
    const end = facts.loopEnds[streamOf(model, task)]
    if (!end || !(end.idleSinceNs <= sinceNs)) continue
    const i = segments.last[task] - 1
    const call = rowsOf(threadCalls.subject, task).find((row) => threadCalls.safe[row] === 0) ?? -1
    const place = placeOf(model, call >= 0 ? threadCalls.stack[call] : segments.detail[i])
    const chain = behind.get(task) ?? []
    yield {
      kind: 'hung-task',
      severity: 'error',
      message: `${taskName(model, task)} was woken ${formatDuration(model.endNs - sinceNs)} ago by another thread without call_soon_threadsafe (${shortPlace(place)}), and the sleeping loop does not know.`,
      tasks: [task, ...chain],
      place,
      startNs: sinceNs,
      endNs: model.endNs,
      costNs: model.endNs - sinceNs,
    }
  }
}

function draft(model: TraceModel, facts: Facts, group: readonly Suspect[]): Draft {
  const first = group.reduce((oldest, each) => (each.parked.sinceNs < oldest.parked.sinceNs ? each : oldest))
  const { parked } = first
  const tasks = [...new Set([...group.map((each) => each.parked.task), ...group.flatMap((each) => each.behind)])]
  const waitedNs = model.endNs - parked.sinceNs
  const others = group.length > 1 ? ` and ${group.length - 1} more` : ''
  const cause = causeOf(model, facts, parked, group)
  const what = parked.object > 0 ? objectName(model, parked.object) : withArticle(parked.kind.replaceAll('_', ' '))
  const chain = first.behind.slice(0, 3).map((task) => taskName(model, task))
  return {
    kind: 'hung-task',
    severity: group.some(({ severity }) => severity === 'error') ? 'error' : 'warning',
    message: `${taskName(model, parked.task)}${others} ${group.length > 1 ? 'wait' : 'waits'} since ${formatDuration(waitedNs)} for ${what} (${shortPlace(parked.place)})${cause ? `: ${cause.text}` : ', and nothing is left that could end that'}${chain.length > 0 ? `; behind it waits ${chain.join(', ')}` : ''}.`,
    tasks,
    place: cause?.place ?? parked.place,
    startNs: parked.sinceNs,
    endNs: model.endNs,
    confidence: first.severity === 'error' ? 'proven' : 'likely',
    related: [
      ...(cause && parked.place
        ? [{ message: `${taskName(model, parked.task)} waits here`, file: parked.place.file, line: parked.place.line }]
        : []),
      ...first.behind.flatMap((task) => relatedWait(model, facts, task)),
    ].slice(0, 20),
    costNs: waitedNs * tasks.length,
    object: parked.object,
  }
}

function relatedWait(model: TraceModel, facts: Facts, task: number): Related[] {
  const place = facts.parked.get(task)?.place
  return place ? [{ message: `${taskName(model, task)} waits behind it`, file: place.file, line: place.line }] : []
}

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`

interface Cause {
  readonly text: string
  readonly place: Place | undefined
}

/** What the record says about why nobody comes: a holder that ended, a callback that failed, a clean-up that was interrupted. */
function causeOf(model: TraceModel, facts: Facts, parked: Parked, group: readonly Suspect[]): Cause | undefined {
  return (
    lostHolder(model, parked) ??
    lostItem(model, facts, parked) ??
    failedCallback(model, group) ??
    brokenCleanup(model, facts, parked)
  )
}

/** A task that nobody waited for any more took what this one waits for. */
function lostItem(model: TraceModel, facts: Facts, parked: Parked): Cause | undefined {
  if (parked.kind !== 'queue_get') return undefined
  const task = takenByNobody(model, facts, parked.object)
  if (task === undefined) return undefined
  const place = placeOf(model, model.tasks.creationStack[task])
  return {
    text: `${taskName(model, task)}, which nobody waited for any more, took an item (${shortPlace(place)})`,
    place,
  }
}

function lostHolder(model: TraceModel, parked: Parked): Cause | undefined {
  const { holds, tasks } = model
  const rows = holdersByObject(model).get(parked.object) ?? []
  const ended = (row: number): boolean => tasks.outcome[holds.task[row]] !== Outcome.unfinished
  const row = rows.find((each) => holds.task[each] > 0 && (ended(each) || leftInTimeout(model, each) >= 0))
  if (row === undefined) return undefined
  const holder = holds.task[row]
  const acquired = userFramesCached(model, holds.stack[row])[0] ?? placeOf(model, tasks.creationStack[holder])
  return {
    text: `${taskName(model, holder)} acquired it (${shortPlace(acquired)}) and ${ended(row) ? 'ended' : 'was cut off by a timeout'} without giving it back`,
    place: acquired,
  }
}

/** A callback that raised while those who hang were waiting: it may have been about to wake them. */
function failedCallback(model: TraceModel, group: readonly Suspect[]): Cause | undefined {
  const { warnings } = model
  const sinceNs = group.reduce((latest, { parked }) => Math.max(latest, parked.sinceNs), 0)
  if (!group.every(({ parked }) => parked.kind === 'future' || parked.kind === 'event' || parked.kind === 'wait_for'))
    return undefined
  const i = warnings.kind.findIndex(
    (kind, at) => kind === Event.LOOP_ERROR && warnings.atNs[at] >= sinceNs && warnings.stack[at] > 0,
  )
  if (i < 0) return undefined
  const place = placeOf(model, warnings.stack[i])
  return (
    place && {
      text: `a callback failed meanwhile (${model.tables.strings[warnings.text[i]]}, ${shortPlace(place)})`,
      place,
    }
  )
}

/** A task that used the same object before and whose clean-up was cut short. */
function brokenCleanup(model: TraceModel, facts: Facts, parked: Parked): Cause | undefined {
  if (parked.object === 0) return undefined
  const cleanups = interruptedCleanups(model)
  if (cleanups.length === 0) return undefined
  const users = usersOf(model, facts, parked.object)
  const cleanup = [...cleanups].reverse().find(({ task, atNs }) => atNs <= parked.sinceNs + 1e9 && users.has(task))
  return (
    cleanup && {
      text: `${taskName(model, cleanup.task)}, which used it, was cancelled again while it cleaned up (${shortPlace(cleanup.place)})`,
      place: cleanup.place,
    }
  )
}

/** The tasks that waited for an object, held it, or changed its level. */
function usersOf(model: TraceModel, facts: Facts, object: number): Set<number> {
  const { levels, holds } = model
  const { first, task } = facts.objectWaits
  const users = new Set(task.subarray(first[object], first[object + 1]))
  for (const row of rowsOf(levels.object, object)) users.add(levels.by[row])
  for (const row of rowsOf(holds.object, object)) users.add(holds.task[row])
  users.delete(0)
  return users
}
