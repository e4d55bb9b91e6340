import { itemsOf } from './hitTest.ts'
import type { Lane } from './lane.ts'
import type { LaneData } from './laneData.ts'

/**
 * Of something selected, where it is in its lane; the answer tells its index once the model is another one. Items of a trace that grows may move, and those of several joined
 * ones do each time; in their lane they stay where they are.
 */
export function keptItem<Picked extends { readonly lane: Lane | undefined; readonly item: number }>(
  data: LaneData,
  picked: Picked | undefined,
): () => Picked | undefined {
  const lane = picked?.lane
  const first = lane && picked.item >= 0 ? itemsOf(data, lane)?.first : undefined
  if (!picked || !lane || first === undefined) return () => picked
  const place = picked.item - first
  return () => {
    const item = (itemsOf(data, lane)?.first ?? 0) + place
    return item === picked.item ? picked : { ...picked, item }
  }
}
