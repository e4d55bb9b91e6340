import { objectName, streamName, taskName } from '../../trace/model/describe.ts'
import type { Arrangement } from '../lanes/arrangement.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { LaneRows } from '../lanes/laneRows.ts'
import type { Lane } from '../lanes/lane.ts'
import type { Rows } from '../lanes/rows.ts'
import { counted } from '../time/shares.ts'
import type { Fact } from './facts.ts'
import { jobFacts, jobName } from './jobFacts.ts'
import { manyName, manyText } from './laneNames.ts'
import { processCourse, processNote, processTitle } from './processFacts.ts'
import { holdFacts, resourceText } from './resourceFacts.ts'
import { runFacts } from './runFacts.ts'
import { loopClasses, runName, threadName } from './runNames.ts'
import { scopeText, scopeTitle } from './scopeFacts.ts'
import { segmentFacts } from './segmentFacts.ts'
import { taskSummary } from './taskFacts.ts'

/** What a lane's item is, in words: for the tooltip, the drawer and the live region alike. */
export function itemStory(data: LaneData, lane: Lane, item: number): { title: string; facts: Fact[] } {
  const { model } = data
  switch (lane.kind) {
    case 'loop':
      return { title: runName(model, item), facts: runFacts(model, item) }
    case 'thread':
      return { title: jobName(model, data.jobs.job[item]), facts: jobFacts(model, data.jobs.job[item]) }
    case 'object':
      return { title: objectName(model, lane.id), facts: holdFacts(data, item) }
    default:
      return { title: taskName(model, lane.id), facts: segmentFacts(model, lane.id, item) }
  }
}

export interface LaneContext {
  readonly data: LaneData
  readonly lanes: LaneRows
  rows(): Rows
  arrangement(): Arrangement
}

/** What a lane is as a whole, in one sentence that is heard. */
export function laneStory({ data, lanes, rows, arrangement }: LaneContext, lane: Lane): string {
  const { model } = data
  switch (lane.kind) {
    case 'task':
      return taskSummary(model, lane.id)
    case 'loop':
      return `Event loop ${loopClasses(model, lane.id)}, thread ${threadName(model, lane.id)}`
    case 'thread':
      return `Executor thread ${streamName(model, lane.id)}, ${counted(data.jobs.first[lane.id + 1] - data.jobs.first[lane.id], 'job')}`
    case 'scope':
      return `${scopeTitle(model, lane.id)}, ${scopeText(model, lane.id)}`
    case 'object':
      return `${objectName(model, lane.id)}, ${resourceText(data, lane.id)}`
    case 'process':
      return `Process ${processTitle(model, lane.id)}, ${processNote(model, lane.id)}, ${processCourse(model, lane.id)}`
    default: {
      const place = rows().placeAt(rows().rowOf(lane))
      if (place < 0) return ''
      const density = lanes.densityAt(place)
      return `${manyName(model, arrangement(), place, density)}, ${manyText(density)}`
    }
  }
}
