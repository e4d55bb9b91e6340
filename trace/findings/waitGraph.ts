import { awaitKindNames, objectKindNames } from '../format/schema.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import type { Facts, Parked } from './facts.ts'
import { awaitedByJob } from './givenByThread.ts'
import { waitsFor } from './objectWaits.ts'
import { placeOf } from './places.ts'
import { keepersOf, keepersUnderCondition } from './poolKeepers.ts'
import { queueWithRequest, takersOf } from './queuedRequests.ts'
import { countBefore, rowsOf } from './rowsBy.ts'
import type { Place } from './types.ts'

/**
 * Who waits for whom at the trace's end. Nodes are unfinished tasks (their id) and objects (negative numbers).
 * A task leads to what it waits for, a lock or semaphore to its holders, a queue to who would have to move it.
 */
export interface WaitGraph {
  readonly next: ReadonlyMap<number, readonly number[]>
  /** Nodes that can never go on as long as no node outside the set interferes. */
  readonly blocked: ReadonlySet<number>
  /** Cycles of blocked nodes that lead to each other, largest first. */
  readonly cycles: readonly (readonly number[])[]
}

const graphs = new WeakMap<Facts, WaitGraph>()

/** Nearly linear in unfinished tasks and holders. Made once. */
export function waitGraph(model: TraceModel, facts: Facts): WaitGraph {
  const known = graphs.get(facts)
  if (known) return known
  const graph = makeGraph(model, facts)
  graphs.set(facts, graph)
  return graph
}

function makeGraph(model: TraceModel, facts: Facts): WaitGraph {
  const next = new Map<number, readonly number[]>()
  const holders = holdersByObject(model)
  for (const parked of facts.parked.values()) {
    if (parked.awaitId === 0) continue
    if (parked.object > 0) {
      const node = objectNode(parked)
      next.set(parked.task, [node])
      if (next.has(node)) continue
      const leadsTo = objectLeadsTo(model, facts, parked, holders)
      const queue = parked.kind === 'future' && leadsTo.length === 0 ? queueWithRequest(model, parked) : 0
      // All requests of one queue wait for the same: with an edge from each to each taker, the graph would be as large as both multiplied.
      const takers = -queue * 4
      next.set(node, queue > 0 ? [takers] : leadsTo)
      if (queue > 0 && !next.has(takers)) next.set(takers, takersOf(model, queue))
    } else next.set(parked.task, parked.tasks)
  }
  const blocked = blockedNodes(next, facts)
  return { next, blocked, cycles: cyclesOf(next, blocked) }
}

/** The getters and the putters of a queue wait for different things, and so do those whose requests are in it: each has its node. */
function objectNode({ object, kind }: Parked): number {
  return -(object * 4 + (kind === 'queue_put' ? 1 : kind === 'queue_get' ? 2 : HELD.has(kind) ? 0 : 3))
}

/** The object that a negative node stands for. */
export const objectOfNode = (node: number): number => Math.floor(-node / 4)

/** Waits that end when a holder gives back what it holds. */
export const HELD = new Set<string>(['lock', 'semaphore'])

const holdersOf = new WeakMap<TraceModel, ReadonlyMap<number, readonly number[]>>()

/** Rows of `holds` not given back, by object. */
export function holdersByObject(model: TraceModel): ReadonlyMap<number, readonly number[]> {
  const known = holdersOf.get(model)
  if (known) return known
  const { holds } = model
  const holders = new Map<number, number[]>()
  holds.object.forEach((object, row) => {
    if (!Number.isNaN(holds.untilNs[row])) return
    const rows = holders.get(object)
    if (rows) rows.push(row)
    else holders.set(object, [row])
  })
  holdersOf.set(model, holders)
  return holders
}

/**
 * The tasks that would have to act before a waiter of the object can go on, as far as the record shows them; empty: not known, so nothing is proved.
 * For a lock that is who holds it. For a full queue it is who ever took from it, and else who waits for a lock that the waiter holds; for a barrier
 * it is those of the same coroutine that wait for such a lock; for a job, the coroutine that its thread gave to a loop; for an event, who set it before
 * and now needs what a waiter holds; for the answer to a request that is still in a queue, who takes from that.
 */
