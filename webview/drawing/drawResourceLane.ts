import { objectKnownNs } from '../../trace/model/at.ts'
import { taskName } from '../../trace/model/describe.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { firstAfter } from '../lanes/bisect.ts'
import { placeMarks } from '../lanes/marks.ts'
import type { ResourceLane } from '../lanes/resourceLanes.ts'
import { ROW_PX } from '../lanes/rowGeometry.ts'
import { paint } from '../renderer/renderer.ts'
import { drawConnection } from './drawConnection.ts'
import { LABEL_PAD_PX, MIN_LABEL_PX, type Scene } from './scene.ts'

const HOLD = paint('hold')
const LEVEL = paint('level')
const WAITERS = paint('waiters')
const HOLD_PX = 12
/** Room for levels, from the lane's foot. */
const LEVEL_PX = ROW_PX - 4
const WAITERS_PX = 5
const WAITER_STEP_PX = 2

/** A lock and the like: who held it, or how full it was; a connection: how long it was open. Along the foot, how many waited. */
export function drawResourceLane(scene: Scene, object: number, topPx: number): void {
  const resources = scene.data.resources()
  const lane = resources.lane(object)
  const connection = scene.data.connections().rowOf(object)
  if (connection >= 0) drawConnection(scene, connection, topPx)
  if (lane.full > 0) drawLevels(scene, lane, topPx)
  else drawHolds(scene, object, topPx)
  drawWaiters(scene, lane, topPx)
}

function drawHolds({ data, marks, scale, renderer }: Scene, object: number, topPx: number): void {
  const { model } = data
  const items = data.holdItems(object)
  const { row } = data.resources().index.holds
  const middle = topPx + 2 + HOLD_PX / 2
  placeMarks(marks, items, scale)
  for (let i = 0; i < marks.count; i++) {
    const [x0, x1, item] = [marks.x0[i], marks.x1[i], marks.item[i]]
    renderer.bar(HOLD, x0, middle - HOLD_PX / 2, Math.max(x1 - x0, 1), HOLD_PX)
    const labelX = Math.max(x0, 0) + LABEL_PAD_PX
    const room = x1 - labelX - LABEL_PAD_PX
    if (marks.items[i] > 1 || room <= MIN_LABEL_PX) continue
    const holder = model.holds.task[row[item]]
    const lengthNs = items.endNs(item) - items.startNs[item]
    const text = `${holder > 0 ? taskName(model, holder) : 'held'} · ${formatDuration(lengthNs)}`
    renderer.text('foreground', text, labelX, middle, room)
  }
}

/** A step for each change; where several share a pixel, the fullest counts. */
function drawLevels({ data, scale, renderer }: Scene, lane: ResourceLane, topPx: number): void {
  const { index } = data.resources()
  const { levels, levelAtNs } = index
  const [first, last] = [levels.first[lane.object], levels.first[lane.object + 1]]
  const xOf = (ns: number): number => (ns - scale.startNs) * scale.pxPerNs
  let i = Math.max(first, firstAfter(levelAtNs, scale.startNs, first, last) - 1)
  const endPx = Math.min(scale.widthPx, xOf(objectKnownNs(data.model, lane.object)))
  while (i < last) {
    const x0 = Math.max(0, xOf(levelAtNs[i]))
    if (x0 > endPx) break
    const pixelEndNs = scale.startNs + (Math.floor(x0) + 1) / scale.pxPerNs
    const next = Math.max(i + 1, firstAfter(levelAtNs, pixelEndNs, i, last))
    const x1 = next < last ? Math.min(endPx, Math.floor(xOf(levelAtNs[next]))) : endPx
    const isOne = next === i + 1
    const most = isOne ? data.model.levels.level[levels.row[i]] : lane.highest(i, next)
    column(x0, isOne ? x1 : Math.floor(x0) + 1, most)
    // What the pixel ends with lasts until the next change.
    if (!isOne && x1 > Math.floor(x0) + 1) column(Math.floor(x0) + 1, x1, data.model.levels.level[levels.row[next - 1]])
    i = next
  }
  function column(x0: number, x1: number, level: number): void {
    const taken = lane.countsFree ? Math.max(0, lane.full - level) : level
    const height = (Math.min(taken, lane.full) / lane.full) * LEVEL_PX
    if (height > 0) renderer.bar(LEVEL, x0, topPx + ROW_PX - 2 - height, Math.max(x1 - x0, 1), Math.max(height, 1))
  }
}

function drawWaiters({ scale, renderer }: Scene, { waiting }: ResourceLane, topPx: number): void {
  if (waiting.count === 0) return
  const spanNs = WAITER_STEP_PX / scale.pxPerNs
  for (let x = 0; x < scale.widthPx; x += WAITER_STEP_PX) {
    const fromNs = scale.startNs + x / scale.pxPerNs
    const count = waiting.during(fromNs, fromNs + spanNs)
    if (count === 0) continue
    const height = Math.max(1.5, Math.min(1, count / waiting.most) * WAITERS_PX)
    renderer.bar(WAITERS, x, topPx + ROW_PX - 1 - height, WAITER_STEP_PX, height)
  }
}
