import { awaitText } from '../../trace/model/describe.ts'
import { awaitKindNames } from '../../trace/format/schema.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { Outcome, State, type TraceModel } from '../../trace/model/types.ts'
import { placeMarks } from '../lanes/marks.ts'
import { ROW_PX } from '../lanes/rowGeometry.ts'
import { paint, waitingPaint, type Paint } from '../renderer/renderer.ts'
import { groupOfKind } from '../theme/awaitGroups.ts'
import { endMark } from './endMark.ts'
import { drawOwnScopes } from './drawScopeLane.ts'
import { BAR, LABEL_PAD_PX, MIN_LABEL_PX, type Scene } from './scene.ts'

const RUNNING = paint('running')
const READY = paint('ready')
const CANCELLING = paint('cancelling')
const FADE_PX = 36
/** Beyond this, the word that says how a task ended is out of sight too. */
const OFF_SIDE_PX = 120
/** Steps shorter than this are not labelled: their length is not the story. */
const LABELLED_STEP_NS = 5e6

export function drawTaskLane(scene: Scene, task: number, topPx: number, isSelected: boolean): void {
  const { data, marks, scale, renderer } = scene
  const { model } = data
  placeMarks(marks, data.taskItems(task), scale)
  const middle = topPx + ROW_PX / 2
  for (let i = 0; i < marks.count; i++) {
    const [x0, x1, item] = [marks.x0[i], marks.x1[i], marks.item[i]]
    if (marks.items[i] > 1) drawPixel(scene, i, middle)
    else drawSegment(scene, task, item, x0, x1, middle)
  }
  drawOwnScopes(scene, task, topPx)
  drawCancelling(scene, task, middle)
  const endX = (endOf(model, task) - scale.startNs) * scale.pxPerNs
  if (endX < -OFF_SIDE_PX) return void renderer.text('muted', '‹', 4, middle, 20)
  if ((model.tasks.createdNs[task] - scale.startNs) * scale.pxPerNs > scale.widthPx) {
    return void renderer.text('muted', '›', scale.widthPx - 10, middle, 20)
  }
  if (endX > scale.widthPx) return
  const nameX = Math.max(endX, -4) + LABEL_PAD_PX
  const room = scale.widthPx - nameX - 2
  if (model.tasks.outcome[task] === Outcome.unfinished) {
    renderer.fade(
      Math.max(endX - FADE_PX, (model.tasks.createdNs[task] - scale.startNs) * scale.pxPerNs),
      endX,
      topPx,
      ROW_PX,
      isSelected,
    )
    renderer.text('muted', 'unfinished', nameX, middle, room)
  } else if (endX >= 0) drawEnd(scene, task, nameX, middle, room)
}

function drawSegment(
  { data, renderer }: Scene,
  task: number,
  segment: number,
  x0: number,
  x1: number,
  middle: number,
): void {
  const { model } = data
  const { segments } = model
  const state = segments.state[segment]
  const width = x1 - x0
  const labelX = Math.max(x0, 0) + LABEL_PAD_PX
  const room = x1 - labelX - LABEL_PAD_PX
  if (state === State.running) {
    renderer.bar(RUNNING, x0, middle - BAR.runningPx / 2, Math.max(width, 1.5), BAR.runningPx)
    const lengthNs = data.segmentEndNs(task, segment) - segments.startNs[segment]
    if (room > MIN_LABEL_PX && lengthNs >= LABELLED_STEP_NS)
      renderer.text('onRunning', formatDuration(lengthNs), labelX, middle, room)
  } else if (state === State.ready) {
    renderer.bar(READY, x0, middle - BAR.readyPx / 2, width, BAR.readyPx)
  } else {
    renderer.bar(tint(model, segment), x0, middle - BAR.waitingPx / 2, width, BAR.waitingPx)
    if (room > MIN_LABEL_PX)
      renderer.text(
        'foreground',
        awaitText(model, segments.detail[segment], segments.other[segment]),
        labelX,
        middle,
        room,
      )
  }
}

/** Many segments in one pixel: what lasted longest gives the ground, the share of running the height of the stroke on it. */
function drawPixel({ data: { model }, marks, renderer }: Scene, mark: number, middle: number): void {
  const { segments } = model
  const x = marks.x0[mark]
  const [busy, ready] = [marks.busy[mark], marks.ready[mark]]
  if (busy < 0.5) {
    if (ready > 1 - busy - ready) renderer.bar(READY, x, middle - BAR.readyPx / 2, 1, BAR.readyPx)
    else {
      let waiting = marks.item[mark]
      for (
        let next = waiting + 1;
        segments.state[waiting] !== State.waiting && next < marks.item[mark] + Math.min(4, marks.items[mark]);
        next++
      )
        waiting = next
      renderer.bar(tint(model, waiting), x, middle - BAR.waitingPx / 2, 1, BAR.waitingPx)
    }
  }
  if (busy > 0) {
    const height = Math.max(2, Math.min(1, Math.sqrt(busy) * 1.2) * BAR.runningPx)
    renderer.bar(RUNNING, x, middle - height / 2, busy >= 0.5 ? 1.5 : 1, height)
  }
}

const groupTints: Paint[] = []
function tint({ segments, tables }: TraceModel, segment: number): Paint {
  const kind = segments.state[segment] === State.waiting ? tables.awaits.kind[segments.detail[segment]] : 0
  return (groupTints[kind] ??= waitingPaint(groupOfKind[awaitKindNames[kind] ?? 'unknown']))
}

/** From the first cancel request to the end, a line along the lane's foot. */
function drawCancelling({ data, scale, renderer }: Scene, task: number, middle: number): void {
  const first = data.cancels.get(task)?.[0]
  if (first === undefined) return
  const { model } = data
  const x0 = Math.max(0, (model.cancels.atNs[first] - scale.startNs) * scale.pxPerNs)
  const x1 = Math.min(scale.widthPx, (endOf(model, task) - scale.startNs) * scale.pxPerNs)
  if (x1 > x0) renderer.bar(CANCELLING, x0, middle + ROW_PX / 2 - 3.5, Math.max(2, x1 - x0), 1.5)
}

function drawEnd({ data: { model }, renderer }: Scene, task: number, x: number, middle: number, room: number): void {
  const end = endMark(model, task)
  if (!end) return
  const { glyph, colour, word } = end
  const width = renderer.text(colour, glyph, x, middle, Math.max(room, 12), true)
  if (word !== '' && room > width + 20)
    renderer.text(colour, word, x + width + 4, middle, Math.min(room - width - 4, 260), true)
}

const endOf = ({ tasks, endNs }: TraceModel, task: number): number =>
  tasks.outcome[task] === Outcome.unfinished ? endNs : tasks.endedNs[task]