function objectLeadsTo(
  model: TraceModel,
  facts: Facts,
  parked: Parked,
  holders: ReadonlyMap<number, readonly number[]>,
): readonly number[] {
  const { holds, tasks } = model
  const alive = (task: number): boolean => task > 0 && tasks.outcome[task] === Outcome.unfinished
  if (HELD.has(parked.kind)) {
    // A slot whose holder ended is lost; the others still come back.
    const rows = holders.get(parked.object) ?? []
    if (rows.some((row) => holds.task[row] === 0 || leftInTimeout(model, row) >= 0)) return []
    return [...new Set(rows.map((row) => holds.task[row]).filter(alive))]
  }
  if (parked.kind === 'queue_put') {
    const consumers = counterparts(model, facts, parked.object, 'queue_get', 'queue_put').filter(alive)
    return consumers.length > 0 ? consumers : waitersForWhatIsHeldBy(model, facts, parked.task)
  }
  if (parked.kind === 'queue_get') {
    if (takenByNobody(model, facts, parked.object) !== undefined) return []
    const producers = wakersOf(model, facts, parked.object, 'queue_get').filter(
      (task) => alive(task) && task !== parked.task,
    )
    return producers.length > 0 ? producers : keepersOf(model, facts, parked)
  }
  if (parked.kind === 'queue_join') return workersOf(model, facts, parked.object).filter(alive)
  if (parked.kind === 'barrier') return partiesOutside(model, facts, parked.object)
  if (parked.kind === 'condition') return keepersUnderCondition(model, parked)
  if (parked.kind === 'future') return usualWaker(model, facts, parked)
  if (parked.kind === 'event') return settersThatNeed(model, facts, parked)
  if (parked.kind === 'executor') return awaitedByJob(model, parked.object)
  return []
}

/**
 * The tasks that set an event before, where each of them waits for a lock, or a slot, that a waiter of the event holds. Who waits for something else may
 * never have meant to set it again, so that proves nothing.
 */
function settersThatNeed(model: TraceModel, facts: Facts, { object }: Parked): readonly number[] {
  const { levels, holds, tasks } = model
  const waiters = new Set(parkedAt(facts, object))
  const needsHeld = (task: number): boolean => {
    const parked = facts.parked.get(task)
    if (!parked || !HELD.has(parked.kind)) return false
    return (holdersByObject(model).get(parked.object) ?? []).some((row) => waiters.has(holds.task[row]))
  }
  const setters = new Set<number>()
  for (const row of rowsOf(levels.object, object)) if (levels.level[row] > 0) setters.add(levels.by[row])
  if (setters.has(0)) return []
  const alive = [...setters].filter((task) => tasks.outcome[task] === Outcome.unfinished)
  return alive.every(needsHeld) ? alive : []
}

const parkedByObject = new WeakMap<Facts, ReadonlyMap<number, readonly number[]>>()

/** The tasks that wait for an object at the end. All are looked through once. */
function parkedAt(facts: Facts, object: number): readonly number[] {
  let known = parkedByObject.get(facts)
  if (!known) {
    const made = new Map<number, number[]>()
    for (const parked of facts.parked.values()) {
      const tasks = made.get(parked.object)
      if (tasks) tasks.push(parked.task)
      else made.set(parked.object, [parked.task])
    }
    parkedByObject.set(facts, (known = made))
  }
  return known.get(object) ?? []
}

/** Who took from a queue, and so has to say that it is done with it. Who waits for its next item has nothing left to say. */
function workersOf(model: TraceModel, facts: Facts, queue: number): number[] {
  const { levels } = model
  const took = new Set<number>()
  let before = 0
  for (const row of rowsOf(levels.object, queue)) {
    if (levels.level[row] < before) took.add(levels.by[row])
    before = levels.level[row]
  }
  for (const { task, kind } of waitsFor(model, facts.objectWaits, queue)) if (kind === 'queue_get') took.add(task)
  return [...took].filter((task) => {
    const parked = facts.parked.get(task)
    return !(parked?.kind === 'queue_get' && parked.object === queue)
  })
}

/**
 * A task that waits for a future itself, where it alone ended all such waits before: a reader that hands out replies, and now waits for one. Who
 * did so for others may have done it again, as it goes when a pool gives back to somebody who has left, so that proves nothing.
 */
