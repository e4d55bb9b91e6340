import { Block, Event } from '../../trace/format/schema.ts'
import { block, definitionsBlock, endBlock, eventsBlock, headerBytes, joined, type DefinitionRecord, type EventRecord, type HeaderFields } from '../../trace/format/writer.ts'

/** What a golden file holds, as its `.json` says it. */
export interface GoldenSpec {
  readonly header: HeaderFields
  readonly blocks: readonly (
    | { readonly type: 'DEFINITIONS'; readonly records: readonly DefinitionRecord[] }
    | { readonly type: 'EVENTS'; readonly encoding?: 1; readonly baseNs: number; readonly stream: number; readonly records: readonly EventRecord[] }
    | { readonly type: 'END'; readonly baseNs: number; readonly reason: 'exit' | 'stopped' }
  )[]
}

/** The bytes that the TypeScript writer makes of it. */
export function goldenBytes({ header, blocks }: GoldenSpec): Uint8Array {
  const parts = blocks.map((spec) => {
    switch (spec.type) {
      case 'DEFINITIONS':
        return definitionsBlock(spec.records)
      case 'EVENTS':
        return (spec.encoding === 1 ? stepsBlock : eventsBlock)(spec.baseNs, spec.stream, spec.records)
      case 'END':
        return endBlock(spec.baseNs, spec.reason)
    }
  })
  return joined([headerBytes(header), ...parts])
}

/** A block of encoding 1: each step whose end says no more than where is one record. No writer in TypeScript makes it but this one. */
function stepsBlock(baseNs: number, stream: number, records: readonly EventRecord[]): Uint8Array {
  const words: number[] = []
  for (let i = 0; i < records.length; i++) {
    const record = records[i]
    const end = records[i + 1]
    if (record === undefined) continue
    const [kind, aux, dtNs, a, b] = record
    if (kind === 'STEP_BEGIN' && aux === 0 && b === 0 && end !== undefined && ENDS.has(end[0]) && end[3] === a && end[4] === 0) {
      words.push(Event[end[0]] + WHOLE_STEP + end[1] * 2 ** 8, dtNs, a, end[2] - dtNs)
      i++
    } else words.push(Event[kind] + aux * 2 ** 8, dtNs, a, b)
  }
  const payload = new Uint8Array(words.length * 4)
  const view = new DataView(payload.buffer)
  words.forEach((word, i) => view.setUint32(i * 4, word, true))
  const bytes = block(Block.EVENTS, payload, words.length / 4, baseNs, stream)
  bytes[ENCODING_AT] = 1
  return bytes
}
const ENDS: ReadonlySet<string> = new Set(['STEP_SUSPEND', 'STEP_YIELD', 'STEP_RETURN'])
const WHOLE_STEP = 0x80
const ENCODING_AT = 5
