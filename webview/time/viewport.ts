/** The span of time that the lanes show, ns since the trace's zero. It may reach beyond the trace by `MARGIN`. */
export interface Viewport {
  readonly startNs: number
  readonly endNs: number
}

/** Deeper, neighbouring nanoseconds would be pixels apart and nothing new to see. */
export const MIN_SPAN_NS = 1_000
/** Room left and right of the whole trace, as a share of it: on the right for the words that say how tasks ended. */
const MARGIN = { left: 0.006, right: 0.1 }

/** The whole trace with its margins. */
export function wholeTrace(traceEndNs: number): Viewport {
  const length = Math.max(traceEndNs, MIN_SPAN_NS)
  return { startNs: -length * MARGIN.left, endNs: length * (1 + MARGIN.right) }
}

/** A lead of no more than this share of the trace is shown: it costs little, and 0 is where one looks for the beginning. */
const SHOWN_LEAD = 0.1

/** From where something happens, with the same margins: a program's imports are not what one came for. */
export function fromFirst(firstNs: number, traceEndNs: number): Viewport {
  const whole = wholeTrace(traceEndNs)
  if (!(firstNs > traceEndNs * SHOWN_LEAD)) return whole
  const length = traceEndNs - firstNs
  return clamped({ startNs: firstNs - length * MARGIN.left, endNs: traceEndNs + length * MARGIN.right }, traceEndNs)
}

/** The nearest viewport that is neither too short nor beyond the margins. */
export function clamped({ startNs, endNs }: Viewport, traceEndNs: number): Viewport {
  const whole = wholeTrace(traceEndNs)
  const length = Math.min(Math.max(endNs - startNs, MIN_SPAN_NS), whole.endNs - whole.startNs)
  const start = Math.min(Math.max((startNs + endNs - length) / 2, whole.startNs), whole.endNs - length)
  return { startNs: start, endNs: start + length }
}

/** Zooms so that `factor` times as much time is visible and `anchorNs` stays where it is. */
export function zoomed(viewport: Viewport, factor: number, anchorNs: number, traceEndNs: number): Viewport {
  const length = viewport.endNs - viewport.startNs
  const wanted = Math.max(length * factor, MIN_SPAN_NS)
  const share = (anchorNs - viewport.startNs) / length
  const startNs = anchorNs - share * wanted
  return clamped({ startNs, endNs: startNs + wanted }, traceEndNs)
}

export function panned(viewport: Viewport, byNs: number, traceEndNs: number): Viewport {
  return clamped({ startNs: viewport.startNs + byNs, endNs: viewport.endNs + byNs }, traceEndNs)
}

/** Shows `startNs` to `endNs` on four fifths of the width. */
export function framed(startNs: number, endNs: number, traceEndNs: number): Viewport {
  const margin = Math.max((endNs - startNs) / 8, MIN_SPAN_NS / 8)
  return clamped({ startNs: startNs - margin, endNs: endNs + margin }, traceEndNs)
}

/** The viewport moved as little as needed to show the moment, away from the edges. */
export function showing(viewport: Viewport, atNs: number, traceEndNs: number): Viewport {
  const length = viewport.endNs - viewport.startNs
  if (atNs >= viewport.startNs + length * 0.02 && atNs <= viewport.endNs - length * 0.02) return viewport
  return clamped({ startNs: atNs - length / 4, endNs: atNs + (length * 3) / 4 }, traceEndNs)
}
