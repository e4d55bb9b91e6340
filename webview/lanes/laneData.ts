import { segmentEndNs } from '../../trace/model/at.ts'
import { momentIndex, type MomentIndex } from '../../trace/model/awaitGraph.ts'
import { resourceIndex, type ResourceIndex } from '../../trace/model/resources.ts'
import { rowsBy, type RowsBy } from '../../trace/model/rowsBy.ts'
import { RunKind, State, type TraceModel } from '../../trace/model/types.ts'
import { jobLanes, type JobLanes } from './jobLanes.ts'
import type { Items } from './marks.ts'
import { resourceLane, resourceObjects, type ResourceLane } from './resourceLanes.ts'
import { scopePlaces } from './scopePlaces.ts'
import { timeSums, type TimeSums } from './timeSums.ts'

/** A run of a loop longer than this blocks everything else on it: asyncio's own `slow_callback_duration`. */
export const BLOCKED_NS = 100e6

/** What drawing needs beside the model, computed once per trace: sums for dense lanes, and the few runs that must be seen at any zoom. */
export interface LaneData {
  readonly model: TraceModel
  taskItems(task: number): Items
  loopItems(stream: number): Items
  /** Jobs of an executor's thread; indexes into `jobs`. */
  jobItems(stream: number): Items
  /** Who held an object, one after the other; indexes into `resources().index.holds.row`. */
  holdItems(object: number): Items
  /** Where segment `index` of `task` ends. */
  segmentEndNs(task: number, index: number): number
  /** Indexes of the runs longer than `BLOCKED_NS`, by stream, in time's order. */
  readonly blocked: readonly (readonly number[])[]
  /** Threads with an event loop that ran. */
  readonly streams: readonly number[]
  /** Indexes into the model's cancels, by task. */
  readonly cancels: ReadonlyMap<number, readonly number[]>
  readonly jobs: JobLanes
  /** Timeouts and the like, by task: scopes that are drawn in their owner's lane, in the order in which they opened. */
  readonly ownScopes: RowsBy
  /** Locks, queues and the like. Made when first asked for. */
  resources(): Resources
  /** What the await graph needs. Made when first asked for. */
  moments(): MomentIndex
  /** Indexes into the model's cancels, by the task that asked. */
  readonly cancelsBy: ReadonlyMap<number, readonly number[]>
}

export interface Resources {
  readonly index: ResourceIndex
  /** Objects with a lane. */
  readonly objects: readonly number[]
  lane(object: number): ResourceLane
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
  const jobs = jobLanes(model)
  let resources: Resources | undefined
  let moments: MomentIndex | undefined
  const ofResources = (): Resources => (resources ??= makeResources(model))
  return {
    model,
    jobs,
    ownScopes: scopesWithoutLane(model),
    resources: ofResources,
    moments: () => (moments ??= momentIndex(model, ofResources().index)),
    jobItems: (stream) => ({
      first: jobs.first[stream],
      last: jobs.first[stream + 1],
      startNs: jobs.startNs,
      endNs: (index) => jobs.endNs[index],
      busySums: none,
      readySums: none,
    }),
    holdItems(object) {
      const { holds, holdFromNs } = ofResources().index
      return {
        first: holds.first[object],
        last: holds.first[object + 1],
        startNs: holdFromNs,
        endNs: (index) => orEnd(model.holds.untilNs[holds.row[index]], model.endNs),
        busySums: none,
        readySums: none,
      }
    },
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
    cancels: cancelsIn(model.cancels.task),
    cancelsBy: cancelsIn(model.cancels.by),
  }
}

const orEnd = (ns: number, endNs: number): number => (Number.isNaN(ns) ? endNs : ns)

function makeResources(model: TraceModel): Resources {
  const index = resourceIndex(model)
  const lanes = new Map<number, ResourceLane>()
  return {
    index,
    objects: resourceObjects(model, index),
    lane(object) {
      let lane = lanes.get(object)
      if (!lane) lanes.set(object, (lane = resourceLane(model, index, object)))
      return lane
    },
  }
}

function scopesWithoutLane(model: TraceModel): RowsBy {
  const { hasLane } = scopePlaces(model)
  const owners = model.scopes.owner.map((owner, scope) => (hasLane[scope] === 1 ? 0 : owner))
  return rowsBy(owners, model.tasks.count)
}

/** The rows in which each task stands. */
function cancelsIn(tasks: Uint32Array): Map<number, number[]> {
  const rows = new Map<number, number[]>()
  tasks.forEach((task, row) => {
    const list = rows.get(task)
    if (list) list.push(row)
    else rows.set(task, [row])
  })
  return rows
}