function usualWaker(model: TraceModel, facts: Facts, { task, place }: Parked): readonly number[] {
  const wakers = wakersByLine(model, facts).get(lineOf(place))
  return wakers?.size === 1 && wakers.has(task) ? [task] : []
}

const lineOf = (place: Place | undefined): string => (place ? `${place.file}:${place.line}` : '')

const wakersOfLines = new WeakMap<Facts, ReadonlyMap<string, ReadonlySet<number>>>()

/**
 * By line on which tasks now wait for futures: who ended the waits that went before, 0 = no task, or one of the same coroutine, which did for another what
 * that would do for it. One pass over the segments.
 */
function wakersByLine(model: TraceModel, facts: Facts): ReadonlyMap<string, ReadonlySet<number>> {
  const known = wakersOfLines.get(facts)
  if (known) return known
  const { segments, tables, tasks } = model
  const byLine = new Map<string, Set<number>>()
  for (const { kind, place } of facts.parked.values())
    if (kind === 'future' && place) byLine.set(lineOf(place), new Set())
  const byAwait = [...tables.awaits.kind.keys()].map((awaitId) =>
    awaitKindNames[tables.awaits.kind[awaitId]] === 'future'
      ? byLine.get(lineOf(placeOf(model, tables.awaits.stack[awaitId])))
      : undefined,
  )
  for (let task = 1; task <= tasks.count && byLine.size > 0; task++) {
    for (let i = segments.first[task]; i + 1 < segments.last[task]; i++) {
      if (segments.state[i] !== State.waiting || segments.state[i + 1] !== State.ready) continue
      const wakers = byAwait[segments.detail[i]]
      const waker = segments.other[i + 1]
      wakers?.add(tasks.coroutine[waker] === tasks.coroutine[task] ? 0 : waker)
    }
  }
  wakersOfLines.set(facts, byLine)
  return byLine
}

/**
 * The timeout, an index in `scopes`, that expired over the code that acquired this and did not give it back; -1 = none. Whoever holds it then
 * has left the code that would have done so.
 */
const MAX_NESTED = 16

export function leftInTimeout({ holds, scopes, tables }: TraceModel, row: number): number {
  const atNs = holds.fromNs[row]
  const own = rowsOf(scopes.owner, holds.task[row])
  // The timeouts that were open as it was acquired are among the last that had opened by then.
  const last = countBefore(own, scopes.openNs, atNs)
  for (let i = last - 1; i >= Math.max(last - MAX_NESTED, 0); i--) {
    const scope = own[i]
    const expired = scopes.how[scope] === 2 && objectKindNames[tables.objects.kind[scopes.object[scope]]] === 'timeout'
    if (expired && scopes.closeNs[scope] > atNs) return scope
  }
  return -1
}

/** Tasks that waited for an object in the one way, or ended a wait of the other way. */
function counterparts(model: TraceModel, facts: Facts, object: number, waitKind: string, wokenKind: string): number[] {
  const tasks = new Set<number>(wakersOf(model, facts, object, wokenKind))
  for (const wait of waitsFor(model, facts.objectWaits, object)) if (wait.kind === waitKind) tasks.add(wait.task)
  return [...tasks]
}

/** Whether an item of the queue went to a task that nobody waited for any more: who needs it now waits for something that is lost. */
export function takenByNobody(model: TraceModel, facts: Facts, queue: number): number | undefined {
  const { tasks, scopes } = model
  for (const { task, kind, untilNs } of waitsFor(model, facts.objectWaits, queue)) {
    const scope = facts.lastScope[task]
    if (kind !== 'queue_get' || tasks.outcome[task] !== Outcome.done || scope < 0) continue
    const waitedUntilNs = facts.awaitedUntilNs[task]
    if (scopes.closeNs[scope] === waitedUntilNs && waitedUntilNs < untilNs) return task
  }
  return undefined
}

function wakersOf(model: TraceModel, facts: Facts, object: number, kind: string): number[] {
  const tasks = new Set<number>()
  for (const wait of waitsFor(model, facts.objectWaits, object)) {
    if (wait.kind === kind && wait.waker > 0) tasks.add(wait.waker)
  }
  return [...tasks]
}

