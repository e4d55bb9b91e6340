import type { Rows } from './rows.ts'

export const ROW_PX = 22

/** Where rows stand. `y` counts from the top of the lanes; the pinned rows stay there and the others scroll below them. */
export interface RowGeometry {
  readonly rows: Rows
  readonly scrollPx: number
  readonly heightPx: number
}

export const pinnedPx = ({ rows }: RowGeometry): number => rows.pinned * ROW_PX

export function rowTopPx({ rows, scrollPx }: RowGeometry, row: number): number {
  return row < rows.pinned ? row * ROW_PX : row * ROW_PX - scrollPx
}

/** The row at a height, -1 where there is none. */
export function rowAtPx(geometry: RowGeometry, yPx: number): number {
  const { rows, scrollPx } = geometry
  if (yPx < 0 || yPx >= geometry.heightPx) return -1
  const row = Math.floor(yPx < pinnedPx(geometry) ? yPx / ROW_PX : (yPx + scrollPx) / ROW_PX)
  return row < rows.count ? row : -1
}

/** The scrolling rows that are visible, whole or in part: from, up to and not with. */
export function scrolledRows(geometry: RowGeometry): { from: number; to: number } {
  const { rows, scrollPx, heightPx } = geometry
  const from = rows.pinned + Math.floor(scrollPx / ROW_PX)
  const to = Math.min(rows.count, Math.ceil((scrollPx + heightPx) / ROW_PX))
  return { from: Math.min(from, rows.count), to: Math.max(from, to) }
}

export function maxScrollPx({ rows, heightPx }: RowGeometry): number {
  return Math.max(0, rows.count * ROW_PX - heightPx)
}

export function clampedScrollPx(geometry: RowGeometry, scrollPx: number): number {
  return Math.min(Math.max(0, scrollPx), maxScrollPx(geometry))
}

/** The least scrolling that brings a row into view; one that is more than a page away comes to the middle, with what stands around it. */
export function scrollToShow(geometry: RowGeometry, row: number): number {
  const { rows, scrollPx, heightPx } = geometry
  if (row < rows.pinned) return scrollPx
  const highest = row * ROW_PX - rows.pinned * ROW_PX
  const lowest = (row + 1) * ROW_PX - heightPx
  const least = Math.min(highest, Math.max(lowest, scrollPx))
  const isFar = Math.abs(least - scrollPx) > heightPx
  return clampedScrollPx(geometry, isFar ? (highest + lowest) / 2 : least)
}
