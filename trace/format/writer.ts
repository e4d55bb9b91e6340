import { Block, Definition, Event, FORMAT_MAJOR, FORMAT_MINOR } from './schema.ts'
import { FIXED_HEADER_BYTES, MAGIC } from './header.ts'
import { EVENT_BYTES } from './events.ts'
import { BLOCK_BYTES, BLOCK_MAGIC } from './reader.ts'

export { BLOCK_BYTES }
export { WHOLE_STEP, WHOLE_STEPS } from './events.ts'

/** Any JSON object with the fields that docs/trace-format.md names. */
export type HeaderFields = Readonly<Record<string, unknown>>
/** Kind name, then the fields in the documented order; a string is the text of `STRING`. */
export type DefinitionRecord = readonly [keyof typeof Definition, ...(number | string)[]]
/** Kind name, aux, ns after the block's base, a, b. */
export type EventRecord = readonly [keyof typeof Event, number, number, number, number]

/** The file header's bytes. */
export function headerBytes(fields: HeaderFields): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(fields))
  const length = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(FIXED_HEADER_BYTES + length).fill(0x20, FIXED_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint16(8, FORMAT_MAJOR, true)
  view.setUint16(10, FORMAT_MINOR, true)
  view.setUint32(12, length, true)
  bytes.set(json, FIXED_HEADER_BYTES)
  return bytes
}

/** A block of definitions. */
export function definitionsBlock(records: readonly DefinitionRecord[]): Uint8Array {
  const bodies = records.map(definitionBytes)
  return block(Block.DEFINITIONS, joined(bodies), records.length, 0, 0)
}

/** A block of one stream's events. Throws RangeError where a number does not fit its field. */
export function eventsBlock(baseNs: number, stream: number, records: readonly EventRecord[]): Uint8Array {
  const payload = new Uint8Array(records.length * EVENT_BYTES)
  const view = new DataView(payload.buffer)
  records.forEach(([kind, aux, dtNs, a, b], i) => {
    if (aux >= 2 ** 24) throw new RangeError(`aux ${aux} of ${kind} does not fit into 24 bits`)
    const word = Event[kind] + aux * 2 ** 8
    ;[word, dtNs, a, b].forEach((field, k) => view.setUint32(i * EVENT_BYTES + k * 4, u32(field), true))
  })
  return block(Block.EVENTS, payload, records.length, baseNs, stream)
}

/** The block that ends a trace in good order. */
export function endBlock(baseNs: number, reason: 'exit' | 'stopped'): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify({ reason }))
  const payload = new Uint8Array(Math.ceil(json.length / 4) * 4).fill(0x20)
  payload.set(json)
  return block(Block.END, payload, 0, baseNs, 0)
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

function definitionBytes([kind, ...fields]: DefinitionRecord): Uint8Array {
  const text = kind === 'STRING' ? new TextEncoder().encode(String(fields[1])) : new Uint8Array(0)
  const numbers = (kind === 'STRING' ? fields.slice(0, 1) : fields) as number[]
  const size = numbers.length * 4 + text.length
  const bytes = new Uint8Array(4 + Math.ceil(size / 4) * 4)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, Definition[kind] + size * 2 ** 8, true)
  numbers.forEach((field, i) => view.setUint32(4 + i * 4, u32(field), true))
  bytes.set(text, 4 + numbers.length * 4)
  return bytes
}

/** A block of any type around a payload that is encoded already: for recorders, whose events are in bytes from the start. */
export function block(type: number, payload: Uint8Array, count: number, baseNs: number, stream: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK_BYTES + payload.length)
  writeBlockHeader(new DataView(bytes.buffer), type, payload.length, count, baseNs, stream)
  bytes.set(payload, BLOCK_BYTES)
  return bytes
}

/** Writes a block's first `BLOCK_BYTES` bytes where its payload already stands behind them, so that a recorder copies nothing. */
export function writeBlockHeader(
  view: DataView,
  type: number,
  payloadBytes: number,
  count: number,
  baseNs: number,
  stream: number,
  encoding = 0,
): void {
  view.setUint32(0, BLOCK_MAGIC, true)
  view.setUint8(4, type)
  view.setUint8(5, encoding)
  view.setUint32(8, payloadBytes, true)
  view.setUint32(12, count, true)
  view.setBigUint64(16, BigInt(baseNs), true)
  view.setUint32(24, stream, true)
}

function u32(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
    throw new RangeError(`${value} does not fit into 32 bits`)
  return value
}
