import { Definitions } from './definitions.ts'
import { TraceError } from './errors.ts'
import { EVENT_BYTES, Events, freeBytes, WHOLE_STEPS } from './events.ts'
import { readHeader, type TraceHeader } from './header.ts'
import { Block } from './schema.ts'

export const BLOCK_BYTES = 32
export const BLOCK_MAGIC = 0x4b53424c
const BELIEVED_BYTES = 4 << 20
const MAX_TIME_NS = Number.MAX_SAFE_INTEGER - 0xffffffff

/** How the file ends. `open`: no END block, so the program runs, was killed, or the file was cut at a record's border. */
export type TraceEnd = 'exit' | 'stopped' | 'open'

/** A file, decoded. Nothing here is interpreted yet: that is the model's work. */
export interface TraceFile {
  readonly header: TraceHeader
  readonly definitions: Definitions
  readonly events: Events
  readonly end: TraceEnd
  /** When the END block was written; NaN without one. */
  readonly endNs: number
  /** Blocks of a type or encoding that this reader does not know. */
  readonly skippedBlocks: number
  /** One sentence where the file is cut or damaged; what stands before that place is all there. */
  readonly damage: string | undefined
}

/**
 * Reads a trace from chunks of any size as they come: `push` what there is, then `finish`. A growing file is read by pushing on and `peek`.
 * Work and memory are in proportion to the bytes pushed, whatever they hold.
 */
export class TraceReader {
  /** The beginning of the header or of a block whose end has not come yet. */
  private pending = new Uint8Array(0)
  private pendingLength = 0
  private consumed = 0
  private header: TraceHeader | undefined
  private readonly definitions = new Definitions()
  private readonly events: Events
  private end: TraceEnd = 'open'
  private endNs = Number.NaN
  private skippedBlocks = 0
  private damage: string | undefined

  /** `ownsChunks`: nobody else uses what is pushed, so that it may be freed before the garbage is collected; it has length 0 then. */
  constructor(private readonly ownsChunks = false) {
    this.events = new Events(ownsChunks)
  }

  /** The events keep hold of `chunk`, which must not change any more. Throws TraceError where the bytes cannot be a trace. */
  push(chunk: Uint8Array): void {
    this.read(chunk)
    if (this.ownsChunks && !this.events.standIn(chunk.buffer)) freeBytes(chunk.buffer)
  }

  private read(chunk: Uint8Array): void {
    let rest = chunk
    while (this.pendingLength > 0 && rest.length > 0 && this.damage === undefined) {
      const missing = this.missingBytes()
      this.store(rest.subarray(0, missing))
      rest = rest.subarray(missing)
      const read = this.readAll(this.pending.subarray(0, this.pendingLength))
      if (read === 0) continue
      this.consumed += read
      // A new one, for the events of the block stand in the old one.
      this.pending = this.pending.slice(read, this.pendingLength)
      this.pendingLength -= read
    }
    if (this.damage !== undefined || rest.length === 0) return
    // The common case: blocks are read where they stand, and only what is left over is kept.
    const read = this.readAll(rest)
    this.consumed += read
    this.store(rest.subarray(read))
  }

  /** How many bytes complete what `pending` begins: the head of a block, or the block. Of a header, as many as there are. */
  private missingBytes(): number {
    if (!this.header) return Infinity
    if (this.pendingLength < BLOCK_BYTES) return BLOCK_BYTES - this.pendingLength
    const length = new DataView(this.pending.buffer, this.pending.byteOffset).getUint32(8, true)
    return Math.max(1, BLOCK_BYTES + length - this.pendingLength)
  }

  /** Reads the header and all whole blocks of `bytes`; returns the offset of what remains. */
  private readAll(bytes: Uint8Array): number {
    let offset = 0
    if (!this.header) {
      const read = readHeader(bytes)
      if (!read) return 0
      this.header = read.header
      offset = read.length
    }
    for (;;) {
      const length = this.readBlock(bytes, offset, false)
      if (length === 0) return offset
      offset += length
    }
  }

  /** What has been read so far, with the whole records of a block that is cut. Call once, after the last `push`. */
  finish(): TraceFile {
    if (!this.header) {
      if (this.pendingLength === 0) {
        throw new TraceError(
          'empty',
          'This file is empty: the recording had not begun to write. Record the program again.',
        )
      }
      throw new TraceError(
        'bad-header',
        'This trace is cut inside its header, so nothing can be shown. Record the program again.',
      )
    }
    if (this.pendingLength > 0 && this.damage === undefined) {
      this.damage = this.cut
      this.readBlock(this.pending.subarray(0, this.pendingLength), 0, true)
    }
    return this.snapshot()
  }

