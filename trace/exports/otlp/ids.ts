import type { TraceHeader } from '../../format/header.ts'

/**
 * Ids for spans: the same for the same task of the same recording at every export, so that sending a trace twice makes nothing double, and different for
 * tasks of different recordings. Hexadecimal, never all zero.
 */
export interface SpanIds {
  /** 16 digits. */
  span(task: number): string
  /** 32 digits: of the trace that begins with this task. */
  trace(rootTask: number): string
}

export function spanIds({ pid, wallClockNs, monotonicNs }: TraceHeader): SpanIds {
  const recording = mix(mix(mix(BigInt(pid)) ^ wallClockNs) ^ monotonicNs)
  const id = (purpose: bigint, task: number): string =>
    (mix(recording ^ mix((purpose << 40n) | BigInt(task))) || 1n).toString(16).padStart(16, '0')
  return {
    span: (task) => id(1n, task),
    trace: (task) => id(2n, task) + id(3n, task),
  }
}

const MASK = 0xffff_ffff_ffff_ffffn

/** The finalizer of SplitMix64: every bit of the input changes half of the output's. */
function mix(value: bigint): bigint {
  let x = (value + 0x9e37_79b9_7f4a_7c15n) & MASK
  x = ((x ^ (x >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & MASK
  x = ((x ^ (x >> 27n)) * 0x94d0_49bb_1331_11ebn) & MASK
  return x ^ (x >> 31n)
}
