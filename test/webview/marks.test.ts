import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { State } from '../../trace/model/types.ts'
import { laneData } from '../../webview/lanes/laneData.ts'
import { emptyMarks, placeMarks, type Items } from '../../webview/lanes/marks.ts'
import { SUM_STRIDE } from '../../trace/model/regions.ts'
import { timeSums, type TimeSums } from '../../webview/lanes/timeSums.ts'
import { drawn, MS } from './models.ts'

const lane = drawn('a : ==##....==##....')

describe('the marks of a lane', () => {
  it('are its segments where each has room', () => {
    const items = laneData(lane).taskItems(1)
    const marks = emptyMarks()
    placeMarks(marks, items, { startNs: 0, pxPerNs: 10 / MS, widthPx: 200 })
    const spans = Array.from({ length: marks.count }, (_, i) => [
      Math.round(marks.x0[i]),
      Math.round(marks.x1[i]),
      lane.segments.state[marks.item[i]],
    ])
    expect(spans).toEqual([
      [0, 20, State.ready],
      [20, 40, State.running],
      [40, 80, State.waiting],
      [80, 100, State.ready],
      [100, 120, State.running],
      [120, 160, State.waiting],
    ])
  })

  it('begin at the first that is visible', () => {
    const marks = emptyMarks()
    placeMarks(marks, laneData(lane).taskItems(1), { startNs: 9 * MS, pxPerNs: 10 / MS, widthPx: 20 })
    expect([...marks.item.subarray(0, marks.count)].map((item) => lane.segments.state[item])).toEqual([
      State.ready,
      State.running,
    ])
    expect(marks.x0[0]).toBe(-8)
  })

  it('say how much of a pixel was running and ready', () => {
    const marks = emptyMarks()
    placeMarks(marks, laneData(lane).taskItems(1), { startNs: 0, pxPerNs: 1 / (32 * MS), widthPx: 100 })
    expect(marks.count).toBe(1)
    expect(marks.items[0]).toBe(6)
    expect(marks.busy[0]).toBeCloseTo(4 / 16)
    expect(marks.ready[0]).toBeCloseTo(4 / 16)
  })

  it('are at most two per pixel, in order and without overlap, whatever the lane', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 3000 }),
        fc.double({ min: 0.0001, max: 5, noNaN: true }),
        fc.integer({ min: 0, max: 100_000 }),
        (lengths, pxPerNs, startNs) => {
          const starts = new Float64Array(lengths.length + 1)
          lengths.forEach((length, i) => (starts[i + 1] = starts[i] + length))
          const none = { between: () => 0 }
          const items: Items = {
            first: 0,
            last: lengths.length,
            startNs: starts,
            endNs: (i) => starts[i + 1],
            busySums: sums(lengths.map((length, i) => (i % 2 ? length : 0))),
            readySums: none,
          }
          const marks = emptyMarks()
          placeMarks(marks, items, { startNs, pxPerNs, widthPx: 300 })
          expect(marks.count).toBeLessThanOrEqual(2 * 320)
          for (let i = 0; i < marks.count; i++) {
            expect(marks.busy[i]).toBeLessThanOrEqual(1 + 1e-9)
            if (i > 0) expect(marks.x0[i]).toBeGreaterThanOrEqual(marks.x0[i - 1])
            if (i > 0) expect(marks.item[i]).toBe(marks.item[i - 1] + marks.items[i - 1])
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

/** As the model keeps them. */
function sums(lengths: readonly number[]): TimeSums {
  const before = new Float64Array(Math.ceil(lengths.length / SUM_STRIDE) + 1)
  let sum = 0
  lengths.forEach((length, i) => {
    if (i % SUM_STRIDE === 0) before[i / SUM_STRIDE] = sum
    sum += length
  })
  return timeSums(0, before, (i) => lengths[i])
}

describe('sums over ranges', () => {
  it('are those of walking the range', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 300 }),
        fc.nat(),
        fc.nat(),
        (lengths, a, b) => {
          const [from, to] = [a % (lengths.length + 1), b % (lengths.length + 1)].sort((x, y) => x - y)
          const walked = lengths.slice(from, to).reduce((sum, length) => sum + length, 0)
          expect(sums(lengths).between(from, to)).toBe(walked)
        },
      ),
    )
  })
})
