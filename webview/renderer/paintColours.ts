import { awaitGroups } from '../theme/awaitGroups.ts'
import type { Theme } from '../theme/theme.ts'
import { paint, waitingPaint, type Paint, type PaintName } from './renderer.ts'

/** Paints that are colours of the theme by the same name. */
type PlainPaint = Exclude<PaintName, `waiting:${string}` | 'ready' | 'cancelling'>

/** A paint's colour; `hatch` for the pattern of stripes, which each backend makes in its own way. */
export function paintColour(name: PaintName, theme: Theme): string {
  const group = awaitGroups.find((candidate) => name === `waiting:${candidate}`)
  if (group) return theme.waiting[group]
  if (name === 'ready') return 'hatch'
  if (name === 'cancelling') return theme.cancelled
  return theme[name as PlainPaint]
}

/** The line around the bars of a paint, in high contrast only. */
export function edgeColour(index: Paint, theme: Theme): string | undefined {
  if (!theme.waitingEdge) return undefined
  const group = awaitGroups.find((candidate) => waitingPaint(candidate) === index)
  if (group) return theme.waitingEdge[group]
  if (index === paint('hold')) return theme.waitingEdge.locks
  return index === paint('selectedRow') ? theme.focus : undefined
}

/** Bars are rounded from this size on; narrower ones can be many, and cost more so. */
export const ROUND_FROM_PX = 5
export const RADIUS_PX = 2.5
export const FONT_PX = 11
