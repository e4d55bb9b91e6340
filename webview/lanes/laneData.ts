import { objectKnownNs, segmentEndNs } from '../../trace/model/at.ts'
import { momentIndex, type MomentIndex } from '../../trace/model/awaitGraph.ts'
import { resourceIndex, type ResourceIndex } from '../../trace/model/resources.ts'
import { rowsBy, type RowsBy } from '../../trace/model/rowsBy.ts'
import { BLOCKING_NS, RunKind, State, type TraceModel } from '../../trace/model/types.ts'
import { connectionLanes, type ConnectionLanes } from './connectionLanes.ts'
import { jobLanes, type JobLanes } from './jobLanes.ts'
import type { Items } from './marks.ts'
import { resourceLane, resourceObjects, type ResourceLane } from './resourceLanes.ts'
import { scopePlaces } from './scopePlaces.ts'
import { timeSums } from './timeSums.ts'

/** See `BLOCKING_NS`. */
export const BLOCKED_NS = BLOCKING_NS

/** How drawing asks the model: what a lane's items are, and the few runs that must be seen at any zoom. */
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
  /** Connections, pipes and servers. Made when first asked for. */
  connections(): ConnectionLanes
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

/**
 * Linear in the streams and the cancels. The sums over segments and runs come with the model: made here, on the page, they took
 * a quarter of a second of 10 M events.
 */
export function laneData(model: TraceModel): LaneData {
  const { runs } = model
  const endOf = (task: number, index: number): number => segmentEndNs(model, task, index)
  const none = { between: () => 0 }
  const jobs = jobLanes(model)
  let resources: Resources | undefined
  let moments: MomentIndex | undefined
  let connections: ConnectionLanes | undefined
  const ofResources = (): Resources => (resources ??= makeResources(model))
  return {
    model,
    jobs,
    ownScopes: scopesWithoutLane(model),
    resources: ofResources,
    connections: () => (connections ??= connectionLanes(model)),
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
        endNs: (index) => orEnd(model.holds.untilNs[holds.row[index]], objectKnownNs(model, object)),
        busySums: none,
        readySums: none,
      }
    },
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
