import { definitionsBlock, endBlock, eventsBlock, headerBytes, joined, type DefinitionRecord, type EventRecord, type HeaderFields } from '../../trace/format/writer.ts'

/** What a golden file holds, as its `.json` says it. */
export interface GoldenSpec {
  readonly header: HeaderFields
  readonly blocks: readonly (
    | { readonly type: 'DEFINITIONS'; readonly records: readonly DefinitionRecord[] }
    | { readonly type: 'EVENTS'; readonly baseNs: number; readonly stream: number; readonly records: readonly EventRecord[] }
    | { readonly type: 'END'; readonly baseNs: number; readonly reason: 'exit' | 'stopped' }
  )[]
}

/** The bytes that the TypeScript writer makes of it. */
export function goldenBytes({ header, blocks }: GoldenSpec): Uint8Array {
  const parts = blocks.map((block) => {
    switch (block.type) {
      case 'DEFINITIONS':
        return definitionsBlock(block.records)
      case 'EVENTS':
        return eventsBlock(block.baseNs, block.stream, block.records)
      case 'END':
        return endBlock(block.baseNs, block.reason)
    }
  })
  return joined([headerBytes(header), ...parts])
}
