import { objectKnownNs } from '../../trace/model/at.ts'
import { ROW_PX } from '../lanes/rowGeometry.ts'
import { paint } from '../renderer/renderer.ts'
import { scopeText, scopeTitle } from '../stories/scopeFacts.ts'
import { LABEL_PAD_PX, MIN_LABEL_PX, type Scene } from './scene.ts'

const BRACKET = paint('bracket')
const LINE_PX = 1.5
const TICK_PX = 9
/** A bracket in its owner's lane stands at the lane's head and is lower. */
const OWN_TICK_PX = 5
/** Brackets nearer than this are one smear: only the first is drawn. */
const MIN_GAP_PX = 3

/** A task group or gather: a bracket over the time in which its tasks ran, and how that went. */
export function drawScopeLane(scene: Scene, scope: number, topPx: number): void {
  const { data, scale, renderer } = scene
  const { x0, x1, isOpen } = place(scene, scope)
  const middle = topPx + ROW_PX / 2 + 3
  if (x1 < 0) return void renderer.text('muted', '‹', 4, topPx + ROW_PX / 2, 20)
  if (x0 > scale.widthPx) return void renderer.text('muted', '›', scale.widthPx - 10, topPx + ROW_PX / 2, 20)
  bracket(scene, x0, x1, middle, TICK_PX, isOpen)
  const labelX = Math.max(x0, 0) + LABEL_PAD_PX
  const room = Math.min(x1, scale.widthPx) - labelX - LABEL_PAD_PX
  if (room > MIN_LABEL_PX) renderer.text('muted', scopeText(data.model, scope), labelX, topPx + 6, room)
}

/** Timeouts, and gathers without tasks of their own: brackets at the head of the lane of the task that opened them. */
export function drawOwnScopes(scene: Scene, task: number, topPx: number): void {
  const { data, scale, renderer } = scene
  const { first, row } = data.ownScopes
  const { openNs } = data.model.scopes
  let drawnToPx = -Infinity
  for (let i = first[task]; i < first[task + 1]; i++) {
    const { x0, x1, isOpen } = place(scene, row[i])
    if (x0 > scale.widthPx) break
    if (x1 < 0) continue
    if (x0 - drawnToPx < MIN_GAP_PX) {
      i = nextAfter(openNs, row, i, first[task + 1], scale.startNs + (drawnToPx + MIN_GAP_PX) / scale.pxPerNs) - 1
      continue
    }
    bracket(scene, x0, Math.max(x1, x0 + 1), topPx + OWN_TICK_PX / 2 + 0.5, OWN_TICK_PX, isOpen)
    drawnToPx = x0
    const room = Math.min(x1, scale.widthPx) - Math.max(x0, 0)
    if (room > 120)
      renderer.text('muted', scopeTitle(data.model, row[i]), Math.min(x1, scale.widthPx) - 60, topPx + 5, 56)
  }
}

/** The first of the rows behind `i` whose time is after `atNs`. */
function nextAfter(column: Float64Array, row: Uint32Array, i: number, last: number, atNs: number): number {
  let [low, high] = [i + 1, last]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (column[row[middle]] < atNs) low = middle + 1
    else high = middle
  }
  return low
}

function place({ data: { model }, scale }: Scene, scope: number): { x0: number; x1: number; isOpen: boolean } {
  const { openNs, closeNs } = model.scopes
  const isOpen = Number.isNaN(closeNs[scope])
  const xOf = (ns: number): number => (ns - scale.startNs) * scale.pxPerNs
  return {
    x0: xOf(openNs[scope]),
    x1: xOf(isOpen ? objectKnownNs(model, model.scopes.object[scope]) : closeNs[scope]),
    isOpen,
  }
}

/** `|-----|`, without its end where the scope had none. */
function bracket({ renderer, scale }: Scene, x0: number, x1: number, y: number, tickPx: number, isOpen: boolean): void {
  const [left, right] = [Math.max(x0, -4), Math.min(x1, scale.widthPx + 4)]
  renderer.bar(BRACKET, left, y - LINE_PX / 2, Math.max(right - left, 1), LINE_PX)
  if (x0 >= -4) renderer.bar(BRACKET, left, y - tickPx / 2, LINE_PX, tickPx)
  if (x1 <= scale.widthPx + 4 && !isOpen) renderer.bar(BRACKET, right - LINE_PX, y - tickPx / 2, LINE_PX, tickPx)
}
