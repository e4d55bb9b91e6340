import { objectKnownNs } from '../../trace/model/at.ts'
import { waitingPaint } from '../renderer/renderer.ts'
import { ROW_PX } from '../lanes/rowGeometry.ts'
import { bytesText } from '../stories/connectionFacts.ts'
import { BAR, LABEL_PAD_PX, MIN_LABEL_PX, type Scene } from './scene.ts'

/** From opening to closing, with the bytes that passed, and the error that ended it. */
export function drawConnection({ data: { model }, scale, renderer }: Scene, row: number, topPx: number): void {
  const { openNs, closeNs, error } = model.connections
  const xOf = (ns: number): number => (ns - scale.startNs) * scale.pxPerNs
  const middle = topPx + ROW_PX / 2
  const x0 = xOf(openNs[row])
  const x1 = xOf(Number.isNaN(closeNs[row]) ? objectKnownNs(model, model.connections.object[row]) : closeNs[row])
  if (x1 < 0) return void renderer.text('muted', '‹', 4, middle, 20)
  if (x0 > scale.widthPx) return void renderer.text('muted', '›', scale.widthPx - 10, middle, 20)
  const [left, right] = [Math.max(x0, -4), Math.min(x1, scale.widthPx + 4)]
  renderer.bar(waitingPaint('io'), left, middle - BAR.waitingPx / 2, Math.max(right - left, 1), BAR.waitingPx)
  const labelX = Math.max(x0, 0) + LABEL_PAD_PX
  const room = Math.min(x1, scale.widthPx) - labelX - LABEL_PAD_PX
  if (room > MIN_LABEL_PX) renderer.text('foreground', bytesText(model, row), labelX, middle, room)
  if (error[row] === 0 || x1 > scale.widthPx) return
  const lost = `● ${/^[\w.]+/.exec(model.tables.strings[error[row]])?.[0] ?? 'lost'}`
  renderer.text('failed', lost, x1 + LABEL_PAD_PX, middle, Math.max(12, scale.widthPx - x1 - LABEL_PAD_PX - 2), true)
}
