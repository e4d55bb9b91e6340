import { taskName } from '../../trace/model/describe.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { itemSpan } from '../lanes/hitTest.ts'
import type { PixelScale } from '../lanes/marks.ts'
import { pinnedPx, ROW_PX, rowTopPx, type RowGeometry } from '../lanes/rowGeometry.ts'
import { FONT_PX } from '../renderer/paintColours.ts'
import { processTitle } from '../stories/processFacts.ts'
import type { Theme } from '../theme/theme.ts'
import { arrowLabels, LABEL_PX, type ArrowLabel, type Box } from './arrowLabels.ts'
import { causes, starts, type Arrow } from './arrows.ts'
import type { Overlay } from './drawOverlay.ts'
import { endMark, endMarkPx } from './endMark.ts'

/** More arrows than this are drawn faint, save those at the selected segment: together they would hide the bars. */
const MANY_ARROWS = 8
const FAINT = 0.45
/** Whose labels find a place first. */
const WANTED: readonly Arrow['kind'][] = ['cancelled', 'started', 'woken', 'created']
const MAX_NAME = 28
const short = (name: string): string => (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name)

/** The arrows of what is selected, a task or a process, and their labels. */
export function drawCauses(
  pen: CanvasRenderingContext2D,
  { data, geometry, scale, theme }: Overlay,
  { lane, item }: NonNullable<Overlay['selection']>,
): void {
  if (lane.kind !== 'task' && lane.kind !== 'process') return
  const { model } = data
  const isTask = lane.kind === 'task'
  const arrows = isTask ? causes(data, geometry, scale, lane.id) : starts(model, geometry, scale, lane.id)
  const colours = { created: theme.muted, woken: theme.wake, cancelled: theme.failed, started: theme.wake }
  const span = isTask && item >= 0 ? itemSpan(data, lane, item) : undefined
  const isSelected = (xPx: number): boolean =>
    span !== undefined &&
    [span.startNs, span.endNs].some((ns) => Math.abs((ns - scale.startNs) * scale.pxPerNs - xPx) < 1)
  const isFaint = ({ kind, xPx }: Arrow): boolean => arrows.length > MANY_ARROWS && kind === 'woken' && !isSelected(xPx)
  for (const arrow of arrows) drawArrow(pen, arrow, colours[arrow.kind], theme.background, isFaint(arrow) ? FAINT : 1)
  pen.font = `600 ${FONT_PX}px ${theme.uiFont}`
  const nameOf = ({ kind, by }: Arrow): string => (kind === 'started' ? processTitle(model, by) : taskName(model, by))
  const labelled = arrows
    .filter((arrow) => !isFaint(arrow))
    .sort((a, b) => WANTED.indexOf(a.kind) - WANTED.indexOf(b.kind))
    .map((arrow) => ({ arrow, text: `${arrow.kind} by ${short(nameOf(arrow))}` }))
  const area = { topPx: pinnedPx(geometry), widthPx: scale.widthPx, heightPx: geometry.heightPx }
  const measure = (text: string): number => pen.measureText(text).width
  const taken = isTask ? endBox(model, geometry, scale, lane.id, measure) : []
  for (const label of arrowLabels(labelled, measure, area, taken))
    drawLabel(pen, label, colours[label.arrow.kind], theme)
}

/** Where the lane says how the task ended. */
function endBox(
  model: TraceModel,
  geometry: RowGeometry,
  scale: PixelScale,
  task: number,
  measure: (text: string) => number,
): Box[] {
  const row = geometry.rows.rowOfTask[task] ?? -1
  const end = endMark(model, task)
  if (row < 0 || !end) return []
  const [left, top] = [endMarkPx(model, scale, task), rowTopPx(geometry, row)]
  return [{ left, right: left + measure(`${end.glyph} ${end.word}`), top, bottom: top + ROW_PX }]
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
