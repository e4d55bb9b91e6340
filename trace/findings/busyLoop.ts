import { awaitKindNames, Event, objectKindNames } from '../format/schema.ts'
import { segmentEndNs } from '../model/at.ts'
import { isLibraryFile, sourceLine, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { RunKind, State, type TraceModel } from '../model/types.ts'
import { MIN_NS, spinningCallbacks } from './spinningCallback.ts'
import { loopFrame } from './loopFrame.ts'
import { placeOf, shortPlace } from './places.ts'
import { cannotTell, holdsWith, type Check, type Draft, type Place } from './types.ts'

/** Tasks and callbacks that run over and over in short steps, and each time only to arrange to run again at once. */
export const busyLoop: Check = (model, _facts, thresholds) => {
  const drafts: Draft[] = []
  const ends = firstEnds(model)
  const cut = cutShort(model)
  for (let task = 1; task <= model.tasks.count; task++) {
    if (model.tasks.steps[task] < thresholds['busy-wakeups']) continue
    const found = busyTask(model, task, thresholds['busy-wakeups'], ends.get(task), cut)
    if (found) drafts.push(found)
  }
  const minimum = thresholds['busy-wakeups']
  drafts.push(...busyCallbacks(model, minimum), ...spinningCallbacks(model, minimum))
  const unknown = drafts.length > 0 ? undefined : wakesOfUnknown(model, minimum)
  return unknown === undefined
    ? holdsWith(drafts)
    : cannotTell(
        `what ${taskName(model, unknown)} waited for so briefly and so often: its awaits were not recorded; record with a recorder that knows them`,
      )
}

/** A task that was woken over and over, at once, from waits of which nothing was recorded. */
function wakesOfUnknown(model: TraceModel, minimum: number): number | undefined {
  const { segments, tasks } = model
  for (let task = 1; task <= tasks.count; task++) {
    if (tasks.steps[task] < minimum) continue
    let turns = 0
    for (let i = segments.first[task]; i < segments.last[task]; i++) {
      if (segments.state[i] !== State.waiting) continue
      const brief = segmentEndNs(model, task, i) - segments.startNs[i] < PAUSE_NS
      turns = segments.detail[i] === 0 && brief ? turns + 1 : 0
      if (turns >= minimum) return task
    }
  }
  return undefined
}

/** Longer steps than this have something to do. */
const STEP_NS = 500_000
/** An attempt that failed so soon was no pause. */
const PAUSE_NS = 5_000_000
/** What ends by itself, and not because another task had something to say. A sleep, however short, is a pause that was meant; what a socket received is something to do. */
const ATTEMPTS = new Set(['connect', 'resolve'])

/** A clock that waits at all waits for a millisecond: what came back sooner, with nothing, had a timeout of zero or less. */
const AT_ONCE_NS = 1_000_000

/** By task: when it began an `asyncio.wait` for several tasks, and when the first of those ended that it waited for. */
type FirstEnds = ReadonlyMap<number, ReadonlyMap<number, number>>

function firstEnds({ scopes, tasks, tables }: TraceModel): FirstEnds {
  const ends = new Map<number, Map<number, number>>()
  for (let scope = 0; scope < scopes.object.length; scope++) {
    if (objectKindNames[tables.objects.kind[scopes.object[scope]]] !== 'wait') continue
    const openNs = scopes.openNs[scope]
    let first = Infinity
    for (let i = scopes.firstChild[scope]; i < scopes.lastChild[scope] && !(first < openNs); i++) {
      const { [scopes.children[i]]: endedNs } = tasks.endedNs
      if (endedNs < first) first = endedNs
    }
    const waits = ends.get(scopes.owner[scope])
    if (waits) waits.set(openNs, first)
    else ends.set(scopes.owner[scope], new Map([[openNs, first]]))
  }
  return ends
}

/** An `asyncio.wait` from which there was nothing to wait for: one of its tasks had ended before, or it came back at once with none. */
const inVain = (firstEndNs: number | undefined, fromNs: number, toNs: number): boolean =>
  firstEndNs !== undefined && (firstEndNs < fromNs || (firstEndNs > toNs && toNs - fromNs < AT_ONCE_NS))

/** By task: who cancelled it, as `wait_for` with a timeout of zero does with what it has just begun. */
function cutShort({ cancels, tasks }: TraceModel): Uint32Array {
  const by = new Uint32Array(tasks.count + 1)
  cancels.task.forEach((task, i) => {
    if (by[task] === 0 && task <= tasks.count) by[task] = cancels.by[i]
  })
  return by
}

const TARGET_TASK = 1

/** The longest stretch of steps that a task spent so. */
function busyTask(
  model: TraceModel,
  task: number,
  minimum: number,
  ends: ReadonlyMap<number, number> | undefined,
  cut: Uint32Array,
): Draft | undefined {
  const { segments, tables } = model
  let best = { from: 0, to: 0, wakeUps: 0 }
  let current = { from: -1, to: 0, wakeUps: 0 }
  let runningNs = 0
  const close = (): void => {
    if (current.wakeUps > best.wakeUps && runningNs < current.wakeUps * STEP_NS) best = current
    current = { from: -1, to: 0, wakeUps: 0 }
    runningNs = 0
  }
  for (let i = segments.first[task]; i < segments.last[task]; i++) {
    const state = segments.state[i]
    if (state === State.running) {
      runningNs += segmentEndNs(model, task, i) - segments.startNs[i]
      continue
    }
    const yields = state === State.ready && segments.other[i] === task
    const startNs = segments.startNs[i]
    const endNs = segmentEndNs(model, task, i)
    const attempt =
      state === State.waiting &&
      endNs - startNs < PAUSE_NS &&
      (ATTEMPTS.has(awaitKindNames[tables.awaits.kind[segments.detail[i]]] ?? '') ||
        inVain(ends?.get(startNs), startNs, endNs) ||
        (tables.awaits.targetKind[segments.detail[i]] === TARGET_TASK && cut[segments.other[i]] === task))
    if (state === State.ready && !yields) continue
    if (!yields && !attempt) {
      close()
      continue
    }
    if (current.from < 0) current.from = i
    current.to = i
    current.wakeUps++
  }
  close()
  if (best.wakeUps < minimum) return undefined
  const awaits: number[] = []
  for (let i = best.from; i <= best.to && awaits.length < 100; i++)
    if (segments.state[i] === State.waiting) awaits.push(segments.detail[i])
  const yieldStack = segments.state[best.from] === State.ready ? segments.detail[best.from] : 0
  const place = awaits.length > 0 ? loopFrame(model, [], awaits) : placeOf(model, yieldStack)
  const startNs = segments.startNs[best.from]
  const endNs = segments.startNs[best.to]
  if (endNs - startNs < MIN_NS) return undefined
  const perSecond = Math.round(best.wakeUps / Math.max((endNs - startNs) / 1e9, 1e-3))
  return {
    kind: 'busy-loop',
    severity: 'warning',
    message: `${taskName(model, task)} woke itself ${best.wakeUps.toLocaleString('en')} times in ${formatDuration(endNs - startNs)} (${perSecond.toLocaleString('en')} a second) at ${shortPlace(place)}, without a pause.`,
    tasks: [task],
    place,
    startNs,
    endNs,
    costNs: endNs - startNs,
  }
}

/**
 * Callbacks of the program that run again and again without the loop ever coming to wait in between. That such a callback scheduled itself is proven where
 * the recorder saw it; else it may be one of each of many futures, and is no finding where as many tasks ended.
 */
function busyCallbacks(model: TraceModel, minimum: number): Draft[] {
  const { runs } = model
  const drafts: Draft[] = []
  for (let stream = 0; stream < runs.first.length; stream++) {
    const seen = new Map<number, { count: number; atOnce: number; firstNs: number; lastNs: number; poll: number }>()
    let polls = 0
    for (let i = runs.first[stream]; i < runs.last[stream]; i++) {
      if (runs.kind[i] === RunKind.poll) polls++
      if (runs.kind[i] !== RunKind.callback || runs.subject[i] === 0) continue
      const entry = seen.get(runs.subject[i])
      if (entry) {
        entry.count++
        if (entry.poll === polls) entry.atOnce++
        entry.poll = polls
        entry.lastNs = runs.endNs[i]
      } else {
        seen.set(runs.subject[i], { count: 1, atOnce: 0, firstNs: runs.startNs[i], lastNs: runs.endNs[i], poll: polls })
      }
    }
    for (const [location, { count, atOnce, firstNs, lastNs }] of seen) {
      const line = sourceLine(model, location)
      const spanNs = lastNs - firstNs
      if (atOnce < minimum || atOnce < count * 0.8 || line.line === 0 || isLibraryFile(line.file)) continue
      if (spanNs / count > PAUSE_NS) continue
      const scheduled = scheduledAt(model, location)
      if (!scheduled && endedWithin(model, firstNs, lastNs) >= count * 0.8) continue
      const place = scheduled ?? line
      drafts.push({
        kind: 'busy-loop',
        severity: scheduled ? 'warning' : 'info',
        message: `The callback ${line.function} ran ${count.toLocaleString('en')} times in ${formatDuration(spanNs)}, scheduled again at once (${shortPlace(place)}): the loop never came to wait.`,
        confidence: scheduled ? 'proven' : 'likely',
        tasks: [],
        place,
        startNs: firstNs,
        endNs: lastNs,
        costNs: spanNs,
        related: [{ message: 'the callback', file: line.file, line: line.line }],
      })
    }
  }
  return drafts
}

/** How many tasks ended within a time, each of which may have had a callback to call. */
const endedWithin = ({ tasks }: TraceModel, fromNs: number, untilNs: number): number =>
  tasks.endedNs.reduce((count, endedNs) => (endedNs >= fromNs && endedNs <= untilNs ? count + 1 : count), 0)

/** Where a callback scheduled itself again, if that was recorded. */
function scheduledAt(model: TraceModel, location: number): Place | undefined {
  const { warnings } = model
  const i = warnings.kind.findIndex((kind, at) => kind === Event.CALLBACK_REPEATS && warnings.location[at] === location)
  return i < 0 ? undefined : placeOf(model, warnings.stack[i])
}
