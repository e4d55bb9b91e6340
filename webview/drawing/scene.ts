import type { Density } from '../lanes/density.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { Marks, PixelScale } from '../lanes/marks.ts'
import type { RowGeometry } from '../lanes/rowGeometry.ts'
import type { Renderer } from '../renderer/renderer.ts'
import type { Lane } from '../lanes/lane.ts'

/** What drawing one picture of the lanes needs. */
export interface Scene {
  readonly data: LaneData
  readonly geometry: RowGeometry
  readonly scale: PixelScale
  readonly selected: Lane | undefined
  readonly renderer: Renderer
  /** What the lane at a place of the arrangement holds. */
  densityAt(place: number): Density
  /** Scratch space, reused from lane to lane. */
  readonly marks: Marks
}

export const BAR = { runningPx: 16, waitingPx: 12, readyPx: 12, pollPx: 2 }
/** Labels need this much room: three letters and an ellipsis. */
export const MIN_LABEL_PX = 34
export const LABEL_PAD_PX = 5
