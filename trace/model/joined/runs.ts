import { LoadBins } from '../loadBins.ts'
import { SUM_STRIDE } from '../regions.ts'
import { RunKind, type Runs } from '../types.ts'
import type { Piece } from './rows.ts'
import { place, rowsIn } from './segments.ts'

/** Of all threads, of which there are `owners` with the one that is none. Linear in the runs. */
export function joinRuns(pieces: readonly Piece[], owners: number, rows: number): Runs {
  const blocking: (readonly number[])[] = Array.from({ length: owners }, () => [])
  const load = Array.from({ length: owners }, () => new LoadBins())
  const all = {
    first: new Uint32Array(owners),
    last: new Uint32Array(owners),
    startNs: new Float64Array(rows),
    endNs: new Float64Array(rows),
    kind: new Uint8Array(rows),
    subject: new Uint32Array(rows),
    scheduler: new Uint32Array(rows),
    delay: new Uint32Array(rows),
    busyBeforeNs: new Float64Array(Math.ceil(rows / SUM_STRIDE) + 1),
  }
  for (const piece of pieces) {
    const { runs } = piece.model
    const { runBase: base, offsetNs, stream: streams, task, loop, location } = piece
    const count = rowsIn(runs)
    place(runs, all, streams, base)
    for (let stream = 1; stream < streams.length; stream++) {
      blocking[streams[stream]] = runs.blocking[stream] ?? []
      load[streams[stream]] = runs.load[stream]?.later(offsetNs) ?? new LoadBins()
    }
    all.kind.set(runs.kind.subarray(0, count), base)
    all.delay.set(runs.delay.subarray(0, count), base)
    all.busyBeforeNs.set(runs.busyBeforeNs.subarray(0, Math.ceil(count / SUM_STRIDE)), base / SUM_STRIDE)
    const { startNs, endNs, kind, subject, scheduler } = runs
    for (let i = 0; i < count; i++) {
      all.startNs[base + i] = startNs[i] + offsetNs
      all.endNs[base + i] = endNs[i] + offsetNs
      if (kind[i] === RunKind.poll) {
        all.subject[base + i] = loop[subject[i]]
        all.scheduler[base + i] = scheduler[i]
      } else {
        all.subject[base + i] = kind[i] === RunKind.step ? task[subject[i]] : location[subject[i]]
        all.scheduler[base + i] = task[scheduler[i]]
      }
    }
  }
  return { ...all, blocking, load }
}
