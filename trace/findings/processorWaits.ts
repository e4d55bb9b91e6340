import { lastAtOrBefore } from '../model/at.ts'
import type { ProcessorWaits, TraceModel } from '../model/types.ts'

/** For how long a thread stood ready within a time and got no processor: between these two. */
export interface Unserved {
  readonly leastNs: number
  readonly mostNs: number
}

/** Rows of one stream, in order of time. */
type Rows = Readonly<Record<'sinceNs' | 'atNs' | 'waitedNs', Float64Array>>

/** A table is made anew whenever the trace has grown. */
const rowsOf = new WeakMap<ProcessorWaits, ReadonlyMap<number, Rows>>()

function byStream(waits: ProcessorWaits): ReadonlyMap<number, Rows> {
  const known = rowsOf.get(waits)
  if (known) return known
  const indexes = new Map<number, number[]>()
  waits.stream.forEach((stream, row) => {
    const rows = indexes.get(stream)
    if (rows) rows.push(row)
    else indexes.set(stream, [row])
  })
  const pick = (column: Float64Array, rows: readonly number[]): Float64Array =>
    Float64Array.from(rows, (row) => column[row])
  const made = new Map<number, Rows>()
  for (const [stream, rows] of indexes)
    made.set(stream, {
      sinceNs: pick(waits.sinceNs, rows),
      atNs: pick(waits.atNs, rows),
      waitedNs: pick(waits.waitedNs, rows),
    })
  rowsOf.set(waits, made)
  return made
}

/**
 * For how long the thread of a stream had no processor in a time at whose ends it ran; `undefined` where nobody counted.
 *
 * A wait counts where it ends. None reaches over an end at which the thread ran, so those that ended within the time lie within it. Of a count
 * that began before the time it may be nothing, or as much as fits; of one that was taken after it, what does not fit into the rest is part of it.
 */
export function unserved(model: TraceModel, stream: number, fromNs: number, untilNs: number): Unserved | undefined {
  const rows = byStream(model.processorWaits).get(stream)
  if (!rows || !(rows.atNs[0] <= fromNs)) return undefined
  const { sinceNs, atNs, waitedNs } = rows
  let leastNs = 0
  let mostNs = 0
  const first = lastAtOrBefore(atNs, 0, atNs.length, fromNs) + 1
  for (let row = first; row < atNs.length && sinceNs[row] < untilNs; row++) {
    mostNs += Math.min(waitedNs[row], atNs[row] - fromNs)
    if (sinceNs[row] >= fromNs) leastNs += Math.max(waitedNs[row] - Math.max(atNs[row] - untilNs, 0), 0)
  }
  const lengthNs = untilNs - fromNs
  return { leastNs: Math.min(leastNs, lengthNs), mostNs: Math.min(mostNs, lengthNs) }
}
