import { ticks as niceNumbers, tickStep } from 'd3'
import type { Viewport } from './viewport.ts'

/** Labels of a time axis. `base` is the moment that labels with a `+` count from; undefined where they are whole times. */
export interface TimeTicks {
  readonly base: string | undefined
  readonly atNs: readonly number[]
  readonly labels: readonly string[]
}

const UNITS = [
  { name: 's', ns: 1e9 },
  { name: 'ms', ns: 1e6 },
  { name: 'µs', ns: 1e3 },
  { name: 'ns', ns: 1 },
]
/** More decimals than this are hard to compare at a glance: labels then count from a base. */
const MAX_DECIMALS = 3

/**
 * About `wanted` ticks at round times. Zoomed deep, the labels count from a base near the left edge, so that they stay short:
 * `2.314 s` and then `+20 µs`, `+40 µs`.
 */
export function timeTicks({ startNs, endNs }: Viewport, wanted: number): TimeTicks {
  const step = Math.max(1, tickStep(startNs, endNs, wanted))
  const atNs = niceNumbers(startNs, endNs, wanted).filter((ns) => ns >= 0)
  const largest = Math.max(Math.abs(startNs), Math.abs(endNs))
  const whole = UNITS.find((unit) => largest >= unit.ns) ?? UNITS[3]
  const wholeDecimals = decimalsOf(step / whole.ns)
  if (wholeDecimals <= MAX_DECIMALS)
    return { base: undefined, atNs, labels: atNs.map((ns) => label(ns, whole, wholeDecimals)) }
  const unit = UNITS.find((candidate) => step >= candidate.ns) ?? UNITS[3]
  const grainNs = 1000 * unit.ns
  const baseNs = Math.max(0, Math.floor(startNs / grainNs) * grainNs)
  const decimals = decimalsOf(step / unit.ns)
  return {
    base: `${(baseNs / 1e9).toFixed(decimalsOf(grainNs / 1e9))} s`,
    atNs,
    labels: atNs.map((ns) => `+${label(ns - baseNs, unit, decimals)}`),
  }
}

const decimalsOf = (step: number): number => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))
const label = (ns: number, unit: (typeof UNITS)[number], decimals: number): string =>
  ns === 0 ? '0 s' : `${(ns / unit.ns).toFixed(decimals)} ${unit.name}`
