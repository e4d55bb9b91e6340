import { targetKindNames } from '../../format/schema.ts'
import { SUM_STRIDE } from '../regions.ts'
import { State, type Segments } from '../types.ts'
import type { Piece } from './rows.ts'

const TASK = targetKindNames.indexOf('task')
const OBJECT = targetKindNames.indexOf('object')

interface Places {
  readonly first: Uint32Array
  readonly last: Uint32Array
}

/** The rows that the segments or runs of one process take among all: a multiple of the stride, so that their sums stay at their side. */
export const segmentRoom = (places: Places): number => Math.ceil(rowsIn(places) / SUM_STRIDE) * SUM_STRIDE

/** Rows in use: behind these the columns have room. */
export function rowsIn({ last }: Places): number {
  let rows = 0
  for (const end of last) if (end > rows) rows = end
  return rows
}

/** Sets where rows of what `numbers` tells stand. */
export function place({ first, last }: Places, into: Places, numbers: Uint32Array, base: number): void {
  for (let id = 0; id < Math.min(first.length, numbers.length); id++) {
    into.first[numbers[id]] = first[id] + base
    into.last[numbers[id]] = last[id] + base
  }
}

/** Of all tasks, of which there are `owners` with the one that is none. Linear in the segments. */
export function joinSegments(pieces: readonly Piece[], owners: number, rows: number): Segments {
  const sums = Math.ceil(rows / SUM_STRIDE) + 1
  const all = {
    first: new Uint32Array(owners),
    last: new Uint32Array(owners),
    startNs: new Float64Array(rows),
    state: new Uint8Array(rows),
    detail: new Uint32Array(rows),
    other: new Uint32Array(rows),
    runningBeforeNs: new Float64Array(sums),
    readyBeforeNs: new Float64Array(sums),
  }
  for (const piece of pieces) {
    const { segments, tables } = piece.model
    const { segmentBase: base, offsetNs } = piece
    const count = rowsIn(segments)
    place(segments, all, piece.task, base)
    all.state.set(segments.state.subarray(0, count), base)
    const block = base / SUM_STRIDE
    const blocks = Math.ceil(count / SUM_STRIDE)
    all.runningBeforeNs.set(segments.runningBeforeNs.subarray(0, blocks), block)
    all.readyBeforeNs.set(segments.readyBeforeNs.subarray(0, blocks), block)
    const { startNs, state, detail, other } = segments
    const { targetKind } = tables.awaits
    for (let i = 0; i < count; i++) {
      all.startNs[base + i] = startNs[i] + offsetNs
      if (state[i] === State.waiting) {
        const kind = targetKind[detail[i]]
        all.detail[base + i] = piece.await[detail[i]]
        all.other[base + i] = kind === TASK ? piece.task[other[i]] : kind === OBJECT ? piece.object[other[i]] : other[i]
      } else if (state[i] === State.ready) {
        all.detail[base + i] = piece.stack[detail[i]]
        all.other[base + i] = piece.task[other[i]]
      } else all.detail[base + i] = detail[i]
    }
  }
  return all
}
