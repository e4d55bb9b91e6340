import { segmentEndNs } from '../../trace/model/at.ts'
import { RunKind, State, type TraceModel } from '../../trace/model/types.ts'
import type { Items } from './marks.ts'
import { timeSums, type TimeSums } from './timeSums.ts'

/** A run of a loop longer than this blocks everything else on it: asyncio's own `slow_callback_duration`. */
export const BLOCKED_NS = 100e6

/** What drawing needs beside the model, computed once per trace: sums for dense lanes, and the few runs that must be seen at any zoom. */
export interface LaneData {
  readonly model: TraceModel
  taskItems(task: number): Items
  loopItems(stream: number): Items
  /** Where segment `index` of `task` ends. */
  segmentEndNs(task: number, index: number): number
  /** Indexes of the runs longer than `BLOCKED_NS`, by stream, in time's order. */
  readonly blocked: readonly (readonly number[])[]
  /** Threads with an event loop that ran. */
  readonly streams: readonly number[]
  /** Indexes into the model's cancels, by task. */
  readonly cancels: ReadonlyMap<number, readonly number[]>
}

export function laneData(model: TraceModel): LaneData {
  const { segments, runs } = model
  const none: TimeSums = { between: () => 0 }
  const running = timeSums(segments.state.length, toNext(State.running))
  const ready = timeSums(segments.state.length, toNext(State.ready))
  const busy = timeSums(runs.kind.length, (i) => (runs.kind[i] === RunKind.poll ? 0 : runs.endNs[i] - runs.startNs[i]))
  const endOf = (task: number, index: number): number => segmentEndNs(model, task, index)
  /** The time from each segment of a state to the next one in the column. For the last segment of a task that is nonsense, see `withinTask`. */
  function toNext(state: State): (index: number) => number {
    const { startNs, state: states } = segments
    return (i) => (states[i] === state && i + 1 < states.length ? startNs[i + 1] - startNs[i] : 0)
  }
  /** Sums within one task: its last segment is added by itself, for it does not end where the next in the column starts. */
  function withinTask(task: number, state: State, sums: TimeSums): TimeSums {
    const final = segments.last[task] - 1
    return {
      between(from, to) {
        if (to <= final) return sums.between(from, to)
        const finalNs = segments.state[final] === state ? endOf(task, final) - segments.startNs[final] : 0
        return sums.between(from, final) + finalNs
      },
    }
  }
  const streams: number[] = []
  const blocked: number[][] = []
  for (let stream = 0; stream < runs.first.length; stream++) {
    blocked.push([])
    if (runs.last[stream] <= runs.first[stream]) continue
    streams.push(stream)
    for (let i = runs.first[stream]; i < runs.last[stream]; i++) {
      if (runs.kind[i] !== RunKind.poll && runs.endNs[i] - runs.startNs[i] >= BLOCKED_NS) blocked[stream].push(i)
    }
  }
  return {
    model,
    segmentEndNs: endOf,
    taskItems: (task) => ({
      first: segments.first[task],
      last: segments.last[task],
      startNs: segments.startNs,
      endNs: (index) => endOf(task, index),
      busySums: withinTask(task, State.running, running),
      readySums: withinTask(task, State.ready, ready),
    }),
    loopItems: (stream) => ({
      first: runs.first[stream],
      last: runs.last[stream],
      startNs: runs.startNs,
      endNs: (index) => runs.endNs[index],
      busySums: busy,
      readySums: none,
    }),
    blocked,
    streams,
    cancels: cancelsByTask(model),
  }
}

function cancelsByTask({ cancels }: TraceModel): Map<number, number[]> {
  const byTask = new Map<number, number[]>()
  for (let i = 0; i < cancels.task.length; i++) {
    const list = byTask.get(cancels.task[i])
    if (list) list.push(i)
    else byTask.set(cancels.task[i], [i])
  }
  return byTask
}
