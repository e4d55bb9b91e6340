import { lastAtOrBefore, taskEndNs } from '../../trace/model/at.ts'
import type { TimeRange } from '../../trace/model/siteStats.ts'
import { State } from '../../trace/model/types.ts'
import type { LaneData } from './laneData.ts'

/** How long a task was in each state, ns. */
export interface StateTimes {
  readonly runningNs: number
  readonly readyNs: number
  readonly waitingNs: number
}

/** The times of a task within a range; without one, of all its life. Logarithmic in its segments. */
export function stateTimes(data: LaneData, task: number, range: TimeRange | undefined): StateTimes {
  const { tasks, segments } = data.model
  if (!range)
    return { runningNs: tasks.runningNs[task], readyNs: tasks.readyNs[task], waitingNs: tasks.waitingNs[task] }
  const { first, last, busySums, readySums } = data.taskItems(task)
  const fromNs = Math.max(range.startNs, tasks.createdNs[task])
  const toNs = Math.min(range.endNs, taskEndNs(data.model, task))
  if (!(toNs > fromNs) || last <= first) return { runningNs: 0, readyNs: 0, waitingNs: 0 }
  const from = Math.max(first, lastAtOrBefore(segments.startNs, first, last, fromNs))
  const to = Math.max(from, lastAtOrBefore(segments.startNs, first, last, toNs))
  // The whole of the segments at both edges, less what of them lies outside.
  const outside = (state: State): number =>
    (segments.state[from] === state ? fromNs - segments.startNs[from] : 0) +
    (segments.state[to] === state ? data.segmentEndNs(task, to) - toNs : 0)
  const runningNs = busySums.between(from, to + 1) - outside(State.running)
  const readyNs = readySums.between(from, to + 1) - outside(State.ready)
  return { runningNs, readyNs, waitingNs: toNs - fromNs - runningNs - readyNs }
}