  /** What has been read so far in whole blocks, for a file that grows; `undefined` before the header is complete. */
  peek(): TraceFile | undefined {
    return this.header ? this.snapshot() : undefined
  }

  /** One sentence where what was pushed ends inside a block, which a file that grows does for a moment. */
  get cut(): string | undefined {
    if (this.pendingLength === 0 || this.damage !== undefined) return undefined
    return `The file is cut at byte ${this.consumed + this.pendingLength}: what was recorded before is shown.`
  }

  /** See `revivedReader`. */
  revive(): this {
    Object.setPrototypeOf(this.events, Events.prototype)
    Definitions.prototype.revive.call(this.definitions)
    return this
  }

  private snapshot(): TraceFile {
    const { header, definitions, events, end, endNs, skippedBlocks, damage } = this
    return { header: header!, definitions, events, end, endNs, skippedBlocks, damage }
  }

  /** Reads the block at `offset` and returns its length, 0 where it is not whole yet. With `cut`, takes what there is. */
  private readBlock(bytes: Uint8Array, offset: number, cut: boolean): number {
    const available = bytes.length - offset
    if (available < BLOCK_BYTES || (this.damage !== undefined && !cut)) return 0
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, BLOCK_BYTES)
    const type = view.getUint8(4)
    const encoding = view.getUint8(5)
    const length = view.getUint32(8, true)
    const baseNs = view.getUint32(20, true) * 2 ** 32 + view.getUint32(16, true)
    if (view.getUint32(0, true) !== BLOCK_MAGIC || length % 4 !== 0 || baseNs > MAX_TIME_NS) return this.damaged(offset)
    if (available < BLOCK_BYTES + length && !cut) return 0
    const payload = bytes.subarray(offset + BLOCK_BYTES, offset + Math.min(available, BLOCK_BYTES + length))
    if (encoding !== 0 && !(type === Block.EVENTS && encoding === WHOLE_STEPS)) this.skippedBlocks++
    else if (type === Block.DEFINITIONS) {
      const read = this.definitions.read(payload)
      if (read < payload.length && !cut) return this.damaged(offset + BLOCK_BYTES + read)
    } else if (type === Block.EVENTS) {
      if (length % EVENT_BYTES !== 0) return this.damaged(offset)
      const records = payload.subarray(0, payload.length - (payload.length % EVENT_BYTES))
      const stream = view.getUint32(24, true)
      if (encoding === WHOLE_STEPS) this.events.appendWholeSteps(records, baseNs, stream)
      else this.events.append(records, baseNs, stream)
    } else if (type === Block.END) {
      this.end = endReason(payload)
      this.endNs = baseNs
    } else this.skippedBlocks++
    return BLOCK_BYTES + length
  }

  private damaged(offset: number): 0 {
    this.damage = `The file is damaged at byte ${this.consumed + offset}: what was recorded before is shown.`
    return 0
  }

  private store(chunk: Uint8Array): void {
    const needed = this.pendingLength + chunk.length
    if (needed > this.pending.length) {
      const bigger = new Uint8Array(this.roomFor(needed, chunk))
      bigger.set(this.pending.subarray(0, this.pendingLength))
      this.pending = bigger
    }
    this.pending.set(chunk, this.pendingLength)
    this.pendingLength = needed
  }

  /**
   * Room for the whole block where its head is there, for growing step by step leaves as much garbage again. What a head claims is
   * believed up to a size, or to twice what has come.
   */
  private roomFor(needed: number, chunk: Uint8Array): number {
    const doubled = Math.max(needed, this.pendingLength * 2)
    if (!this.header || needed < BLOCK_BYTES) return doubled
    const head = this.pendingLength >= BLOCK_BYTES ? this.pending : chunk
    if (this.pendingLength > 0 && head === chunk) return doubled
    const claimed = BLOCK_BYTES + new DataView(head.buffer, head.byteOffset).getUint32(8, true)
    return Math.max(needed, Math.min(claimed, Math.max(doubled, BELIEVED_BYTES)))
  }
}

/** Reads a whole file. Throws TraceError where it is no trace. */
export function readTrace(bytes: Uint8Array): TraceFile {
  const reader = new TraceReader()
  reader.push(bytes)
  return reader.finish()
}

function endReason(payload: Uint8Array): TraceEnd {
  try {
    const { reason } = JSON.parse(new TextDecoder().decode(payload)) as { reason?: unknown }
    return reason === 'stopped' ? 'stopped' : 'exit'
  } catch {
    return 'exit'
  }
}

/** A reader that crossed from one thread to another, where all but its class arrives, goes on as it was. */
export function revivedReader(data: TraceReader): TraceReader {
  return Object.assign(new TraceReader(), data).revive()
}
