import type { Arrow } from './arrows.ts'

/** A word beside an arrow, where it hides no other: its box, px from the lanes' left and top. */
export interface ArrowLabel {
  readonly arrow: Arrow
  readonly text: string
  readonly xPx: number
  readonly yPx: number
  readonly widthPx: number
}

export const LABEL_PX = 15
/** Between an arrow and its label, and between two labels. */
const GAP_PX = 5
const PAD_PX = 4
/** Arrows nearer to each other than this look like one. */
const SAME_PX = 6
/** More labels would be a list, which the drawer has already. */
const MAX_LABELS = 8

export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/**
 * Places for the labels of arrows, the most wanted first: beside where the arrow begins, else before where it points, else half-way; on the right, or
 * else on the left. One that finds no room beside the others and their arrows is left out. `topPx` is where the lanes that scroll begin; `taken` is what
 * must be read besides.
 */
export function arrowLabels(
  arrows: readonly { readonly arrow: Arrow; readonly text: string }[],
  measure: (text: string) => number,
  area: { readonly topPx: number; readonly widthPx: number; readonly heightPx: number },
  taken: readonly Box[] = [],
): ArrowLabel[] {
  const placed: { readonly label: ArrowLabel; readonly box: Box }[] = []
  const shafts = arrows.map(({ arrow }): Box => {
    const { xPx, fromPx, toPx } = arrow
    return { left: xPx - 2, right: xPx + 2, top: Math.min(fromPx, toPx), bottom: Math.max(fromPx, toPx) }
  })
  for (const [i, { arrow, text }] of arrows.entries()) {
    if (placed.length === MAX_LABELS) break
    // One word for several arrows that say the same of the same moment, as where a task cancels many.
    if (placed.some(({ label }) => label.text === text && Math.abs(label.arrow.xPx - arrow.xPx) < SAME_PX)) continue
    const widthPx = measure(text) + 2 * PAD_PX
    const isFree = (box: Box): boolean =>
      box.left >= 0 &&
      box.right <= area.widthPx &&
      box.top >= area.topPx &&
      box.bottom <= area.heightPx &&
      !placed.some((other) => overlap(other.box, box)) &&
      !taken.some((other) => overlap(other, box)) &&
      !shafts.some((shaft, other) => other !== i && overlap(shaft, box))
    const box = candidates(arrow, widthPx, area).find(isFree)
    if (box) placed.push({ label: { arrow, text, xPx: box.left, yPx: box.top, widthPx }, box })
  }
  return placed.map(({ label }) => label)
}

function candidates({ xPx, fromPx, toPx }: Arrow, widthPx: number, area: { topPx: number; heightPx: number }): Box[] {
  const visible = (yPx: number): number =>
    Math.min(Math.max(yPx, area.topPx + LABEL_PX / 2), area.heightPx - LABEL_PX / 2)
  const sign = toPx > fromPx ? 1 : -1
  const heights = [visible(fromPx + sign * 14), visible(toPx - sign * 18), visible((fromPx + toPx) / 2)]
  return heights.flatMap((middle) =>
    [xPx + GAP_PX, xPx - GAP_PX - widthPx].map((left) => ({
      left,
      right: left + widthPx,
      top: middle - LABEL_PX / 2,
      bottom: middle + LABEL_PX / 2,
    })),
  )
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right + 1 && b.left < a.right + 1 && a.top < b.bottom + 1 && b.top < a.bottom + 1
