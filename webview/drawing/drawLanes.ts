import { pinnedPx, ROW_PX, rowTopPx, scrolledRows } from '../lanes/rowGeometry.ts'
import type { Lane } from '../lanes/rows.ts'
import { paint } from '../renderer/renderer.ts'
import { drawLoopLane } from './drawLoopLane.ts'
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
  const isSelected = same(selected, lane)
  if (isSelected) renderer.bar(SELECTED, 0, topPx, scale.widthPx, ROW_PX)
  if (lane.kind === 'task') drawTaskLane(scene, lane.id, topPx, isSelected)
  else drawLoopLane(scene, lane.id, topPx)
}

const same = (a: Lane | undefined, b: Lane): boolean => a !== undefined && a.kind === b.kind && a.id === b.id
