import type { CriticalPath } from '../../trace/model/criticalPath.ts'
import type { PixelScale } from '../lanes/marks.ts'
import { pinnedPx, ROW_PX, rowTopPx, type RowGeometry } from '../lanes/rowGeometry.ts'

const LINE_PX = 3
/** Parts and jumps closer than this to the last that was drawn are one with it. */
const MIN_GAP_PX = 2

/** The critical path on the lanes: a line along the foot of each lane while its task is the reason, and down or up where another takes over. */
export function drawPath(
  pen: CanvasRenderingContext2D,
  path: CriticalPath,
  geometry: RowGeometry,
  { startNs, pxPerNs, widthPx }: PixelScale,
  colour: string,
): void {
  const xOf = (ns: number): number => (ns - startNs) * pxPerNs
  pen.fillStyle = colour
  let lastPx = -Infinity
  let lastY: number | undefined
  for (let i = firstVisible(path, startNs); i < path.parts.length; i++) {
    const part = path.parts[i]
    const [x0, x1] = [xOf(part.startNs), xOf(part.endNs)]
    if (x0 > widthPx) break
    if (x1 - lastPx < MIN_GAP_PX) continue
    lastPx = x1
    const row = geometry.rows.rowOfTask[part.task] ?? -1
    const top = row < 0 ? NaN : rowTopPx(geometry, row)
    const isHidden = row < 0 || (row >= geometry.rows.pinned && top < pinnedPx(geometry)) || top > geometry.heightPx
    if (isHidden) {
      lastY = undefined
      continue
    }
    const y = top + ROW_PX - LINE_PX
    pen.fillRect(Math.max(0, x0), y, Math.max(1, Math.min(x1, widthPx) - Math.max(0, x0)), LINE_PX)
    if (lastY !== undefined && lastY !== y && x0 >= 0)
      pen.fillRect(Math.round(x0) - 0.75, Math.min(y, lastY), 1.5, Math.abs(y - lastY) + LINE_PX)
    lastY = y
  }
}

/** The first part that ends behind a moment: parts are in time's order, without gaps. */
function firstVisible({ parts }: CriticalPath, atNs: number): number {
  let [low, high] = [0, parts.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (parts[middle].endNs <= atNs) low = middle + 1
    else high = middle
  }
  return low
}
