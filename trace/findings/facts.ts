import { awaitKindNames, type AwaitKindName } from '../format/schema.ts'
import { segmentEndNs } from '../model/at.ts'
import { Outcome, RunKind, State, type TraceModel } from '../model/types.ts'
import { objectWaits, type ObjectWaits } from './objectWaits.ts'
import { placeOf } from './places.ts'
import type { Place } from './types.ts'

/** Where an unfinished task stands at the trace's end. */
export interface Parked {
  readonly task: number
  readonly state: State
  readonly sinceNs: number
  /** Waiting: the await, else 0. */
  readonly awaitId: number
  readonly kind: AwaitKindName
  readonly place: Place | undefined
  /** The lock, queue, event… it waits for; 0 = none, or not known. */
  readonly object: number
  /** The unfinished tasks that it waits for. */
  readonly tasks: readonly number[]
}

/** What a loop's thread did last. */
export interface LoopEnd {
  /** It waits in its selector since then; NaN: it does not. */
  readonly idleSinceNs: number
  /** Whether a timer is due some time. */
  readonly timers: boolean
  /** Descriptors that the program watches, NaN = not known. */
  readonly descriptors: number
  /** A step or callback that runs and does not end, -1 = none. */
  readonly stuckRun: number
}

const TARGET_TASK = 1
const TARGET_OBJECT = 2

/** What several checks ask of a model, computed once. Linear in its segments. */
export interface Facts {
  readonly parked: ReadonlyMap<number, Parked>
  readonly objectWaits: ObjectWaits
  /** By await id: how often tasks waited so and went on, and the longest, ns. */
  readonly waitCount: Uint32Array
  readonly longestWaitNs: Float64Array
  /** By task: 1 where some task waited for it by name. */
  readonly awaited: Uint8Array
  /** By task: when the last wait for it, by name or in a scope, was over; Infinity where one goes on, -1 where there was none. */
  readonly awaitedUntilNs: Float64Array
  /** By task: the index in `scopes` of the last one to close that it belonged to, -1 = none. */
  readonly lastScope: Int32Array
  /** By task: 1 where `asyncio.run` or a loop's shutdown cancelled it, and nobody before. */
  readonly endedByShutdown: Uint8Array
  /** By stream. */
  readonly loopEnds: readonly LoopEnd[]
  /** The program goes on, or was killed: what is pending now did not end. */
  readonly open: boolean
  /** Whether locks, queues and events were recorded. */
  readonly knowsResources: boolean
}

export function gatherFacts(model: TraceModel): Facts {
  const { segments, tasks, tables } = model
  const rows = tables.awaits.kind.length
  const waitCount = new Uint32Array(rows)
  const longestWaitNs = new Float64Array(rows)
  const awaited = new Uint8Array(tasks.count + 1)
  const awaitedUntilNs = new Float64Array(tasks.count + 1).fill(-1)
  const lastScope = new Int32Array(tasks.count + 1).fill(-1)
  // Every segment is looked at: the columns are at hand, and where a segment ends is not asked for.
  const { state, detail, other, startNs } = segments
  const { targetKind } = tables.awaits
  for (let task = 1; task <= tasks.count; task++) {
    const last = segments.last[task]
    const hasEnded = tasks.outcome[task] !== Outcome.unfinished
    for (let i = segments.first[task]; i < last; i++) {
      if (state[i] !== State.waiting) continue
      const awaitId = detail[i]
      const ends = i + 1 < last || hasEnded
      const untilNs = i + 1 < last ? startNs[i + 1] : segmentEndNs(model, task, i)
      if (ends) {
        waitCount[awaitId]++
        const ns = untilNs - startNs[i]
        if (ns > longestWaitNs[awaitId]) longestWaitNs[awaitId] = ns
      }
      const target = other[i]
      if (targetKind[awaitId] === TARGET_TASK && target <= tasks.count) {
        awaited[target] = 1
        awaitedUntilNs[target] = Math.max(awaitedUntilNs[target], ends ? untilNs : Infinity)
      }
    }
  }
  const { scopes } = model
  for (let scope = 0; scope < scopes.object.length; scope++) {
    // A loop's shutdown gathers whatever is left: nobody was waiting for that.
    if (scopes.owner[scope] === 0 || isShutdownStack(model, scopes.stack[scope])) continue
    const closeNs = Number.isNaN(scopes.closeNs[scope]) ? Infinity : scopes.closeNs[scope]
    for (let i = scopes.firstChild[scope]; i < scopes.lastChild[scope]; i++) {
      const child = scopes.children[i]
      awaited[child] = 1
      if (closeNs > awaitedUntilNs[child]) {
        awaitedUntilNs[child] = closeNs
        lastScope[child] = scope
      }
    }
  }
  return {
    parked: parkedTasks(model),
    objectWaits: objectWaits(model),
    waitCount,
    longestWaitNs,
    awaited,
    awaitedUntilNs,
    lastScope,
    endedByShutdown: shutdowns(model),
    loopEnds: loopEnds(model),
    open: model.end !== 'exit',
    knowsResources: model.holds.object.length + model.levels.object.length > 0,
  }
}

