import { awaitKindNames } from '../format/schema.ts'
import { lastAtOrBefore, segmentEndNs } from '../model/at.ts'
import { coroutineName, sourceLine } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { framesOutward } from './loopFrame.ts'
import { samePlace, shortPlace } from './places.ts'
import { cannotTell, holdsWith, type Check, type Draft } from './types.ts'

// Not connections: each task needs its own, and later ones find them open.
const OUTSIDE = new Set(['sleep', 'future', 'read', 'executor', 'subprocess'])
/** Waits that begin so close to each other began for the same reason. */
const TOGETHER_NS = 20_000_000

/**
 * Many tasks of one coroutine that began the same inner wait together, while other runs of that coroutine came through without it:
 * the work is done only now and then, so once would have been enough. Where every run waits there, they do their own work.
 */
export const cacheStampede: Check = (model, _facts, thresholds) => {
  const minimum = thresholds['stampede-tasks']
  const byAwait = waitsByAwait(model, minimum)
  const drafts: Draft[] = []
  let unsure: string | undefined
  for (const [awaitId, waits] of byAwait) {
    const burst = largestBurst(waits)
    if (burst.length < minimum) continue
    const coroutine = model.tasks.coroutine[burst[0].task]
    // What has no line, as the next item of any generator, is not one coroutine.
    if (sourceLine(model, coroutine).line === 0) continue
    const without = ranWithout(model, coroutine, awaitId, new Set(waits.map(({ task }) => task)))
    if (without.length === 0) {
      // Woken together by one thing, they all went the same way: each for itself, or all for one.
      if (wokenTogether(model, burst)) unsure ??= coroutineName(model, burst[0].task)
      continue
    }
    const frames = framesOutward(model, awaitId)
    const place = frames[Math.max(frames.length - 2, 0)]
    const spentNs = burst.reduce((sum, each) => sum + each.untilNs - each.fromNs, 0)
    drafts.push({
      kind: 'cache-stampede',
      severity: without.length >= 2 ? 'warning' : 'info',
      message: `${burst.length} tasks of ${coroutineName(model, burst[0].task)} did the same at ${shortPlace(place)} at the same time (${formatDuration(spentNs)} in all), and ${without.length} others did not need it: once would have been enough.`,
      tasks: burst.map(({ task }) => task).slice(0, 1000),
      place,
      startNs: burst[0].fromNs,
      endNs: burst.reduce((latest, { untilNs }) => Math.max(latest, untilNs), 0),
      confidence: 'likely',
      costNs: spentNs,
    })
  }
  if (drafts.length > 0 || unsure === undefined) return holdsWith(drafts)
  return cannotTell(
    `whether once would have been enough for the tasks of ${unsure} that did the same together: record until some come through without it`,
  )
}

/** Whether the tasks had all waited before, and went on because of one task, callback or timer. */
function wokenTogether({ segments }: TraceModel, burst: readonly Wait[]): boolean {
  const wakers = new Set<number>()
  for (const { task, fromNs } of burst) {
    const at = lastAtOrBefore(segments.startNs, segments.first[task], segments.last[task], fromNs)
    const woken = at - 2
    if (woken <= segments.first[task] || segments.state[woken] !== State.ready) return false
    if (segments.startNs[woken] < burst[0].fromNs - TOGETHER_NS) return false
    wakers.add(segments.other[woken])
  }
  return wakers.size === 1
}

interface Wait {
  readonly task: number
  readonly fromNs: number
  readonly untilNs: number
}

/** Waits inside an inner call, by await, of awaits that enough tasks were in. Two passes, so that only those few are kept. */
function waitsByAwait(model: TraceModel, minimum: number): Map<number, Wait[]> {
  const { segments, tables, tasks } = model
  const { first, last, state, detail, startNs } = segments
  const { kind } = tables.awaits
  const isInner = kind.map((code, awaitId) =>
    OUTSIDE.has(awaitKindNames[code] ?? '') && framesOutward(model, awaitId).length >= 2 ? 1 : 0,
  )
  const byAwait = new Map<number, Wait[]>()
  if (!isInner.includes(1)) return byAwait
  // Loops over columns at hand, and only where they can find something: with a function called for each wait, and for every trace, both passes took
  // 150 ms of 10 M events (Node 20, load 4 on two processors).
  const counts = new Uint32Array(kind.length)
  const lastTask = new Uint32Array(kind.length)
  for (let task = 1; task <= tasks.count; task++) {
    for (let i = first[task]; i < last[task]; i++) {
      if (state[i] !== State.waiting) continue
      const awaitId = detail[i]
      if (lastTask[awaitId] !== task) counts[awaitId]++
      lastTask[awaitId] = task
    }
  }
  const isWanted = isInner.map((is, awaitId) => (counts[awaitId] >= minimum ? is : 0))
  if (!isWanted.includes(1)) return byAwait
  for (let task = 1; task <= tasks.count; task++) {
    for (let i = first[task]; i < last[task]; i++) {
      if (state[i] !== State.waiting || isWanted[detail[i]] === 0) continue
      const wait = { task, fromNs: startNs[i], untilNs: segmentEndNs(model, task, i) }
      const list = byAwait.get(detail[i])
      if (list) list.push(wait)
      else byAwait.set(detail[i], [wait])
    }
  }
  return byAwait
}

/** The most waits of different tasks that began together and overlapped. */
function largestBurst(waits: Wait[]): Wait[] {
  waits.sort((a, b) => a.fromNs - b.fromNs)
  let best: Wait[] = []
  for (let from = 0; from < waits.length;) {
    // A wait can be over in the nanosecond in which it began: it counts for itself all the same.
    let to = from + 1
    while (
      to < waits.length &&
      waits[to].fromNs - waits[from].fromNs <= TOGETHER_NS &&
      waits[to].fromNs < waits[from].untilNs
    )
      to++
    const burst = [...new Map(waits.slice(from, to).map((wait) => [wait.task, wait])).values()]
    if (burst.length > best.length) best = burst
    from = to
  }
  return best
}

/** Tasks of the coroutine that ended well and were never in the wait, nor in another one that the same line led to. */
function ranWithout(model: TraceModel, coroutine: number, awaitId: number, waited: ReadonlySet<number>): number[] {
  const { tasks, segments, tables } = model
  const frames = framesOutward(model, awaitId)
  const caller = Math.max(frames.length - 2, 0)
  const isInstead = Uint8Array.from(tables.awaits.kind, (code, other) =>
    OUTSIDE.has(awaitKindNames[code] ?? '') && samePlace(framesOutward(model, other)[caller], frames[caller]) ? 1 : 0,
  )
  const didOther = (task: number): boolean => {
    for (let i = segments.first[task]; i < segments.last[task]; i++)
      if (segments.state[i] === State.waiting && isInstead[segments.detail[i]] === 1) return true
    return false
  }
  const without: number[] = []
  for (let task = 1; task <= tasks.count; task++) {
    if (tasks.coroutine[task] !== coroutine || tasks.outcome[task] !== Outcome.done || waited.has(task)) continue
    if (!didOther(task)) without.push(task)
  }
  return without
}
