import { itemSpan } from '../lanes/hitTest.ts'
import type { CriticalPath } from '../../trace/model/criticalPath.ts'
import type { TimeRange } from '../../trace/model/siteStats.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { PixelScale } from '../lanes/marks.ts'
import { pinnedPx, ROW_PX, rowTopPx, type RowGeometry } from '../lanes/rowGeometry.ts'
import type { Lane } from '../lanes/lane.ts'
import { sizeCanvas } from '../renderer/sizeCanvas.ts'
import type { Theme } from '../theme/theme.ts'
import { drawCauses } from './drawCauses.ts'
import { drawPath } from './drawPath.ts'

/** What lies over the lanes and changes with the pointer: cursor, selected and hovered segment, causes. Cheap to draw again. */
export interface Overlay {
  readonly data: LaneData
  readonly geometry: RowGeometry
  readonly scale: PixelScale
  readonly theme: Theme
  readonly selection: { readonly lane: Lane; readonly item: number } | undefined
  readonly hover: { readonly lane: Lane | undefined; readonly item: number; readonly xPx: number } | undefined
  readonly cursorNs: number
  readonly range: TimeRange | undefined
  /** The critical path, where it is to be seen. */
  readonly path: CriticalPath | undefined
}

export function drawOverlay(canvas: HTMLCanvasElement, overlay: Overlay): void {
  const pen = canvas.getContext('2d')!
  const { geometry, scale, theme, selection, hover, cursorNs, data } = overlay
  sizeCanvas(canvas, pen, scale.widthPx, geometry.heightPx)
  pen.clearRect(0, 0, scale.widthPx, geometry.heightPx)
  const endPx = (data.model.endNs - scale.startNs) * scale.pxPerNs
  if (endPx < scale.widthPx) {
    pen.fillStyle = theme.beyond
    pen.fillRect(Math.max(0, endPx), 0, scale.widthPx, geometry.heightPx)
  }
  if (overlay.range) drawRange(pen, overlay, overlay.range)
  if (overlay.path) drawPath(pen, overlay.path, geometry, scale, theme.wake)
  if (hover?.lane) {
    const row = geometry.rows.rowOf(hover.lane)
    const top = row < 0 ? -ROW_PX : rowTopPx(geometry, row)
    const hidden = row >= geometry.rows.pinned ? Math.max(0, pinnedPx(geometry) - top) : 0
    pen.fillStyle = theme.hoverRow
    pen.fillRect(0, top + hidden, scale.widthPx, ROW_PX - hidden)
  }
  if (hover) line(pen, hover.xPx, geometry.heightPx, theme.muted, 0.5)
  const cursorPx = (cursorNs - scale.startNs) * scale.pxPerNs
  if (cursorPx >= 0 && cursorPx <= scale.widthPx) line(pen, cursorPx, geometry.heightPx, theme.focus, 1)
  if (hover?.lane && hover.item >= 0) frame(pen, overlay, hover.lane, hover.item, theme.foreground, 1)
  if (selection && selection.item >= 0) frame(pen, overlay, selection.lane, selection.item, theme.focus, 2)
  if (geometry.scrollPx > 0) {
    pen.fillStyle = theme.border
    pen.fillRect(0, pinnedPx(geometry) - 0.5, scale.widthPx, 1)
  }
  if (selection) drawCauses(pen, overlay, selection)
}

/** What is outside of the selected range is dimmed; its edges are lines. */
function drawRange(pen: CanvasRenderingContext2D, { geometry, scale, theme }: Overlay, range: TimeRange): void {
  const xOf = (ns: number): number => Math.min(Math.max(-1, (ns - scale.startNs) * scale.pxPerNs), scale.widthPx + 1)
  const [x0, x1] = [xOf(range.startNs), xOf(range.endNs)]
  pen.fillStyle = theme.background
  pen.globalAlpha = 0.6
  pen.fillRect(0, 0, Math.max(0, x0), geometry.heightPx)
  pen.fillRect(x1, 0, Math.max(0, scale.widthPx - x1), geometry.heightPx)
  pen.globalAlpha = 1
  line(pen, x0, geometry.heightPx, theme.focus, 1)
  line(pen, x1, geometry.heightPx, theme.focus, 1)
}

function line(pen: CanvasRenderingContext2D, xPx: number, heightPx: number, colour: string, alpha: number): void {
  pen.globalAlpha = alpha
  pen.fillStyle = colour
  pen.fillRect(Math.round(xPx), 0, 1, heightPx)
  pen.globalAlpha = 1
}

function frame(
  pen: CanvasRenderingContext2D,
  { data, geometry, scale }: Overlay,
  lane: Lane,
  item: number,
  colour: string,
  width: number,
): void {
  const row = geometry.rows.rowOf(lane)
  if (row < 0) return
  const span = itemSpan(data, lane, item)
  const x0 = Math.max(-4, (span.startNs - scale.startNs) * scale.pxPerNs)
  const x1 = Math.min(scale.widthPx + 4, (span.endNs - scale.startNs) * scale.pxPerNs)
  if (x1 < 0 || x0 > scale.widthPx) return
  const top = rowTopPx(geometry, row)
  if (row >= geometry.rows.pinned && top < pinnedPx(geometry)) return
  pen.strokeStyle = colour
  pen.lineWidth = width
  pen.beginPath()
  pen.roundRect(x0 - 1, top + 1.5, Math.max(x1 - x0, 2) + 2, ROW_PX - 3, 3)
  pen.stroke()
}