function parkedTasks(model: TraceModel): Map<number, Parked> {
  const { segments, tasks, tables } = model
  const unfinished: number[] = []
  const children = new Map<number, number[]>()
  for (let task = 1; task <= tasks.count; task++) {
    if (tasks.outcome[task] !== Outcome.unfinished || segments.last[task] === segments.first[task]) continue
    unfinished.push(task)
    const siblings = children.get(tasks.parent[task])
    if (siblings) siblings.push(task)
    else children.set(tasks.parent[task], [task])
  }
  const scopeTasks = openScopeTasks(model)
  const parked = new Map<number, Parked>()
  for (const task of unfinished) {
    const i = segments.last[task] - 1
    const state = segments.state[i] as State
    const waits = state === State.waiting
    const awaitId = waits ? segments.detail[i] : 0
    const target = segments.other[i]
    const targetKind = tables.awaits.targetKind[awaitId]
    const kind = waits ? (awaitKindNames[tables.awaits.kind[awaitId]] ?? 'unknown') : 'unknown'
    parked.set(task, {
      task,
      state,
      sinceNs: segments.startNs[i],
      awaitId,
      kind,
      place: placeOf(model, tables.awaits.stack[awaitId]),
      object: targetKind === TARGET_OBJECT ? target : 0,
      tasks: waits ? awaitedTasks() : [],
    })

    function awaitedTasks(): readonly number[] {
      if (targetKind === TARGET_TASK && target > 0) {
        return target <= tasks.count && tasks.outcome[target] === Outcome.unfinished ? [target] : []
      }
      if (!JOINS.has(kind)) return []
      return (
        scopeTasks.get(task) ??
        children.get(task)?.filter((child) => tasks.createdNs[child] <= segments.startNs[i]) ??
        []
      )
    }
  }
  return parked
}

/** Awaits that join tasks. Without a recorded scope, the tasks are those that the waiting task created. */
const JOINS = new Set<AwaitKindName>(['gather', 'wait', 'wait_for', 'shield', 'task_group', 'as_completed', 'task'])

/** By task: the unfinished tasks in the innermost group or gather that it has open. */
function openScopeTasks({ scopes, tasks }: TraceModel): Map<number, number[]> {
  const open = new Map<number, number[]>()
  for (let scope = 0; scope < scopes.object.length; scope++) {
    if (!Number.isNaN(scopes.closeNs[scope]) || scopes.owner[scope] === 0) continue
    const members = [...scopes.children.subarray(scopes.firstChild[scope], scopes.lastChild[scope])]
    const left = members.filter((task) => tasks.outcome[task] === Outcome.unfinished)
    if (left.length > 0) open.set(scopes.owner[scope], left)
  }
  return open
}

/** The tasks that run on, in a program that has not ended, without anybody who waited for them and after whoever made them. */
export function forgotten({ tasks }: TraceModel, { open, parked, awaited }: Facts): number[] {
  if (!open) return []
  return [...parked.keys()].filter((task) => {
    const creator = tasks.parent[task]
    return creator > 0 && !awaited[task] && tasks.outcome[creator] !== Outcome.unfinished
  })
}

/** asyncio's own frames that cancel everything at the end. */
const SHUTDOWN = /^(?:_cancel_all_tasks|_cancel_tasks|cancel_all_tasks)$/

/** Whether a stack's innermost frames are those of a loop's shutdown. */
export function isShutdownStack({ tables }: TraceModel, stack: number): boolean {
  let frame = stack
  for (let depth = 0; depth < 4 && frame > 0; depth++) {
    const name = tables.strings[tables.locations.function[tables.stacks.location[frame]]] ?? ''
    if (SHUTDOWN.test(name.split('.').at(-1) ?? '')) return true
    frame = tables.stacks.parent[frame]
  }
  return false
}

function shutdowns(model: TraceModel): Uint8Array {
  const { cancels, tasks } = model
  const seen = new Uint8Array(tasks.count + 1)
  const byShutdown = new Uint8Array(tasks.count + 1)
  cancels.task.forEach((task, i) => {
    if (seen[task] === 0) byShutdown[task] = isShutdownStack(model, cancels.stack[i]) ? 1 : 0
    seen[task] = 1
  })
  return byShutdown
}

function loopEnds({ runs, loops, endNs }: TraceModel): LoopEnd[] {
  const stopped = new Set<number>()
  loops.stream.forEach((stream, loop) => {
    if (loop > 0 && !Number.isNaN(loops.stopNs[loop])) stopped.add(stream)
  })
  return [...runs.first.keys()].map((stream) => {
    const run = runs.last[stream] - 1
    const none = { idleSinceNs: NaN, timers: false, descriptors: NaN, stuckRun: -1 }
    if (run < runs.first[stream] || stopped.has(stream) || runs.endNs[run] < endNs) return none
    if (runs.kind[run] !== RunKind.poll) return { ...none, stuckRun: run }
    return {
      idleSinceNs: runs.startNs[run],
      timers: runs.delay[run] !== 0xffffffff,
      descriptors: runs.scheduler[run] > 0 ? runs.scheduler[run] - 1 : NaN,
      stuckRun: -1,
    }
  })
}

/** The stream whose thread runs the task's loop, 0 = not known. */
export function streamOf({ tables, tasks, loops }: TraceModel, task: number): number {
  const loop = tasks.loop[task]
  return loops.stream[loop] || tables.loops.stream[loop] || (loop === 0 ? 0 : 1)
}
