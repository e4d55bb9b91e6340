import type { AwaitKindName } from '../format/schema.ts'
import { objectName, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import type { TraceModel } from '../model/types.ts'
import { streamOf, type Facts, type Parked } from './facts.ts'
import { loopThreadDrafts } from './loopThread.ts'
import { placeOf, samePlace, shortPlace } from './places.ts'
import { cannotTell, doesNot, holdsWith, type Check, type Draft, type Place, type Related } from './types.ts'
import { holdersByObject, waitGraph, type WaitGraph } from './waitGraph.ts'

/** A cycle of tasks, each of which waits for the next: through locks, semaphores, tasks, gathers, full queues; or through the loop's own thread. */
export const deadlock: Check = (model, facts, thresholds) => {
  if (!facts.open) return doesNot
  const graph = waitGraph(model, facts)
  const minimumNs = thresholds['hung-after'] * 1e6
  const drafts = [
    ...graph.cycles.flatMap((cycle) => cycleDraft(model, facts, graph, cycle, minimumNs)),
    ...loopThreadDrafts(model, facts, minimumNs),
  ]
  if (drafts.length === 0) drafts.push(...drainDrafts(model, facts, minimumNs))
  if (drafts.length > 0) return holdsWith(drafts)
  const waitsForLock = [...facts.parked.values()].some(({ kind }) => kind === 'lock' || kind === 'semaphore')
  return waitsForLock && model.holds.object.length === 0
    ? cannotTell('who holds which lock: record with a recorder that knows locks')
    : doesNot
}

/** Waits that end by what others did before, which they need not do again. */
const HABITS = new Set<string>(['queue_put', 'queue_get', 'queue_join', 'barrier', 'condition', 'future', 'event'])

/** What a task does that waits for itself. */
const ITSELF: Partial<Record<AwaitKindName, string>> = {
  queue_get: 'from which it took before and gave nothing back',
  condition: 'under which it took before and gave nothing back',
  queue_join: 'whose items it works on itself: it cannot say that they are done while it waits here',
  future: 'whose result it would have to bring itself, as it did so far: while it waits here, nobody does',
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
  const byHabit = parked.some(({ kind }) => HABITS.has(kind))
  // Of a job's thread one sees what it gave to the loop, and not that it waits for it: it may compute on, and end.
  const byThread = parked.some(({ kind }) => kind === 'executor')
  // With timers about, a timeout may break the cycle; at a queue or a future, another task may come along.
  if (waitedNs < (timers || byThread ? minimumNs : byHabit ? minimumNs / 4 : 0)) return []
  const walk = shortestCycle(graph, cycle, closing.task)
  const around = walk.filter((node) => node > 0).map((task) => facts.parked.get(task)!)
  const message =
    around.length === 1
      ? `${taskName(model, closing.task)} waits since ${formatDuration(waitedNs)} for ${thing(model, closing)} (${shortPlace(closing.place)}), ${ITSELF[closing.kind] ?? 'which it holds itself'}.`
      : `${around.length} tasks wait for each other since ${formatDuration(waitedNs)}: ${around
          .slice(0, 6)
          .map((each) => `${taskName(model, each.task)} for ${thing(model, each)} (${shortPlace(each.place)})`)
          .join(', ')}${around.length > 6 ? ', …' : ''}.`
  return [
    {
      kind: 'deadlock',
      severity: 'error',
      message,
      tasks: [...new Set([...around, ...parked])].map(({ task }) => task),
      place: oddOneOut(around) ?? closing.place,
      startNs: closing.sinceNs,
      endNs: model.endNs,
      confidence: timers || byHabit || byThread ? 'likely' : 'proven',
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

/** Where all but one of a cycle's tasks wait at one line, as in a chain that each joins at its end: the line of the other, which made a ring of it. */
function oddOneOut(around: readonly Parked[]): Place | undefined {
  if (around.length < 3) return undefined
  // If all but one stand at one line, two of the first three do.
  const [first, second, third] = around.map(({ place }) => place)
  const common = samePlace(first, second) || samePlace(first, third) ? first : second
  const odd = around.filter(({ place }) => !samePlace(place, common))
  return odd.length === 1 ? odd[0].place : undefined
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
