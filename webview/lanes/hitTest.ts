import { lastAtOrBefore, segmentAt } from '../../trace/model/at.ts'
import type { LaneData } from './laneData.ts'
import type { PixelScale } from './marks.ts'
import type { Lane } from './rows.ts'

/** How far beside a bar a pointer still means it: short bars are drawn wider than they are. */
const SLACK_PX = 3

/** The segment or run of a lane at `xPx`, -1 where there is none. By bisection. */
export function itemAtPx(data: LaneData, lane: Lane, xPx: number, { startNs, pxPerNs }: PixelScale): number {
  const atNs = startNs + xPx / pxPerNs
  const slackNs = SLACK_PX / pxPerNs
  const { model } = data
  if (lane.kind === 'task') {
    if (atNs > model.endNs + slackNs) return -1
    const segment = segmentAt(model, lane.id, atNs)
    if (segment >= 0) return segment
    const late = segmentAt(model, lane.id, atNs - slackNs)
    return late >= 0 ? late : segmentAt(model, lane.id, atNs + slackNs)
  }
  const { runs } = model
  const at = lastAtOrBefore(runs.startNs, runs.first[lane.id], runs.last[lane.id], atNs)
  if (at >= 0 && runs.endNs[at] >= atNs) return at
  const next = at < 0 ? runs.first[lane.id] : at + 1
  const beforeNs = at < 0 ? Infinity : atNs - runs.endNs[at]
  const afterNs = next < runs.last[lane.id] ? runs.startNs[next] - atNs : Infinity
  if (Math.min(beforeNs, afterNs) > slackNs) return -1
  return beforeNs <= afterNs ? at : next
}

/** When a lane's item began and ended. */
export function itemSpan(data: LaneData, lane: Lane, item: number): { startNs: number; endNs: number } {
  const { segments, runs } = data.model
  return lane.kind === 'task'
    ? { startNs: segments.startNs[item], endNs: data.segmentEndNs(lane.id, item) }
    : { startNs: runs.startNs[item], endNs: runs.endNs[item] }
}
