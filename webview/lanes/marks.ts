import { firstAfter, gallopAfter } from './bisect.ts'
import type { TimeSums } from './timeSums.ts'

/**
 * What one lane draws, left to right and without overlap, in columns that are reused from lane to lane.
 * A mark is one item where it has room, or else all the items that fall into one pixel.
 */
export interface Marks {
  count: number
  x0: Float64Array
  x1: Float64Array
  /** The item, or the first of those in the pixel. */
  item: Uint32Array
  /** How many items it stands for. */
  items: Uint32Array
  /** Running time / time covered, 0…1: what the pixel's items have in common. */
  busy: Float64Array
  /** Ready time / time covered. */
  ready: Float64Array
}

export function emptyMarks(): Marks {
  return {
    count: 0,
    x0: new Float64Array(256),
    x1: new Float64Array(256),
    item: new Uint32Array(256),
    items: new Uint32Array(256),
    busy: new Float64Array(256),
    ready: new Float64Array(256),
  }
}

/** The items of a lane: `first` up to, not with, `last`. `endNs(i)` is where item i ends; the gaps between items are not drawn. */
export interface Items {
  readonly first: number
  readonly last: number
  readonly startNs: Float64Array
  endNs(index: number): number
  readonly busySums: TimeSums
  readonly readySums: TimeSums
}

/** Pixels per nanosecond, and the time at x = 0. */
export interface PixelScale {
  readonly startNs: number
  readonly pxPerNs: number
  readonly widthPx: number
}

/** Narrower items share a pixel with their neighbours. */
const MIN_ITEM_PX = 1

/**
 * Fills `marks` with what is visible of a lane. The work is in proportion to the pixels, times the logarithm of the items: within a pixel
 * the items are jumped over by bisection and summed by `TimeSums`.
 */
export function placeMarks(marks: Marks, items: Items, { startNs, pxPerNs, widthPx }: PixelScale): void {
  const { first, last } = items
  marks.count = 0
  let index = Math.max(first, firstAfter(items.startNs, startNs, first, last) - 1)
  const visibleEndNs = startNs + widthPx / pxPerNs
  while (index < last) {
    const itemStartNs = items.startNs[index]
    if (itemStartNs > visibleEndNs) break
    const x0 = (itemStartNs - startNs) * pxPerNs
    const x1 = (items.endNs(index) - startNs) * pxPerNs
    if (x1 - x0 >= MIN_ITEM_PX) {
      if (x1 > 0)
        push(
          marks,
          Math.max(x0, -8),
          Math.min(x1, widthPx + 8),
          index,
          1,
          items.busySums.between(index, index + 1) > 0 ? 1 : 0,
          0,
        )
      index++
      continue
    }
    const pixel = Math.floor(x0)
    const pixelEndNs = startNs + (pixel + 1) / pxPerNs
    // At least one: rounding can put a pixel's end before an item that begins in it.
    let next = Math.max(index + 1, gallopAfter(items.startNs, pixelEndNs, index, last))
    // The pixel's last item may reach far beyond it: then it has a mark of its own.
    if (next - index > 1 && (items.endNs(next - 1) - items.startNs[next - 1]) * pxPerNs >= MIN_ITEM_PX) next--
    const coveredNs = Math.max(items.endNs(next - 1) - itemStartNs, 1)
    const busy = items.busySums.between(index, next) / coveredNs
    const ready = items.readySums.between(index, next) / coveredNs
    if (x1 >= 0 || pixel + 1 > 0) push(marks, Math.max(pixel, -8), pixel + 1, index, next - index, busy, ready)
    index = next
  }
}

function push(marks: Marks, x0: number, x1: number, item: number, items: number, busy: number, ready: number): void {
  const at = marks.count++
  if (at === marks.x0.length) grow(marks)
  marks.x0[at] = x0
  marks.x1[at] = x1
  marks.item[at] = item
  marks.items[at] = items
  marks.busy[at] = busy
  marks.ready[at] = ready
}

function grow(marks: Marks): void {
  const twice = <A extends Float64Array | Uint32Array>(column: A, bigger: A): A => {
    bigger.set(column)
    return bigger
  }
  const length = marks.x0.length * 2
  marks.x0 = twice(marks.x0, new Float64Array(length))
  marks.x1 = twice(marks.x1, new Float64Array(length))
  marks.item = twice(marks.item, new Uint32Array(length))
  marks.items = twice(marks.items, new Uint32Array(length))
  marks.busy = twice(marks.busy, new Float64Array(length))
  marks.ready = twice(marks.ready, new Float64Array(length))
}
