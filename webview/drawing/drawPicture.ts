import { formatMoment } from '../../trace/model/time.ts'
import { pinnedPx, ROW_PX, rowTopPx, scrolledRows } from '../lanes/rowGeometry.ts'
import { paint, type Renderer } from '../renderer/renderer.ts'
import { timeTicks } from '../time/ticks.ts'
import { drawLanes } from './drawLanes.ts'
import type { Scene } from './scene.ts'

/** What a picture shows that stands alone: the visible lanes as in the panel, and what there says which they are. */
export interface Picture {
  readonly scene: Omit<Scene, 'renderer'>
  readonly title: string
  readonly gutterPx: number
  /** A row's name and what stands behind it. */
  label(row: number): { readonly glyph: string; readonly name: string; readonly note: string; readonly depth: number }
}

const TITLE_PX = 30
const AXIS_PX = 22
const PAD_PX = 10
const TICK_GAP_PX = 110
const INDENT_PX = 14
const MAX_INDENTS = 10
const GLYPH_PX = 18
const LINE = paint('poll')
const SELECTED = paint('selectedRow')

/** Draws title, time axis, names and lanes on any renderer. */
export function drawPicture(renderer: Renderer, picture: Picture): void {
  const { scene, gutterPx } = picture
  const { widthPx } = scene.scale
  const { rows, heightPx } = scene.geometry
  const topPx = TITLE_PX + AXIS_PX
  const usedPx = Math.min(heightPx, rows.count * ROW_PX - scene.geometry.scrollPx)
  const geometry = { ...scene.geometry, heightPx: usedPx }
  renderer.begin(gutterPx + widthPx, topPx + usedPx)
  drawHead(renderer, picture)
  drawLanes({ ...scene, geometry, renderer: shifted(renderer, gutterPx, topPx, widthPx) })
  const fixedPx = pinnedPx(geometry)
  const { from, to } = scrolledRows(geometry)
  const names = (first: number, last: number): void => {
    for (let row = first; row < last; row++) drawName(renderer, picture, row, topPx + rowTopPx(geometry, row))
  }
  renderer.layer(topPx + fixedPx, topPx + usedPx, 0, gutterPx)
  names(from, to)
  renderer.layer(topPx, topPx + fixedPx, 0, gutterPx)
  names(0, rows.pinned)
  renderer.finish()
}

function drawHead(renderer: Renderer, { scene: { scale }, title, gutterPx }: Picture): void {
  const { startNs, pxPerNs, widthPx } = scale
  const endNs = startNs + widthPx / pxPerNs
  renderer.layer(0, TITLE_PX + AXIS_PX)
  const span = `${formatMoment(Math.max(0, startNs), endNs - startNs)} – ${formatMoment(endNs, endNs - startNs)}`
  const nameWidthPx = renderer.text('foreground', title, PAD_PX, TITLE_PX / 2, gutterPx + widthPx - 260, true)
  renderer.text('muted', span, PAD_PX + nameWidthPx + PAD_PX, TITLE_PX / 2, 240)
  const ticks = timeTicks({ startNs, endNs }, Math.max(2, Math.floor(widthPx / TICK_GAP_PX)))
  if (ticks.base !== undefined) renderer.text('muted', ticks.base, PAD_PX, TITLE_PX + AXIS_PX / 2, gutterPx)
  ticks.atNs.forEach((atNs, i) => {
    const xPx = gutterPx + (atNs - startNs) * pxPerNs
    renderer.bar(LINE, xPx, TITLE_PX, 1, AXIS_PX)
    renderer.text('muted', ticks.labels[i], xPx + 4, TITLE_PX + AXIS_PX / 2, TICK_GAP_PX)
  })
}

function drawName(renderer: Renderer, { label, gutterPx, scene }: Picture, row: number, topPx: number): void {
  const { glyph, name, note, depth } = label(row)
  const lane = scene.geometry.rows.laneAt(row)
  if (scene.selected?.kind === lane.kind && scene.selected.id === lane.id)
    renderer.bar(SELECTED, 0, topPx, gutterPx, ROW_PX)
  const middlePx = topPx + ROW_PX / 2
  const xPx = PAD_PX + Math.min(depth, MAX_INDENTS) * INDENT_PX
  renderer.text('muted', glyph, xPx, middlePx, GLYPH_PX)
  const room = gutterPx - xPx - GLYPH_PX - PAD_PX
  const widthPx = renderer.text('foreground', name, xPx + GLYPH_PX, middlePx, room)
  renderer.text('muted', note, xPx + GLYPH_PX + widthPx + PAD_PX, middlePx, room - widthPx - PAD_PX)
}

/** A renderer of a part of a picture: what is drawn at 0, 0 there comes to this place, and nothing beyond its width. */
function shifted(renderer: Renderer, dxPx: number, dyPx: number, widthPx: number): Renderer {
  return {
    begin: () => undefined,
    layer: (topPx, bottomPx) => renderer.layer(topPx + dyPx, bottomPx + dyPx, dxPx, dxPx + widthPx),
    bar: (which, x, y, width, height) => renderer.bar(which, x + dxPx, y + dyPx, width, height),
    text: (name, text, x, y, maxWidthPx, bold) => renderer.text(name, text, x + dxPx, y + dyPx, maxWidthPx, bold),
    fade: (x0, x1, y, height, selected) => renderer.fade(x0 + dxPx, x1 + dxPx, y + dyPx, height, selected),
    finish: () => undefined,
  }
}
