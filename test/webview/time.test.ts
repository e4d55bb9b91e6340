import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { count } from '../../webview/time/shares.ts'
import { timeTicks } from '../../webview/time/ticks.ts'
import {
  clamped,
  framed,
  fromFirst,
  MIN_SPAN_NS,
  panned,
  showing,
  wholeTrace,
  zoomed,
} from '../../webview/time/viewport.ts'

describe('the time axis', () => {
  it('names whole times where they are short', () => {
    expect(timeTicks({ startNs: 0, endNs: 5e9 }, 5).labels).toEqual(['0 s', '1 s', '2 s', '3 s', '4 s', '5 s'])
    expect(timeTicks({ startNs: 1.9e9, endNs: 2.1e9 }, 2).labels).toEqual(['1.9 s', '2.0 s', '2.1 s'])
  })

  it('counts from a base where it is zoomed deep', () => {
    const ticks = timeTicks({ startNs: 2_314_000_000, endNs: 2_314_000_100 * 1 }, 4)
    expect(ticks.base).toBe('2.314000 s')
    expect(ticks.labels[1]).toBe('+20 ns')
  })

  it('has labels that differ, in order, at any zoom', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e13, noNaN: true }),
        fc.double({ min: 3, max: 12, noNaN: true }),
        (startNs, magnitude) => {
          const { labels, atNs } = timeTicks({ startNs, endNs: startNs + 10 ** magnitude }, 8)
          expect(new Set(labels).size).toBe(labels.length)
          expect([...atNs].sort((a, b) => a - b)).toEqual(atNs)
          for (const label of labels) expect(label.length).toBeLessThan(16)
        },
      ),
    )
  })
})

describe('the viewport', () => {
  it('stays within the trace and its margins, and no shorter than what can be seen', () => {
    const whole = wholeTrace(1e9)
    expect(clamped({ startNs: -5e9, endNs: 5e9 }, 1e9)).toEqual(whole)
    const shortest = clamped({ startNs: 500, endNs: 501 }, 1e9)
    expect(shortest.endNs - shortest.startNs).toBe(MIN_SPAN_NS)
    expect(panned(whole, 1e12, 1e9)).toEqual(whole)
  })

  it('opens where something happens, when that is long after the beginning', () => {
    expect(fromFirst(60e6, 1e9)).toEqual(wholeTrace(1e9))
    const { startNs, endNs } = fromFirst(600e6, 1e9)
    expect([startNs, endNs]).toEqual([expect.closeTo(597.6e6), expect.closeTo(1040e6)])
  })

  it('keeps the moment under the pointer where it is', () => {
    const before = { startNs: 100e6, endNs: 300e6 }
    const after = zoomed(before, 0.5, 150e6, 1e9)
    expect((150e6 - after.startNs) / (after.endNs - after.startNs)).toBeCloseTo(0.25)
    expect(after.endNs - after.startNs).toBeCloseTo(100e6)
  })

  it('frames a span, and moves only to what it does not show', () => {
    expect(framed(400e6, 480e6, 1e9)).toEqual({ startNs: 390e6, endNs: 490e6 })
    const shown = { startNs: 0, endNs: 100e6 }
    expect(showing(shown, 50e6, 1e9)).toBe(shown)
    expect(showing(shown, 500e6, 1e9).startNs).toBe(475e6)
  })
})

it('numbers have commas as toLocaleString puts them', () => {
  fc.assert(fc.property(fc.maxSafeNat(), (n) => count(n) === n.toLocaleString('en')))
  for (const n of [0, 7, 999, 1000, 86_310, 1_000_000]) expect(count(n)).toBe(n.toLocaleString('en'))
})
