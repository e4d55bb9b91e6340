import { State, type TraceModel } from '../../trace/model/types.ts'
import { firstAfter } from '../lanes/bisect.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { PixelScale } from '../lanes/marks.ts'
import { ROW_PX, rowTopPx, type RowGeometry } from '../lanes/rowGeometry.ts'

/** A cause of the selected task, or the start of the selected process: from the lane where it happened to the lane where it had its effect, at one moment. */
export interface Arrow {
  readonly kind: 'created' | 'woken' | 'cancelled' | 'started'
  /** The task that did it; of `started`, the process. */
  readonly by: number
  readonly xPx: number
  readonly fromPx: number
  readonly toPx: number
}

/** Arrows nearer to the last one than this are left out: they would be a smear. */
const MIN_GAP_PX = 5
const MAX_ARROWS = 200

/** The causes of one task that fall into the viewport. What a folded task did comes from the lane that it is folded into. */
export function causes(data: LaneData, geometry: RowGeometry, scale: PixelScale, task: number): Arrow[] {
  const { model } = data
  const arrows: Arrow[] = []
  if ((geometry.rows.rowOfTask[task] ?? -1) < 0) return arrows
  const add = (kind: Arrow['kind'], atNs: number, other: number, onto = task): void => {
    const from = geometry.rows.rowShowing(other)
    const to = geometry.rows.rowShowing(onto)
    const xPx = (atNs - scale.startNs) * scale.pxPerNs
    if (other === 0 || from < 0 || to < 0 || from === to || !(xPx >= 0 && xPx <= scale.widthPx)) return
    arrows.push({ kind, by: other, xPx, fromPx: middlePx(geometry, from), toPx: middlePx(geometry, to) })
  }
  addWakeUps(model, scale, task, (atNs, waker) => add('woken', atNs, waker))
  add('created', model.tasks.createdNs[task], model.tasks.parent[task])
  for (const cancel of data.cancels.get(task)?.slice(0, MAX_ARROWS) ?? []) {
    add('cancelled', model.cancels.atNs[cancel], model.cancels.by[cancel])
  }
  for (const { cancel, by, task: cancelled } of cancelChain(data, task))
    add('cancelled', model.cancels.atNs[cancel], by, cancelled)
  return arrows
}

/** Who started one of several processes, and whom it started, each where the recording of what was started begins. */
export function starts({ joined }: TraceModel, geometry: RowGeometry, scale: PixelScale, part: number): Arrow[] {
  const parts = joined?.parts ?? []
  const rowOf = (id: number): number => geometry.rows.rowOf({ kind: 'process', id })
  return parts.flatMap(({ parent, startNs }, child) => {
    const [from, to] = [rowOf(parent), rowOf(child)]
    const xPx = (startNs - scale.startNs) * scale.pxPerNs
    if ((child !== part && parent !== part) || from < 0 || to < 0 || !(xPx >= 0 && xPx <= scale.widthPx)) return []
    return { kind: 'started', by: parent, xPx, fromPx: middlePx(geometry, from), toPx: middlePx(geometry, to) }
  })
}

const middlePx = (geometry: RowGeometry, row: number): number => rowTopPx(geometry, row) + ROW_PX / 2

/** Where a task's cancellation went next: what it cancelled, what these cancelled then, and so on. */
function cancelChain({ model, cancelsBy }: LaneData, task: number): { cancel: number; by: number; task: number }[] {
  const chain: { cancel: number; by: number; task: number }[] = []
  const seen = new Set([task])
  const queue = [task]
  for (let by = queue.shift(); by !== undefined && chain.length < MAX_ARROWS; by = queue.shift()) {
    for (const cancel of cancelsBy.get(by)?.slice(0, MAX_ARROWS) ?? []) {
      const cancelled = model.cancels.task[cancel]
      if (by === cancelled) continue
      chain.push({ cancel, by, task: cancelled })
      if (seen.has(cancelled)) continue
      seen.add(cancelled)
      queue.push(cancelled)
    }
  }
  return chain
}

function addWakeUps(
  model: TraceModel,
  scale: PixelScale,
  task: number,
  add: (atNs: number, waker: number) => void,
): void {
  const { segments } = model
  // The first segment is ready because the task was created, which has an arrow of its own.
  const first = segments.first[task] + 1
  const last = segments.last[task]
  const gapNs = MIN_GAP_PX / scale.pxPerNs
  let index = firstAfter(segments.startNs, scale.startNs, first, last)
  for (let drawn = 0; index < last && drawn < MAX_ARROWS;) {
    const atNs = segments.startNs[index]
    if (atNs > scale.startNs + scale.widthPx / scale.pxPerNs) break
    if (segments.state[index] !== State.ready) {
      index++
      continue
    }
    add(atNs, segments.other[index])
    drawn++
    index = Math.max(index + 1, firstAfter(segments.startNs, atNs + gapNs, index, last))
  }
}
