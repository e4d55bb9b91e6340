import { runAt } from '../../model/at.ts'
import { RunKind, State, type TraceModel } from '../../model/types.ts'

/** What made something happen in another task. */
export const Cause = { create: 0, wake: 1, cancel: 2 } as const
export type Cause = (typeof Cause)[keyof typeof Cause]

/**
 * The arrows that leave tasks and threads. Each has a number: three times an index, plus its cause. The index is that of the task created, of the
 * segment in which the woken task is ready, or of the cancel request.
 */
export interface Flows {
  /** Of a task that ran (by its id), in time's order. */
  fromTask(task: number): Float64Array
  /** Of a thread's callbacks (by stream), in time's order. */
  fromStream(stream: number): Float64Array
  cause(flow: number): Cause
  atNs(flow: number): number
  /** The task at which it ends. */
  target(flow: number): number
}

export const flowNumber = (cause: Cause, index: number): number => index * 3 + cause

/** Linear in the segments; what leaves one task is sorted. */
export function findFlows(model: TraceModel): Flows {
  const { tasks, segments, cancels } = model
  const cause = (flow: number): Cause => (flow % 3) as Cause
  const index = (flow: number): number => Math.floor(flow / 3)
  const owner = new Uint32Array(segments.state.length)
  for (let task = 1; task <= tasks.count; task++) owner.fill(task, segments.first[task], segments.last[task])
  const atNs = (flow: number): number => {
    const i = index(flow)
    return cause(flow) === Cause.create
      ? tasks.createdNs[i]
      : cause(flow) === Cause.wake
        ? segments.startNs[i]
        : cancels.atNs[i]
  }
  const target = (flow: number): number => {
    const i = index(flow)
    return cause(flow) === Cause.create ? i : cause(flow) === Cause.wake ? owner[i] : cancels.task[i]
  }

  /** Calls `visit` with every arrow and the task and stream it leaves; one of the two is 0. */
  function eachFlow(visit: (flow: number, task: number, stream: number) => void): void {
    for (let task = 1; task <= tasks.count; task++) {
      if (tasks.parent[task] > 0) visit(flowNumber(Cause.create, task), tasks.parent[task], 0)
      for (let i = segments.first[task] + 1; i < segments.last[task]; i++) {
        // The first segment follows the creation; one behind a running segment is a yield: nobody woke it.
        if (segments.state[i] !== State.ready || segments.state[i - 1] !== State.waiting) continue
        const waker = segments.other[i]
        if (waker > 0) visit(flowNumber(Cause.wake, i), waker, 0)
        else visit(flowNumber(Cause.wake, i), 0, callbackStream(model, task, segments.startNs[i]))
      }
    }
    for (let i = 0; i < cancels.task.length; i++) visit(flowNumber(Cause.cancel, i), cancels.by[i], 0)
  }

  const byTask = grouped(tasks.count + 1, (add) => eachFlow((flow, task) => task > 0 && add(task, flow)))
  const byStream = grouped(model.runs.first.length, (add) =>
    eachFlow((flow, _, stream) => stream > 0 && add(stream, flow)),
  )
  const inOrder = (flows: Float64Array): Float64Array => flows.sort((a, b) => atNs(a) - atNs(b))
  return {
    fromTask: (task) => inOrder(byTask(task)),
    fromStream: (stream) => inOrder(byStream(stream)),
    cause,
    atNs,
    target,
  }
}

/** The stream of the task's loop where a callback or timer ran there at that moment, else 0. */
function callbackStream(model: TraceModel, task: number, atNs: number): number {
  const stream = model.loops.stream[model.tasks.loop[task]] ?? 0
  if (stream === 0) return 0
  const run = runAt(model.runs, stream, atNs)
  const kind = model.runs.kind[run]
  return run >= 0 && (kind === RunKind.callback || kind === RunKind.timer) ? stream : 0
}

/** Numbers in groups: `fill` says which belongs to which, twice the same. */
function grouped(
  groups: number,
  fill: (add: (group: number, value: number) => void) => void,
): (group: number) => Float64Array {
  const starts = new Uint32Array(groups + 1)
  fill((group) => starts[group + 1]++)
  for (let group = 0; group < groups; group++) starts[group + 1] += starts[group]
  const values = new Float64Array(starts[groups])
  const next = starts.slice()
  fill((group, value) => (values[next[group]++] = value))
  return (group) => values.subarray(starts[group], starts[group + 1])
}
