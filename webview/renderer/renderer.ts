import type { AwaitGroup } from '../theme/awaitGroups.ts'

/** What a bar is painted with. Bars of one paint are drawn together, in this order: later ones lie above. */
export const paints = [
  'selectedRow',
  'poll',
  'density',
  'level',
  'hold',
  'waiting:tasks',
  'waiting:locks',
  'waiting:queues',
  'waiting:io',
  'waiting:time',
  'waiting:workers',
  'waiting:other',
  'ready',
  'callback',
  'timer',
  'running',
  'cancelling',
  'waiters',
  'bracket',
  'blocked',
] as const
export type PaintName = (typeof paints)[number]
export type Paint = number

/** The paint of a name; ask once, not per bar. */
export const paint = (name: PaintName): Paint => paints.indexOf(name)
export const waitingPaint = (group: AwaitGroup): Paint => paints.indexOf(`waiting:${group}`)

export type TextPaint = 'foreground' | 'muted' | 'onRunning' | 'onBlocked' | 'done' | 'failed' | 'cancelled'

/**
 * Draws lanes. Knows no trace and no scale, only rectangles and text in CSS pixels, so that another backend can take its place.
 * Nothing is on the picture before `finish`.
 */
export interface Renderer {
  /** Starts a picture. */
  begin(widthPx: number, heightPx: number): void
  /** What follows is visible only between these heights, and from left to right where that is not the whole width. Draws what came before. */
  layer(topPx: number, bottomPx: number, fromPx?: number, toPx?: number): void
  bar(paint: Paint, xPx: number, yPx: number, widthPx: number, heightPx: number): void
  /** Text whose middle is at `yPx`, cut with … to `maxWidthPx`. Returns its width; draws nothing and returns 0 where there is no room for three letters. */
  text(paint: TextPaint, text: string, xPx: number, yPx: number, maxWidthPx: number, bold?: boolean): number
  /** Lets what lies between the two x fade out to the right. */
  fade(x0Px: number, x1Px: number, yPx: number, heightPx: number, onSelectedRow: boolean): void
  finish(): void
}
