import { segmentEndNs } from '../../trace/model/at.ts'
import { BLOCKING_NS, RunKind, State, type TraceModel } from '../../trace/model/types.ts'
import type { Items } from './marks.ts'
import { timeSums } from './timeSums.ts'

/** See `BLOCKING_NS`. */
export const BLOCKED_NS = BLOCKING_NS

/** How drawing asks the model: what a lane's items are, and the few runs that must be seen at any zoom. */
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

/**
 * Linear in the streams and the cancels. The sums over segments and runs come with the model: made here, on the page, they took
 * a quarter of a second of 10 M events.
 */
export function laneData(model: TraceModel): LaneData {
  const { runs } = model
  const endOf = (task: number, index: number): number => segmentEndNs(model, task, index)
  const none = { between: () => 0 }
  return {
    model,
    segmentEndNs: endOf,
    taskItems(task) {
      const { segments } = model
      const first = segments.first[task]
      const lengthOf = (state: State) => (i: number) =>
        segments.state[i] === state ? endOf(task, i) - segments.startNs[i] : 0
      return {
        first,
        last: segments.last[task],
        startNs: segments.startNs,
        endNs: (index) => endOf(task, index),
        busySums: timeSums(first, segments.runningBeforeNs, lengthOf(State.running)),
        readySums: timeSums(first, segments.readyBeforeNs, lengthOf(State.ready)),
      }
    },
    loopItems(stream) {
      const { startNs, endNs, kind, first, last, busyBeforeNs } = model.runs
      const busyNs = (i: number): number => (kind[i] === RunKind.poll ? 0 : endNs[i] - startNs[i])
      return {
        first: first[stream],
        last: last[stream],
        startNs,
        endNs: (index) => endNs[index],
        busySums: timeSums(first[stream], busyBeforeNs, busyNs),
        readySums: none,
      }
    },
    blocked: runs.blocking.map((runsOf, stream) => runsOf.map((run) => runs.first[stream] + run)),
    streams: [...runs.first.keys()].filter((stream) => runs.last[stream] > runs.first[stream]),
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
