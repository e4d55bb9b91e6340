import { pinnedPx, ROW_PX, rowTopPx, scrolledRows } from '../lanes/rowGeometry.ts'
import { sameLane } from '../lanes/lane.ts'
import { paint } from '../renderer/renderer.ts'
import { drawDensityLane } from './drawDensityLane.ts'
import { drawLoopLane } from './drawLoopLane.ts'
import { drawProcessLane } from './drawProcessLane.ts'
import { drawResourceLane } from './drawResourceLane.ts'
import { drawScopeLane } from './drawScopeLane.ts'
import { drawThreadLane } from './drawThreadLane.ts'
import { drawTaskLane } from './drawTaskLane.ts'
import type { Scene } from './scene.ts'

const SELECTED = paint('selectedRow')

/** Draws the visible lanes: first those that scroll, then those that stand still above them. */
export function drawLanes(scene: Scene): void {
  const { renderer, geometry, scale } = scene
  const { rows, heightPx } = geometry
  const fixedPx = pinnedPx(geometry)
  renderer.begin(scale.widthPx, heightPx)
  renderer.layer(fixedPx, heightPx)
  const { from, to } = scrolledRows(geometry)
  for (let row = from; row < to; row++) drawRow(scene, row)
  renderer.layer(0, fixedPx)
  for (let row = 0; row < rows.pinned; row++) drawRow(scene, row)
  renderer.finish()
}

function drawRow(scene: Scene, row: number): void {
  const { renderer, geometry, scale, selected } = scene
  const lane = geometry.rows.laneAt(row)
  const topPx = rowTopPx(geometry, row)
  const isSelected = sameLane(selected, lane)
  if (isSelected) renderer.bar(SELECTED, 0, topPx, scale.widthPx, ROW_PX)
  switch (lane.kind) {
    case 'task':
      return drawTaskLane(scene, lane.id, topPx, isSelected)
    case 'loop':
      return drawLoopLane(scene, lane.id, topPx)
    case 'thread':
      return drawThreadLane(scene, lane.id, topPx)
    case 'scope':
      return drawScopeLane(scene, lane.id, topPx)
    case 'object':
      return drawResourceLane(scene, lane.id, topPx)
    case 'process':
      drawProcessLane(scene, lane.id, topPx)
      return drawDensity(scene, row, topPx)
    case 'fold':
    case 'group':
      return drawDensity(scene, row, topPx)
  }
}

/** Of a lane that holds tasks, how many there were, up to the last moment that is known of them. */
function drawDensity(scene: Scene, row: number, topPx: number): void {
  const { rows } = scene.geometry
  const { model } = scene.data
  const { kind, id } = rows.laneAt(row)
  const place = rows.placeAt(row)
  const endNs = (kind === 'process' ? model.joined?.parts[id]?.endNs : undefined) ?? model.endNs
  if (place >= 0) drawDensityLane(scene, scene.densityAt(place).overlap, topPx, endNs)
}
