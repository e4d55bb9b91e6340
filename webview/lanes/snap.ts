import { itemsOf } from './hitTest.ts'
import { lastAtOrBefore } from '../../trace/model/at.ts'
import type { Lane } from './lane.ts'
import type { LaneData } from './laneData.ts'
import type { PixelScale } from './marks.ts'

const SNAP_PX = 8

/** The moment at a pixel, or else the beginning or end of something near in the lane. Logarithmic. */
export function snapNs(data: LaneData, lane: Lane | undefined, xPx: number, { startNs, pxPerNs }: PixelScale): number {
  const atNs = Math.min(Math.max(0, startNs + xPx / pxPerNs), data.model.endNs)
  const items = lane && itemsOf(data, lane)
  if (!items || items.last <= items.first) return atNs
  const at = Math.max(items.first, lastAtOrBefore(items.startNs, items.first, items.last, atNs))
  const edges = [items.startNs[at], items.endNs(at), at + 1 < items.last ? items.startNs[at + 1] : NaN]
  const near = edges.filter((ns) => Math.abs(ns - atNs) * pxPerNs <= SNAP_PX)
  return near.reduce((best, ns) => (Math.abs(ns - atNs) < Math.abs(best - atNs) ? ns : best), near[0] ?? atNs)
}
