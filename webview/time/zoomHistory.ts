import type { Viewport } from './viewport.ts'

/** The viewports one was at, to go back and forward between. */
export interface ZoomHistory {
  /** A viewport is shown. What is passed through within `settleMs` is not kept: a wheel's or a drag's many are one. */
  visit(viewport: Viewport): void
  /** What is shown next is kept for itself, however soon it comes. */
  jump(): void
  back(): Viewport | undefined
  forward(): Viewport | undefined
}

const MAX_KEPT = 100

export function zoomHistory(start: Viewport, now: () => number = () => performance.now(), settleMs = 400): ZoomHistory {
  const kept: Viewport[] = [start]
  let at = 0
  let lastVisit = -Infinity

  function go(by: 1 | -1): Viewport | undefined {
    if (kept[at + by] === undefined) return undefined
    at += by
    lastVisit = -Infinity
    return kept[at]
  }

  return {
    visit(viewport) {
      if (same(viewport, kept[at])) return
      const isMoving = now() - lastVisit < settleMs
      lastVisit = now()
      kept.length = at + 1
      if (isMoving && at > 0) kept[at] = viewport
      else at = kept.push(viewport) - 1
      if (kept.length > MAX_KEPT) {
        kept.shift()
        at--
      }
    },
    jump() {
      lastVisit = -Infinity
    },
    back: () => go(-1),
    forward: () => go(1),
  }
}

const same = (a: Viewport, b: Viewport): boolean => a.startNs === b.startNs && a.endNs === b.endNs
