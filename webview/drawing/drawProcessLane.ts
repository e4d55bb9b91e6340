import { ROW_PX } from '../lanes/rowGeometry.ts'
import { paint } from '../renderer/renderer.ts'
import type { Scene } from './scene.ts'

const LIFE = paint('density')
const LIFE_PX = 2
const END_PX = 10

/** A process from when its recording began to its end: a line at the foot of the lane, closed where it is known that it ended. */
export function drawProcessLane({ data, scale, renderer }: Scene, index: number, topPx: number): void {
  const part = data.model.joined?.parts[index]
  if (!part) return
  const xOf = (ns: number): number => (ns - scale.startNs) * scale.pxPerNs
  const [x0, x1] = [xOf(part.startNs), xOf(part.endNs)]
  if (x1 < 0 || x0 > scale.widthPx) return
  const footPx = topPx + ROW_PX - 1
  const [left, right] = [Math.max(x0, -2), Math.min(x1, scale.widthPx + 2)]
  renderer.bar(LIFE, left, footPx - LIFE_PX, Math.max(1, right - left), LIFE_PX)
  renderer.bar(LIFE, x0, footPx - END_PX, 1, END_PX)
  if (part.end !== 'open') renderer.bar(LIFE, x1 - 1, footPx - END_PX, 1, END_PX)
}
