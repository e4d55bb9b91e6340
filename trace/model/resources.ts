import { lastAtOrBefore, segmentEndNs } from './at.ts'
import { rowsBy, rowsByInOrder, type RowsBy } from './rowsBy.ts'
import { State, type TraceModel } from './types.ts'

const TARGET_OBJECT = 2

/** Waits for an object, those of object `k` from `first[k]` up to `first[k + 1]`, in the order in which they began. */
export interface ObjectWaits {
  readonly first: Uint32Array
  readonly task: Uint32Array
  readonly segment: Uint32Array
  readonly startNs: Float64Array
  readonly endNs: Float64Array
}

/** Who held and who waited for what, by object: made once, then asked by bisection. */
export interface ResourceIndex {
  readonly holds: RowsBy
  /** `holds.fromNs` in the order of `holds.row`: what a bisection looks at. */
  readonly holdFromNs: Float64Array
  readonly levels: RowsBy
  readonly levelAtNs: Float64Array
  readonly waits: ObjectWaits
}

/** Nearly linear in segments, holds and levels. */
export function resourceIndex(model: TraceModel): ResourceIndex {
  const objects = model.tables.objects.kind.length - 1
  const holds = rowsByInOrder(model.holds.object, objects, model.holds.fromNs)
  const levels = rowsByInOrder(model.levels.object, objects, model.levels.atNs)
  return {
    holds,
    holdFromNs: Float64Array.from(holds.row, (row) => model.holds.fromNs[row]),
    levels,
    levelAtNs: Float64Array.from(levels.row, (row) => model.levels.atNs[row]),
    waits: objectWaits(model, objects),
  }
}

function objectWaits(model: TraceModel, objects: number): ObjectWaits {
  const { segments, tables, tasks } = model
  const isObject = Uint8Array.from(tables.awaits.targetKind, (kind) => (kind === TARGET_OBJECT ? 1 : 0))
  const found: { object: number[]; task: number[]; segment: number[]; startNs: number[] } = {
    object: [],
    task: [],
    segment: [],
    startNs: [],
  }
  for (let task = 1; task <= tasks.count; task++) {
    for (let i = segments.first[task]; i < segments.last[task]; i++) {
      if (segments.state[i] !== State.waiting || isObject[segments.detail[i]] === 0 || segments.other[i] === 0) continue
      found.object.push(segments.other[i])
      found.task.push(task)
      found.segment.push(i)
      found.startNs.push(segments.startNs[i])
    }
  }
  const { first, row } = rowsByInOrder(found.object, objects, found.startNs)
  return {
    first,
    task: Uint32Array.from(row, (i) => found.task[i]),
    segment: Uint32Array.from(row, (i) => found.segment[i]),
    startNs: Float64Array.from(row, (i) => found.startNs[i]),
    endNs: Float64Array.from(row, (i) => segmentEndNs(model, found.task[i], found.segment[i])),
  }
}

/** Rows that are looked at before a moment, for one that lasts until then: more than slots a semaphore has in practice. */
const MAX_LOOKED_AT = 4096

/** Who holds an object at a moment: rows of `model.holds`, the latest first. Logarithmic, and linear in the slots. */
export function holdersAt({ holds }: TraceModel, index: ResourceIndex, object: number, atNs: number): number[] {
  const { first, row } = index.holds
  if (object + 1 >= first.length) return []
  const last = lastAtOrBefore(index.holdFromNs, first[object], first[object + 1], atNs)
  const rows: number[] = []
  for (let i = last; i >= first[object] && i > last - MAX_LOOKED_AT; i--) {
    if (!(holds.untilNs[row[i]] <= atNs)) rows.push(row[i])
  }
  return rows
}

/** How full an object is at a moment: the row of `model.levels`, -1 where nothing is known yet. Logarithmic. */
export function levelRowAt(index: ResourceIndex, object: number, atNs: number): number {
  const { first, row } = index.levels
  if (object + 1 >= first.length) return -1
  const last = lastAtOrBefore(index.levelAtNs, first[object], first[object + 1], atNs)
  return last < 0 ? -1 : row[last]
}

/** Who waits for an object at a moment: indexes into `index.waits`, the longest waiting first. Logarithmic, and linear in those that began shortly before. */
export function waitersAt(index: ResourceIndex, object: number, atNs: number): number[] {
  const { first, startNs, endNs } = index.waits
  if (object + 1 >= first.length) return []
  const last = lastAtOrBefore(startNs, first[object], first[object + 1], atNs)
  const found: number[] = []
  for (let i = last; i >= first[object] && i > last - MAX_LOOKED_AT; i--) if (endNs[i] > atNs) found.push(i)
  return found.reverse()
}

/** Scopes by the task that opened them. */
export const scopesByOwner = ({ scopes, tasks }: TraceModel): RowsBy => rowsBy(scopes.owner, tasks.count)
