import { expect, it } from 'vitest'
import { arrowLabels } from '../../webview/drawing/arrowLabels.ts'
import type { Arrow } from '../../webview/drawing/arrows.ts'

const area = { topPx: 22, widthPx: 600, heightPx: 400 }
const measure = (text: string): number => text.length * 6
const arrow = (xPx: number, fromPx: number, toPx: number): Arrow => ({ kind: 'woken', by: 1, xPx, fromPx, toPx })
const labels = (...arrows: Arrow[]) =>
  arrowLabels(
    arrows.map((each) => ({ arrow: each, text: 'woken by holder' })),
    measure,
    area,
  )

it('stand where their arrows begin, on the right, or on the left at the right edge', () => {
  expect(labels(arrow(100, 40, 200))[0]).toMatchObject({ xPx: 105, yPx: 46.5 })
  expect(labels(arrow(590, 40, 200))[0].xPx).toBeLessThan(590 - 90)
})

it('leave free what must be read besides', () => {
  const end = { left: 90, right: 300, top: 40, bottom: 62 }
  const woken = { arrow: arrow(100, 40, 200), text: 'woken by holder' }
  const [label] = arrowLabels([woken], measure, area, [end])
  expect(label.yPx).toBeGreaterThan(end.bottom)
})

it('say once what several arrows say of one moment', () => {
  expect(labels(arrow(100, 40, 200), arrow(101, 40, 260), arrow(102, 40, 320), arrow(300, 40, 200))).toHaveLength(2)
})

it('are never over one another, over another arrow, or out of sight', () => {
  const arrows = Array.from({ length: 24 }, (_, i) => arrow(20 + i * 23, (i % 8) * 45, (i % 8) * 45 + 60))
  const placed = labels(...arrows)
  expect(placed.length).toBeGreaterThan(2)
  for (const [i, a] of placed.entries()) {
    expect(a.xPx).toBeGreaterThanOrEqual(0)
    expect(a.xPx + a.widthPx).toBeLessThanOrEqual(area.widthPx)
    expect(a.yPx).toBeGreaterThanOrEqual(area.topPx)
    for (const b of placed.slice(i + 1))
      expect(a.xPx + a.widthPx <= b.xPx || b.xPx + b.widthPx <= a.xPx || Math.abs(a.yPx - b.yPx) >= 15).toBe(true)
    for (const { xPx, fromPx, toPx } of arrows.filter((each) => each !== a.arrow)) {
      const crosses = Math.min(fromPx, toPx) < a.yPx + 15 && Math.max(fromPx, toPx) > a.yPx
      expect(crosses && xPx > a.xPx && xPx < a.xPx + a.widthPx).toBe(false)
    }
  }
})
