import { isOver, lastAtOrBefore, segmentAt } from './at.ts'
import { awaitKind, targetKind } from './describe.ts'
import { holdersAt, resourceIndex, scopesByOwner, type ResourceIndex } from './resources.ts'
import { rowsBy, type RowsBy } from './rowsBy.ts'
import { Outcome, RunKind, State, type TraceModel } from './types.ts'

/** What questions about a moment need, made once for a model. */
export interface MomentIndex {
  readonly resources: ResourceIndex
  /** Rows of `model.scopes` by the task that opened them. */
  readonly scopes: RowsBy
  /** Tasks by the task that created them. */
  readonly created: RowsBy
}

export function momentIndex(model: TraceModel, resources: ResourceIndex = resourceIndex(model)): MomentIndex {
  return { resources, scopes: scopesByOwner(model), created: rowsBy(model.tasks.parent, model.tasks.count) }
}

export const AwaitFlag = {
  /** It stands in the tree above or before already, with what it waits for. */
  REPEATED: 1,
  /** It waits for itself, by way of others. */
  CYCLE: 2,
} as const

/**
 * Who waits for whom at a moment, as Python's `asyncio pstree` prints it: a task, and below it the tasks that it waits for.
 * Rows top to bottom, in columns.
 */
export interface AwaitGraph {
  readonly atNs: number
  readonly count: number
  readonly task: Uint32Array
  readonly depth: Uint16Array
  /** `AwaitFlag`s. */
  readonly flags: Uint8Array
  /** The lock or semaphore for which the row above waits and which this task holds, 0 = it is awaited itself. */
  readonly holds: Uint32Array
  /** Tasks by state; each counts once. */
  readonly states: { readonly running: number; readonly ready: number; readonly waiting: number }
  readonly cycles: number
}

/** A task that another waits for, and the object that it holds, 0 = none. */
interface Target {
  readonly task: number
  readonly object: number
}

/** Awaits that join tasks without naming one. */
const JOINS = new Set(['gather', 'wait', 'wait_for', 'shield', 'task_group', 'as_completed', 'task'])
const HELD = new Set(['lock', 'semaphore'])
/** Scopes that are looked at for the one that is open: deeper nesting is not known. */
const MAX_NESTING = 64

const isAlive = (model: TraceModel, task: number, atNs: number): boolean =>
  model.tasks.createdNs[task] <= atNs &&
  (model.tasks.outcome[task] === Outcome.unfinished ? !isOver(model, task, atNs) : model.tasks.endedNs[task] > atNs)

/** The tasks that exist at a moment, in the order of creation. Linear in the tasks, in no event. */
export function tasksAt(model: TraceModel, atNs: number): Uint32Array {
  const alive = new Uint32Array(model.tasks.count)
  let count = 0
  for (let task = 1; task <= model.tasks.count; task++) if (isAlive(model, task, atNs)) alive[count++] = task
  return alive.subarray(0, count)
}

/** For whom a task waits at a moment. Logarithmic in the events, linear in the answer. */
export function awaitedAt(model: TraceModel, index: MomentIndex, task: number, atNs: number): Target[] {
  const { segments } = model
  const segment = segmentAt(model, task, atNs)
  if (segment < 0 || segments.state[segment] !== State.waiting) return []
  const awaitId = segments.detail[segment]
  const target = segments.other[segment]
  const kind = awaitKind(model, awaitId)
  const awaits = targetKind(model, awaitId)
  if (awaits === 'task') {
    const exists = target > 0 && target <= model.tasks.count && isAlive(model, target, atNs)
    return exists ? [{ task: target, object: 0 }] : []
  }
  if (awaits === 'object' && HELD.has(kind)) {
    const holders = holdersAt(model, index.resources, target, atNs).map((row) => model.holds.task[row])
    return [...new Set(holders)]
      .filter((holder) => holder > 0 && isAlive(model, holder, atNs))
      .map((holder) => ({ task: holder, object: target }))
  }
  if (!JOINS.has(kind)) return []
  return joined(model, index, task, atNs).map((child) => ({ task: child, object: 0 }))
}

/** The tasks in the innermost scope that a task has open, or else those that it created and that still run. */
function joined(model: TraceModel, { scopes: byOwner, created }: MomentIndex, owner: number, atNs: number): number[] {
  const { scopes } = model
  const [first, last] = [byOwner.first[owner], byOwner.first[owner + 1]]
  for (let i = last - 1; i >= first && i >= last - MAX_NESTING; i--) {
    const scope = byOwner.row[i]
    if (scopes.openNs[scope] > atNs || scopes.closeNs[scope] <= atNs) continue
    const children = [...scopes.children.subarray(scopes.firstChild[scope], scopes.lastChild[scope])]
    const alive = children.filter((child) => isAlive(model, child, atNs))
    if (alive.length > 0) return alive
  }
  return [...created.row.subarray(created.first[owner], created.first[owner + 1])].filter((child) =>
    isAlive(model, child, atNs),
  )
}

