import { lastAtOrBefore, segmentAt, taskKnownNs } from '../../trace/model/at.ts'
import type { LaneData } from './laneData.ts'
import type { Lane } from './lane.ts'
import type { Items, PixelScale } from './marks.ts'

/** How far beside a bar a pointer still means it: short bars are drawn wider than they are. */
const SLACK_PX = 3

/** The segment or run of a lane at `xPx`, -1 where there is none. By bisection. */
export function itemAtPx(data: LaneData, lane: Lane, xPx: number, { startNs, pxPerNs }: PixelScale): number {
  const atNs = startNs + xPx / pxPerNs
  const slackNs = SLACK_PX / pxPerNs
  const { model } = data
  if (lane.kind === 'task') {
    if (atNs > taskKnownNs(model, lane.id) + slackNs) return -1
    const segment = segmentAt(model, lane.id, atNs)
    if (segment >= 0) return segment
    const late = segmentAt(model, lane.id, atNs - slackNs)
    return late >= 0 ? late : segmentAt(model, lane.id, atNs + slackNs)
  }
  const items = itemsOf(data, lane)
  if (!items) return -1
  const at = lastAtOrBefore(items.startNs, items.first, items.last, atNs)
  if (at >= 0 && items.endNs(at) >= atNs) return at
  const next = at < 0 ? items.first : at + 1
  const beforeNs = at < 0 ? Infinity : atNs - items.endNs(at)
  const afterNs = next < items.last ? items.startNs[next] - atNs : Infinity
  if (Math.min(beforeNs, afterNs) > slackNs) return -1
  return beforeNs <= afterNs ? at : next
}

/** What a lane is made of, undefined for a lane without parts that can be selected. */
export function itemsOf(data: LaneData, { kind, id }: Lane): Items | undefined {
  switch (kind) {
    case 'task':
      return data.taskItems(id)
    case 'loop':
      return data.loopItems(id)
    case 'thread':
      return data.jobItems(id)
    case 'object':
      return data.holdItems(id)
    default:
      return undefined
  }
}

/** When a lane's item began and ended. */
export function itemSpan(data: LaneData, lane: Lane, item: number): { startNs: number; endNs: number } {
  if (lane.kind === 'task')
    return { startNs: data.model.segments.startNs[item], endNs: data.segmentEndNs(lane.id, item) }
  const items = itemsOf(data, lane)
  return items ? { startNs: items.startNs[item], endNs: items.endNs(item) } : { startNs: 0, endNs: 0 }
}
