import { perfettoTrace } from '../../trace/exports/perfetto/perfetto.ts'
import { separate } from '../../trace/model/joined/separate.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** The page makes pieces for so long, and lets a frame through. */
const SLICE_MS = 12

/** A trace for Perfetto, made on the page, where the model is. One that grows is made at one go, for it is another one after a frame. */
export async function perfettoBytes(source: string, model: TraceModel): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let untilMs = performance.now() + SLICE_MS
  for (const piece of perfettoTrace(separate(model, source))) {
    pieces.push(piece as Uint8Array<ArrayBuffer>)
    if (model.end === 'open' || performance.now() < untilMs) continue
    await new Promise((resolve) => setTimeout(resolve))
    untilMs = performance.now() + SLICE_MS
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer())
}
