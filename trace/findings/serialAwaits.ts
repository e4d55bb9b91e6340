import { awaitKindNames } from '../format/schema.ts'
import { segmentEndNs } from '../model/at.ts'
import { taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { framesOutward, loopFrame } from './loopFrame.ts'
import { shortPlace } from './places.ts'
import { cannotTell, holdsWith, type Check, type Draft } from './types.ts'

/** Waits for something outside, which many can do at once. A lock, a queue, an event are there to make tasks wait for each other. */
const OUTSIDE = new Set([
  'sleep',
  'future',
  'read',
  'connect',
  'socket',
  'resolve',
  'executor',
  'subprocess',
  'drain',
  'task',
])

/** Calls of asyncio itself: a loop that awaits one stands in the innermost frame of the program. */
const CALLS = new Set(['executor', 'resolve', 'connect'])

/**
 * A call awaited many times in turn by one task that then went on. Whether a result fed the next call is not in a trace: for information only.
 * A loop that sleeps by itself polls or keeps a rate; one that goes on until the task is stopped is a service.
 */
export const serialAwaits: Check = (model, _facts, thresholds) => {
  const drafts: Draft[] = []
  let goesOn: number | undefined
  for (let task = 1; task <= model.tasks.count; task++) {
    const outcome = model.tasks.outcome[task]
    if (model.tasks.steps[task] <= thresholds['serial-calls']) continue
    if (outcome !== Outcome.done && (outcome !== Outcome.unfinished || goesOn !== undefined)) continue
    if (model.tasks.waitingNs[task] < thresholds['serial-after'] * 1e6) continue
    const calls = [...serialCalls(model, task, thresholds['serial-calls'], thresholds['serial-after'] * 1e6)]
    if (outcome === Outcome.done) drafts.push(...calls)
    else if (calls.length > 0) goesOn = task
  }
  if (drafts.length > 0 || goesOn === undefined) return holdsWith(drafts)
  return cannotTell(
    `whether ${taskName(model, goesOn)} is a service that goes on for ever or works through a list, one call after another: record until it ends`,
  )
}

interface Wait {
  readonly awaitId: number
  readonly fromNs: number
  readonly untilNs: number
}

function* serialCalls(model: TraceModel, task: number, minimumCalls: number, minimumNs: number): Generator<Draft> {
  const waits = waitsOf(model, task)
  for (let from = 0; from < waits.length;) {
    const { to, calls } = stretch(waits, from, minimumCalls)
    if (calls >= minimumCalls) {
      const found = draftOf(model, task, waits, from, to, calls, minimumNs)
      if (found) yield found
    }
    from = Math.max(to, from + 1)
  }
}

function waitsOf(model: TraceModel, task: number): Wait[] {
  const { segments } = model
  const waits: Wait[] = []
  for (let i = segments.first[task]; i < segments.last[task]; i++) {
    if (segments.state[i] !== State.waiting) continue
    waits.push({ awaitId: segments.detail[i], fromNs: segments.startNs[i], untilNs: segmentEndNs(model, task, i) })
  }
  return waits
}

/** A call to somebody outside takes at least this long on average. */
const CALL_NS = 2_000_000

/** A round of a loop has at most so many awaits. */
const MAX_PERIOD = 6

/** The longest repetition that begins at `from`: a pattern of a few awaits that comes again and again. */
function stretch(waits: readonly Wait[], from: number, minimumCalls: number): { to: number; calls: number } {
  let best = { to: from + 1, calls: 1 }
  for (let period = 1; period <= MAX_PERIOD; period++) {
    let to = from + period
    while (to < waits.length && waits[to].awaitId === waits[to - period].awaitId) to++
    const calls = Math.floor((to - from) / period)
    if (calls >= minimumCalls && calls * period > best.to - from) best = { to: from + calls * period, calls }
  }
  return best
}

function draftOf(
  model: TraceModel,
  task: number,
  waits: readonly Wait[],
  from: number,
  to: number,
  calls: number,
  minimumNs: number,
): Draft | undefined {
  const during = waits.slice(from, to)
  const ids = [...new Set(during.map(({ awaitId }) => awaitId))]
  if (!ids.every((id) => OUTSIDE.has(awaitKindNames[model.tables.awaits.kind[id]] ?? ''))) return undefined
  // What all wait for is the sleep of the loop itself: it polls, or keeps a rate.
  if (ids.some((id) => isSleep(model, id) && framesOutward(model, id).length < 2)) return undefined
  const place = loopFrame(
    model,
    waits
      .slice(0, from)
      .map(({ awaitId }) => awaitId)
      .slice(-50),
    ids,
  )
  const depth = place
    ? Math.min(
        ...ids.map(
          (id) =>
            framesOutward(model, id).length -
            framesOutward(model, id).findIndex(
              (frame) => frame === place || (frame.line === place.line && frame.function === place.function),
            ),
        ),
      )
    : 0
  if (!place || (depth < 2 && !ids.every((id) => CALLS.has(awaitKindNames[model.tables.awaits.kind[id]] ?? ''))))
    return undefined
  const startNs = during[0].fromNs
  const endNs = during[during.length - 1].untilNs
  const totalNs = during.reduce((sum, each) => sum + each.untilNs - each.fromNs, 0)
  // Shorter ones are as likely to be a pace that is kept.
  if (totalNs / calls < CALL_NS) return undefined
  const slowestNs = (totalNs / calls) * 1.5
  const savedNs = totalNs - slowestNs
  // Waits that fill the time: the loop did nothing else meanwhile.
  if (savedNs < minimumNs || totalNs < 0.7 * (endNs - startNs)) return undefined
  return {
    kind: 'serial-awaits',
    severity: 'info',
    message: `${taskName(model, task)} awaited ${calls} calls one after another at ${shortPlace(place)}, ${formatDuration(totalNs)} in all; if none needs the result of the one before, running them together saves about ${formatDuration(savedNs)}.`,
    tasks: [task],
    place,
    startNs,
    endNs,
    confidence: 'likely',
    costNs: savedNs,
  }
}

const isSleep = ({ tables }: TraceModel, awaitId: number): boolean =>
  awaitKindNames[tables.awaits.kind[awaitId]] === 'sleep'
