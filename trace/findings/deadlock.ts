import { objectName, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { RunKind, type TraceModel } from '../model/types.ts'
import { lastSampleOf, threadWait, waitsForResult } from './blockingCalls.ts'
import { streamOf, type Facts, type Parked } from './facts.ts'
import { stoodStill } from './longRuns.ts'
import { placeOf, shortPlace, userFramesCached } from './places.ts'
import { cannotTell, doesNot, holdsWith, type Check, type Draft, type Related } from './types.ts'
import { holdersByObject, waitGraph, type WaitGraph } from './waitGraph.ts'

/** A cycle of tasks, each of which waits for the next: through locks, semaphores, tasks, gathers, full queues; or through the loop's own thread. */
export const deadlock: Check = (model, facts, thresholds) => {
  if (!facts.open) return doesNot
  const graph = waitGraph(model, facts)
  const minimumNs = thresholds['hung-after'] * 1e6
  const drafts = [
    ...graph.cycles.flatMap((cycle) => cycleDraft(model, facts, graph, cycle, minimumNs)),
    ...loopThreadDrafts(model, facts, minimumNs),
    ...heldOverAwait(model, facts, minimumNs),
  ]
  if (drafts.length === 0) drafts.push(...drainDrafts(model, facts, minimumNs))
  if (drafts.length > 0) return holdsWith(drafts)
  const waitsForLock = [...facts.parked.values()].some(({ kind }) => kind === 'lock' || kind === 'semaphore')
  return waitsForLock && model.holds.object.length === 0
    ? cannotTell('who holds which lock: record with a recorder that knows locks')
    : doesNot
}

function cycleDraft(
  model: TraceModel,
  facts: Facts,
  graph: WaitGraph,
  cycle: readonly number[],
  minimumNs: number,
): Draft[] {
  const parked = cycle.filter((node) => node > 0).map((task) => facts.parked.get(task)!)
  // The wait that closed the cycle is the latest; before it, all could still have gone well.
  const closing = parked.reduce((latest, each) => (each.sinceNs > latest.sinceNs ? each : latest))
  const waitedNs = model.endNs - closing.sinceNs
  const timers = parked.some(({ task }) => facts.loopEnds[streamOf(model, task)]?.timers)
  const throughQueue = parked.some(({ kind }) => kind === 'queue_put' || kind === 'queue_get')
  // With timers about, a timeout may break the cycle; through a queue, another task may come along.
  if (waitedNs < (timers ? minimumNs : throughQueue ? minimumNs / 4 : 0)) return []
  const walk = shortestCycle(graph, cycle, closing.task)
  const around = walk.filter((node) => node > 0).map((task) => facts.parked.get(task)!)
  const message =
    around.length === 1
      ? `${taskName(model, closing.task)} waits since ${formatDuration(waitedNs)} for ${thing(model, closing)}, ${closing.kind === 'queue_get' ? 'from which it took before and gave nothing back' : 'which it holds itself'}.`
      : `${around.length} tasks wait for each other since ${formatDuration(waitedNs)}: ${around
          .slice(0, 6)
          .map((each) => `${taskName(model, each.task)} for ${thing(model, each)} (${shortPlace(each.place)})`)
          .join(', ')}${around.length > 6 ? ', …' : ''}.`
  return [
    {
      kind: 'deadlock',
      severity: 'error',
      message,
      tasks: [...around, ...parked.filter((each) => !around.includes(each))].map(({ task }) => task),
      place: closing.place,
      startNs: closing.sinceNs,
      endNs: model.endNs,
      confidence: timers || throughQueue ? 'likely' : 'proven',
      related: [...around.slice(1).flatMap((each) => relatedWait(model, each)), ...relatedHolds(model, around)],
      costNs: waitedNs * parked.length,
    },
  ]
}

function thing(model: TraceModel, { object, tasks, kind }: Parked): string {
  if (object > 0) return objectName(model, object)
  const names = tasks.slice(0, 3).map((task) => taskName(model, task))
  return names.length > 0 ? names.join(', ') : kind.replaceAll('_', ' ')
}

const relatedWait = (model: TraceModel, parked: Parked): Related[] =>
  parked.place
    ? [
        {
          message: `${taskName(model, parked.task)} waits here for ${thing(model, parked)}`,
          file: parked.place.file,
          line: parked.place.line,
        },
      ]
    : []

function relatedHolds(model: TraceModel, around: readonly Parked[]): Related[] {
  const { holds } = model
  const tasks = new Set(around.map(({ task }) => task))
  const objects = new Set(around.map(({ object }) => object))
  const related: Related[] = []
  const rows = [...objects].flatMap((object) => holdersByObject(model).get(object) ?? [])
  rows.forEach((row) => {
    const object = holds.object[row]
    if (related.length >= 20 || !tasks.has(holds.task[row])) return
    const place = placeOf(model, holds.stack[row])
    const message = `${taskName(model, holds.task[row])} acquired ${objectName(model, object)} here`
    if (place) related.push({ message, file: place.file, line: place.line })
  })
  return related
}

/** The shortest way from a node back to itself, breadth first. */
function shortestCycle(graph: WaitGraph, cycle: readonly number[], start: number): number[] {
  const members = new Set(cycle)
  const from = new Map<number, number>()
  const queue = [start]
  for (const node of queue) {
    for (const successor of graph.next.get(node) ?? []) {
      if (successor === start) {
        const path = [node]
        while (path[path.length - 1] !== start) path.push(from.get(path[path.length - 1])!)
        return path.reverse()
      }
      if (!members.has(successor) || from.has(successor)) continue
      from.set(successor, node)
      queue.push(successor)
    }
  }
  return [...cycle]
}

/** A loop's thread that waits, in a step that never ends, for what only this loop can run. */
function loopThreadDrafts(model: TraceModel, facts: Facts, minimumNs: number): Draft[] {
  const { runs, threadCalls, loops } = model
  return facts.loopEnds.flatMap(({ stuckRun }, stream): Draft[] => {
    if (stuckRun < 0 || !threadWait(model, lastSampleOf(model, stuckRun))) return []
    const startNs = runs.startNs[stuckRun]
    const isOwnCall = (i: number): boolean =>
      threadCalls.atNs[i] >= startNs && threadCalls.stream[i] === stream && loops.stream[threadCalls.loop[i]] === stream
    const call = [...threadCalls.atNs.keys()].reverse().find(isOwnCall) ?? -1
    const sample = lastSampleOf(model, stuckRun)
    // `result()` in the loop's thread while no executor runs anything: only the loop itself is left to bring it.
    const alone =
      waitsForResult(model, sample) && model.endNs - startNs >= minimumNs && !model.jobs.endNs.some(Number.isNaN)
    if (call < 0 && !alone) return []
    const task = runs.kind[stuckRun] === RunKind.step ? runs.subject[stuckRun] : 0
    const waitedNs = model.endNs - startNs
    const who = task > 0 ? taskName(model, task) : 'A callback'
    return [
      {
        kind: 'deadlock',
        severity: 'error',
        message: `${who} blocks the event loop’s thread since ${formatDuration(waitedNs)} and waits for a coroutine or callback that only this loop can run.`,
        tasks: task > 0 ? [task] : [],
        place: placeOf(model, model.samples.stack[sample]),
        startNs,
        endNs: model.endNs,
        confidence: call >= 0 ? 'proven' : 'likely',
        related: call >= 0 ? relatedPlace(model, threadCalls.stack[call], 'it was given to the loop here') : [],
        costNs: waitedNs,
      },
    ]
  })
}

/**
 * A loop's thread that stands still in a function in which a task of the same loop is suspended: as with a `threading.Lock` that was taken
 * by `with` and is held over an `await`. The thread waits for the task, and the task for the thread.
 */
function heldOverAwait(model: TraceModel, facts: Facts, minimumNs: number): Draft[] {
  const { runs, samples } = model
  return facts.loopEnds.flatMap(({ stuckRun }, stream): Draft[] => {
    if (stuckRun < 0 || model.endNs - runs.startNs[stuckRun] < minimumNs) return []
    const ofRun = [...samples.run.keys()].filter((i) => samples.run[i] === stuckRun)
    const sample = ofRun.at(-1)
    if (sample === undefined || !stoodStill(model, stuckRun, ofRun) || model.jobs.endNs.some(Number.isNaN)) return []
    const blocked = placeOf(model, samples.stack[sample])
    const task = runs.kind[stuckRun] === RunKind.step ? runs.subject[stuckRun] : 0
    const holder = [...facts.parked.values()].find(
      (parked) =>
        parked.task !== task &&
        streamOf(model, parked.task) === stream &&
        userFramesCached(model, model.tables.awaits.stack[parked.awaitId]).some(
          (frame) => frame.function === blocked?.function && frame.file === blocked.file && frame.line > blocked.line,
        ),
    )
    if (!blocked || !holder) return []
    const who = task > 0 ? taskName(model, task) : 'A callback'
    const waitedNs = model.endNs - runs.startNs[stuckRun]
    return [
      {
        kind: 'deadlock',
        severity: 'error',
        message: `${who} blocks the event loop’s thread since ${formatDuration(waitedNs)} at ${shortPlace(blocked)}, while ${taskName(model, holder.task)} is suspended further down in the same function (${shortPlace(holder.place)}) and needs that thread to go on.`,
        tasks: [...(task > 0 ? [task] : []), holder.task],
        place: blocked,
        startNs: runs.startNs[stuckRun],
        endNs: model.endNs,
        confidence: 'likely',
        related: relatedWait(model, holder),
        costNs: waitedNs,
      },
    ]
  })
}

function relatedPlace(model: TraceModel, stack: number, message: string): Related[] {
  const place = placeOf(model, stack)
  return place ? [{ message, file: place.file, line: place.line }] : []
}

/** Tasks that all wait in `drain()` on an idle loop where no task reads: ends of connections that wait for each other. */
function drainDrafts(model: TraceModel, facts: Facts, minimumNs: number): Draft[] {
  const waiting = [...facts.parked.values()].filter(({ awaitId, tasks }) => awaitId > 0 && tasks.length === 0)
  const drains = waiting.filter(({ kind }) => kind === 'drain')
  if (drains.length < 2 || drains.length < waiting.length) return []
  const sinceNs = drains.reduce((latest, each) => Math.max(latest, each.sinceNs), 0)
  const end = facts.loopEnds[streamOf(model, drains[0].task)]
  if (!end || Number.isNaN(end.idleSinceNs) || end.timers || model.endNs - sinceNs < minimumNs) return []
  const names = drains.map(({ task }) => taskName(model, task)).join(', ')
  return [
    {
      kind: 'deadlock',
      severity: 'error',
      message: `${names} wait in drain() since ${formatDuration(model.endNs - sinceNs)} for their peers to read, and no task reads.`,
      tasks: drains.map(({ task }) => task),
      place: drains[0].place,
      startNs: sinceNs,
      endNs: model.endNs,
      confidence: 'likely',
      related: drains.slice(1).flatMap((each) => relatedWait(model, each)),
      costNs: model.endNs - sinceNs,
    },
  ]
}
