import { clamped, wholeTrace, type Viewport } from './viewport.ts'

/** Whether the trace's end is in view: then the view goes along when the trace grows, and stays when the user has moved away. */
export const isAtEnd = ({ endNs }: Viewport, traceEndNs: number): boolean => endNs >= traceEndNs

/** The viewport after the trace has grown: all of it where it was all of it, or else as much time, as far from the end as before. */
export function followed(viewport: Viewport, beforeNs: number, traceEndNs: number): Viewport {
  const { startNs, endNs } = wholeTrace(beforeNs)
  if (viewport.startNs <= startNs && viewport.endNs >= endNs) return wholeTrace(traceEndNs)
  const byNs = traceEndNs - beforeNs
  return { startNs: viewport.startNs + byNs, endNs: viewport.endNs + byNs }
}

/** As much time as is in view, up to the trace's end. */
export function atEnd({ startNs, endNs }: Viewport, traceEndNs: number): Viewport {
  const lengthNs = endNs - startNs
  const lastNs = traceEndNs + lengthNs / 20
  return clamped({ startNs: lastNs - lengthNs, endNs: lastNs }, traceEndNs)
}
