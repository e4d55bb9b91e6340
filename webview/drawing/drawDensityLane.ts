import { ROW_PX } from '../lanes/rowGeometry.ts'
import type { Overlap } from '../lanes/overlap.ts'
import { paint } from '../renderer/renderer.ts'
import type { Scene } from './scene.ts'

const DENSITY = paint('density')
const STEP_PX = 6
const GAP_PX = 1
const HEIGHT_PX = ROW_PX - 5

/** A lane that stands for many tasks: how many of them there were at each time, against the most that are visible, up to `endNs`. */
export function drawDensityLane({ scale, renderer }: Scene, overlap: Overlap, topPx: number, endNs: number): void {
  const columns = Math.ceil(scale.widthPx / STEP_PX)
  const spanNs = STEP_PX / scale.pxPerNs
  // Columns stand at round times, so that they keep their height while the lanes are moved.
  const firstNs = Math.floor(scale.startNs / spanNs) * spanNs
  const counts: number[] = []
  let most = 1
  for (let i = 0; i <= columns; i++) {
    const fromNs = firstNs + i * spanNs
    counts.push(fromNs > endNs ? 0 : overlap.during(fromNs, fromNs + spanNs))
    most = Math.max(most, counts[i])
  }
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue
    const x = (firstNs + i * spanNs - scale.startNs) * scale.pxPerNs
    const height = Math.max(1.5, (count / most) * HEIGHT_PX)
    renderer.bar(DENSITY, x, topPx + ROW_PX - 2 - height, STEP_PX - GAP_PX, height)
  }
}
