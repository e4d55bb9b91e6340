import { taskName } from '../../trace/model/describe.ts'
import { itemSpan } from '../lanes/hitTest.ts'
import type { CriticalPath } from '../../trace/model/criticalPath.ts'
import type { TimeRange } from '../../trace/model/siteStats.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { PixelScale } from '../lanes/marks.ts'
import { pinnedPx, ROW_PX, rowTopPx, type RowGeometry } from '../lanes/rowGeometry.ts'
import type { Lane } from '../lanes/lane.ts'
import { FONT_PX } from '../renderer/paintColours.ts'
import { sizeCanvas } from '../renderer/sizeCanvas.ts'
import type { Theme } from '../theme/theme.ts'
import { arrowLabels, LABEL_PX, type ArrowLabel } from './arrowLabels.ts'
import { causes, type Arrow } from './arrows.ts'
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
  if (selection?.lane.kind !== 'task') return
  drawCauses(pen, overlay, selection.lane.id, selection.item)
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

/** More arrows than this are drawn faint, save those at the selected segment: together they would hide the bars. */
const MANY_ARROWS = 8
const FAINT = 0.45
/** Whose labels find a place first. */
const WANTED: readonly Arrow['kind'][] = ['cancelled', 'woken', 'created']
const MAX_NAME = 28
const short = (name: string): string => (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name)

function drawCauses(
  pen: CanvasRenderingContext2D,
  { data, geometry, scale, theme }: Overlay,
  task: number,
  item: number,
): void {
  const colours = { created: theme.muted, woken: theme.wake, cancelled: theme.failed }
  const arrows = causes(data, geometry, scale, task)
  const span = item >= 0 ? itemSpan(data, { kind: 'task', id: task }, item) : undefined
  const isSelected = (xPx: number): boolean =>
    span !== undefined &&
    [span.startNs, span.endNs].some((ns) => Math.abs((ns - scale.startNs) * scale.pxPerNs - xPx) < 1)
  const isFaint = ({ kind, xPx }: Arrow): boolean => arrows.length > MANY_ARROWS && kind === 'woken' && !isSelected(xPx)
  for (const arrow of arrows) drawArrow(pen, arrow, colours[arrow.kind], theme.background, isFaint(arrow) ? FAINT : 1)
  pen.font = `600 ${FONT_PX}px ${theme.uiFont}`
  const labelled = arrows
    .filter((arrow) => !isFaint(arrow))
    .sort((a, b) => WANTED.indexOf(a.kind) - WANTED.indexOf(b.kind))
    .map((arrow) => ({ arrow, text: `${arrow.kind} by ${short(taskName(data.model, arrow.by))}` }))
  const area = { topPx: pinnedPx(geometry), widthPx: scale.widthPx, heightPx: geometry.heightPx }
  for (const label of arrowLabels(labelled, (text) => pen.measureText(text).width, area))
    drawLabel(pen, label, colours[label.arrow.kind], theme)
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

const HEAD_PX = 5

/** A line down or up at the moment itself, with its head at the lane it acts upon; a halo keeps it apart from the bars. */
function drawArrow(
  pen: CanvasRenderingContext2D,
  { kind, xPx, fromPx, toPx }: Arrow,
  colour: string,
  halo: string,
  alpha: number,
): void {
  const sign = toPx > fromPx ? 1 : -1
  const start = fromPx + sign * 5
  const tip = toPx - sign * 7
  const neck = tip - sign * HEAD_PX
  const shaft = (): void => {
    pen.beginPath()
    pen.moveTo(xPx, start)
    pen.lineTo(xPx, neck)
    pen.stroke()
  }
  pen.strokeStyle = halo
  pen.lineWidth = 4
  pen.globalAlpha = 0.7 * alpha
  shaft()
  pen.globalAlpha = alpha
  pen.strokeStyle = pen.fillStyle = colour
  pen.lineWidth = kind === 'created' || alpha < 1 ? 1.25 : 1.75
  pen.setLineDash(kind === 'created' ? [4, 3] : [])
  shaft()
  pen.setLineDash([])
  pen.beginPath()
  pen.arc(xPx, start, 2.5, 0, Math.PI * 2)
  pen.fill()
  pen.beginPath()
  pen.moveTo(xPx, tip)
  pen.lineTo(xPx - 4, neck)
  pen.lineTo(xPx + 4, neck)
  pen.fill()
  pen.globalAlpha = 1
}

/** On a ground of its own, for it lies over bars of any colour. */
function drawLabel(
  pen: CanvasRenderingContext2D,
  { text, xPx, yPx, widthPx }: ArrowLabel,
  colour: string,
  theme: Theme,
): void {
  pen.fillStyle = theme.background
  pen.globalAlpha = 0.9
  pen.beginPath()
  pen.roundRect(xPx, yPx, widthPx, LABEL_PX, 3)
  pen.fill()
  pen.globalAlpha = 1
  pen.fillStyle = colour
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(text, xPx + widthPx / 2, yPx + LABEL_PX / 2 + 0.5)
}
