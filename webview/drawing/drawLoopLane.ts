import { formatDuration } from '../../trace/model/time.ts'
import { RunKind } from '../../trace/model/types.ts'
import { placeMarks } from '../lanes/marks.ts'
import { ROW_PX } from '../lanes/rowGeometry.ts'
import { BLOCKED_NS } from '../lanes/laneData.ts'
import { paint, type Paint } from '../renderer/renderer.ts'
import { runName } from '../stories/runNames.ts'
import { BAR, LABEL_PAD_PX, MIN_LABEL_PX, type Scene } from './scene.ts'

const POLL = paint('poll')
const BLOCKED = paint('blocked')
const kindPaint: Readonly<Record<RunKind, Paint>> = {
  [RunKind.step]: paint('running'),
  [RunKind.callback]: paint('callback'),
  [RunKind.timer]: paint('timer'),
  [RunKind.poll]: POLL,
}
const kindHeight: Readonly<Record<RunKind, number>> = {
  [RunKind.step]: BAR.runningPx,
  [RunKind.callback]: 12,
  [RunKind.timer]: 8,
  [RunKind.poll]: BAR.pollPx,
}
const MIN_BLOCKED_PX = 3

/** A loop's lane: steps full height, callbacks and timers lower, polling a line; what blocks the loop in red, at any zoom. */
export function drawLoopLane(scene: Scene, stream: number, topPx: number): void {
  const { data, marks, scale, renderer } = scene
  const { runs } = data.model
  const middle = topPx + ROW_PX / 2
  placeMarks(marks, data.loopItems(stream), scale)
  for (let i = 0; i < marks.count; i++) {
    const [x0, x1, run] = [marks.x0[i], marks.x1[i], marks.item[i]]
    if (marks.items[i] > 1) {
      const busy = marks.busy[i]
      renderer.bar(POLL, x0, middle - BAR.pollPx / 2, 1, BAR.pollPx)
      if (busy > 0)
        renderer.bar(
          kindPaint[RunKind.step],
          x0,
          middle - (BAR.runningPx * (0.25 + busy * 0.75)) / 2,
          1,
          BAR.runningPx * (0.25 + busy * 0.75),
        )
      continue
    }
    const kind = runs.kind[run] as RunKind
    if (kind !== RunKind.poll && runs.endNs[run] - runs.startNs[run] >= BLOCKED_NS) continue
    renderer.bar(kindPaint[kind], x0, middle - kindHeight[kind] / 2, Math.max(x1 - x0, 1), kindHeight[kind])
    const labelX = Math.max(x0, 0) + LABEL_PAD_PX
    const room = x1 - labelX - LABEL_PAD_PX
    if (room > MIN_LABEL_PX && (kind === RunKind.step || kind === RunKind.callback))
      renderer.text('onRunning', runName(data.model, run), labelX, middle, room)
  }
  drawBlocked(scene, stream, middle)
}

function drawBlocked({ data, scale, renderer }: Scene, stream: number, middle: number): void {
  const { runs } = data.model
  const list = data.blocked[stream]
  const height = BAR.runningPx
  const xOf = (ns: number): number => (ns - scale.startNs) * scale.pxPerNs
  // They do not overlap, so their ends are in order too.
  let drawnToPx = -Infinity
  for (let i = Math.max(0, firstAfterRun(runs.startNs, list, scale.startNs) - 1); i < list.length; i++) {
    const run = list[i]
    const x0 = xOf(runs.startNs[run])
    if (x0 > scale.widthPx) break
    const x1 = Math.max(xOf(runs.endNs[run]), x0 + MIN_BLOCKED_PX)
    if (x1 <= Math.max(0, drawnToPx)) continue
    drawnToPx = x1
    const [left, right] = [Math.max(x0, -8), Math.min(x1, scale.widthPx + 8)]
    renderer.bar(BLOCKED, left, middle - height / 2, right - left, height)
    const labelX = Math.max(left, 0) + LABEL_PAD_PX
    const text = `blocked ${formatDuration(runs.endNs[run] - runs.startNs[run])} · ${runName(data.model, run)}`
    const room = Math.min(right, scale.widthPx) - labelX - LABEL_PAD_PX
    if (room > MIN_LABEL_PX) renderer.text('onBlocked', text, labelX, middle, room)
  }
}

/** The first place in a list of runs that starts after a moment. */
function firstAfterRun(startNs: Float64Array, list: readonly number[], atNs: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (startNs[list[middle]] <= atNs) low = middle + 1
    else high = middle
  }
  return low
}