function waitersForWhatIsHeldBy({ holds }: TraceModel, facts: Facts, task: number): number[] {
  const held = new Set<number>()
  for (const row of rowsOf(holds.task, task)) if (Number.isNaN(holds.untilNs[row])) held.add(holds.object[row])
  if (held.size === 0) return []
  return [...facts.parked.values()].filter((other) => held.has(other.object)).map((other) => other.task)
}

/** Tasks that come to a barrier as others did, of the same coroutine, and wait for what those at the barrier hold. */
function partiesOutside(model: TraceModel, facts: Facts, barrier: number): number[] {
  const { coroutine } = model.tasks
  const inside = [...facts.parked.values()].filter(({ object }) => object === barrier).map(({ task }) => task)
  const coroutines = new Set(inside.map((task) => coroutine[task]))
  const outside = inside.flatMap((task) => waitersForWhatIsHeldBy(model, facts, task))
  return [...new Set(outside)].filter((task) => coroutines.has(coroutine[task]))
}

/** The largest set of nodes each of which needs another one of the set: found by taking away what can go on. */
function blockedNodes(next: ReadonlyMap<number, readonly number[]>, facts: Facts): Set<number> {
  const before = new Map<number, number[]>()
  const blockedNext = new Map<number, number>()
  const blocked = new Set(next.keys())
  for (const [node, successors] of next) {
    blockedNext.set(node, successors.length)
    for (const successor of successors) {
      const list = before.get(successor)
      if (list) list.push(node)
      else before.set(successor, [node])
    }
  }
  // An object gives way when any of its holders does, and so does a wait for the first of several tasks; a gather needs all of them.
  const needsAll = (node: number): boolean => {
    const kind = facts.parked.get(node)?.kind
    return node < 0 || kind === 'wait' || kind === 'as_completed'
  }
  const free = (node: number): boolean => {
    const left = blockedNext.get(node) ?? 0
    return left === 0 || (needsAll(node) && left < next.get(node)!.length)
  }
  const queue: number[] = [...before.keys()].filter((node) => !next.has(node))
  for (const node of next.keys()) if (free(node)) queue.push(node)
  const gone = new Set<number>()
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (gone.has(node)) continue
    gone.add(node)
    blocked.delete(node)
    for (const waiter of before.get(node) ?? []) {
      blockedNext.set(waiter, (blockedNext.get(waiter) ?? 1) - 1)
      if (!gone.has(waiter) && free(waiter)) queue.push(waiter)
    }
  }
  return blocked
}

/** Strongly connected components with more than one node, by Tarjan's algorithm without recursion. */
function cyclesOf(next: ReadonlyMap<number, readonly number[]>, blocked: ReadonlySet<number>): number[][] {
  const index = new Map<number, number>()
  const low = new Map<number, number>()
  const onStack = new Set<number>()
  const stack: number[] = []
  const cycles: number[][] = []
  for (const root of blocked) {
    if (index.has(root)) continue
    const work: { node: number; edge: number }[] = [{ node: root, edge: 0 }]
    while (work.length > 0) {
      const frame = work[work.length - 1]
      const { node } = frame
      if (frame.edge === 0) {
        index.set(node, index.size)
        low.set(node, index.get(node)!)
        stack.push(node)
        onStack.add(node)
      }
      const successors = next.get(node) ?? []
      let entered = false
      while (frame.edge < successors.length) {
        const successor = successors[frame.edge++]
        if (!blocked.has(successor)) continue
        if (!index.has(successor)) {
          work.push({ node: successor, edge: 0 })
          entered = true
          break
        }
        if (onStack.has(successor)) low.set(node, Math.min(low.get(node)!, index.get(successor)!))
      }
      if (entered) continue
      work.pop()
      const parent = work[work.length - 1]
      if (parent) low.set(parent.node, Math.min(low.get(parent.node)!, low.get(node)!))
      if (low.get(node) !== index.get(node)) continue
      const component = stack.splice(stack.lastIndexOf(node))
      for (const member of component) onStack.delete(member)
      if (component.length > 1 || (next.get(node) ?? []).includes(node)) cycles.push(component)
    }
  }
  return cycles.sort((a, b) => b.length - a.length)
}