/** The await graph at a moment. Linear in the tasks and in who waits for whom; in no event. */
export function awaitGraphAt(model: TraceModel, index: MomentIndex, atNs: number): AwaitGraph {
  const alive = tasksAt(model, atNs)
  const targets = new Map<number, readonly Target[]>()
  const awaited = new Set<number>()
  const states = { running: 0, ready: 0, waiting: 0 }
  for (const task of alive) {
    const state = model.segments.state[segmentAt(model, task, atNs)]
    states[state === State.running ? 'running' : state === State.ready ? 'ready' : 'waiting']++
    const found = awaitedAt(model, index, task, atNs)
    if (found.length > 0) targets.set(task, found)
    for (const target of found) awaited.add(target.task)
  }
  const rows = new RowWriter()
  const visited = new Set<number>()
  for (const task of alive) if (!awaited.has(task)) descend(task, targets, visited, rows)
  // What is left is awaited by somebody and reached from nobody: cycles, and what hangs on them.
  for (const task of alive) if (!visited.has(task)) descend(task, targets, visited, rows)
  return { atNs, ...rows.columns(), states, cycles: rows.cycles }
}

/** Writes a task and all that it waits for; without recursion, for a chain can be as long as there are tasks. */
function descend(
  root: number,
  targets: ReadonlyMap<number, readonly Target[]>,
  visited: Set<number>,
  rows: RowWriter,
): void {
  const path: { task: number; row: number; next: number }[] = []
  const placeOnPath = new Map<number, number>()
  const enter = (task: number, object: number): void => {
    // Who holds a semaphore stands below the first who waits for it: below all of them, many waiters times many slots would be one long list.
    if (object > 0 && visited.has(task) && !placeOnPath.has(task)) return
    const row = rows.add(task, path.length, object)
    const onPath = placeOnPath.get(task)
    if (onPath !== undefined) {
      rows.flag(row, AwaitFlag.REPEATED | AwaitFlag.CYCLE)
      for (const step of path.slice(onPath)) rows.flag(step.row, AwaitFlag.CYCLE)
      rows.cycles++
    } else if (visited.has(task)) {
      if (targets.has(task)) rows.flag(row, AwaitFlag.REPEATED)
    } else {
      visited.add(task)
      placeOnPath.set(task, path.length)
      path.push({ task, row, next: 0 })
    }
  }
  enter(root, 0)
  while (path.length > 0) {
    const step = path[path.length - 1]
    const target = targets.get(step.task)?.[step.next++]
    if (target) enter(target.task, target.object)
    else placeOnPath.delete(path.pop()!.task)
  }
}

class RowWriter {
  cycles = 0
  private readonly task: number[] = []
  private readonly depth: number[] = []
  private readonly flags: number[] = []
  private readonly holds: number[] = []

  add(task: number, depth: number, object: number): number {
    this.depth.push(Math.min(depth, 0xffff))
    this.flags.push(0)
    this.holds.push(object)
    return this.task.push(task) - 1
  }

  flag(row: number, flag: number): void {
    this.flags[row] |= flag
  }

  columns() {
    return {
      count: this.task.length,
      task: Uint32Array.from(this.task),
      depth: Uint16Array.from(this.depth),
      flags: Uint8Array.from(this.flags),
      holds: Uint32Array.from(this.holds),
    }
  }
}

/** What is scheduled and waits for its turn: a task's step, or a callback (its location). */
export interface ReadyEntry {
  readonly sinceNs: number
  readonly task: number
  /** Index of the run in which the callback ran, -1 for a step. */
  readonly run: number
}

/** Runs behind a moment that are looked at for callbacks that waited then. */
const MAX_RUNS_AHEAD = 1000
const UNKNOWN_DELAY = 0xffffffff

/** The loops' ready queues at a moment, the longest waiting first. Callbacks are known by the run that followed. */
export function readyQueueAt(model: TraceModel, atNs: number): ReadyEntry[] {
  const { segments, runs } = model
  const entries: ReadyEntry[] = []
  for (const task of tasksAt(model, atNs)) {
    const segment = segmentAt(model, task, atNs)
    if (segment >= 0 && segments.state[segment] === State.ready)
      entries.push({ sinceNs: segments.startNs[segment], task, run: -1 })
  }
  for (let stream = 0; stream < runs.first.length; stream++) {
    const [first, last] = [runs.first[stream], runs.last[stream]]
    const next = Math.max(first, lastAtOrBefore(runs.startNs, first, last, atNs) + 1)
    for (let run = next; run < Math.min(last, next + MAX_RUNS_AHEAD); run++) {
      // A poll ends the turn of the loop: what waited before it has run.
      if (runs.kind[run] === RunKind.poll) break
      if (runs.kind[run] !== RunKind.callback || runs.delay[run] === UNKNOWN_DELAY) continue
      const sinceNs = runs.startNs[run] - runs.delay[run]
      if (sinceNs <= atNs) entries.push({ sinceNs, task: 0, run })
    }
  }
  return entries.sort((a, b) => a.sinceNs - b.sinceNs)
}

/** The next moment at which a loop does something else, in a direction; the moment itself where there is none. Logarithmic. */
export function nextEventNs({ runs, endNs }: TraceModel, atNs: number, direction: 1 | -1): number {
  let best = direction > 0 ? Infinity : -Infinity
  const offer = (ns: number): void => {
    if (direction > 0 ? ns > atNs && ns < best : ns < atNs && ns > best) best = ns
  }
  for (let stream = 0; stream < runs.first.length; stream++) {
    const [first, last] = [runs.first[stream], runs.last[stream]]
    const at = lastAtOrBefore(runs.startNs, first, last, atNs)
    for (let run = Math.max(first, at - 1); run < Math.min(last, Math.max(first, at) + 2); run++) {
      offer(runs.startNs[run])
      offer(runs.endNs[run])
    }
  }
  return Number.isFinite(best) ? Math.min(best, endNs) : atNs
}
