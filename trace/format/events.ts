import { Event } from './schema.ts'

/** Numbers per event record: `kind | aux << 8`, time after the block's base, `a`, `b`. */
export const EVENT_WORDS = 4
export const EVENT_BYTES = 16

/** The encoding of an EVENTS block in which one record can say a whole step. */
export const WHOLE_STEPS = 1
/** In the kind of such a record; the rest is the kind of the step's end. */
export const WHOLE_STEP = 0x80

/** A run of events that share a base time and a stream. */
export interface EventBlock {
  readonly baseNs: number
  readonly stream: number
  /** Where the events stand: `count` records of EVENT_WORDS numbers, from index `start` on. Shared with other blocks. */
  readonly words: Uint32Array
  readonly start: number
  readonly count: number
  /** The bytes it stands in, where the reader may free them; see `EventSource`. */
  readonly source: EventSource | undefined
}

/** Bytes that are freed as soon as the last of their events has been interpreted, for no garbage collector hurries while a worker is busy. */
export interface EventSource {
  readonly buffer: ArrayBufferLike
  /** Blocks that have not been interpreted. */
  blocks: number
}

/** To be called when a block's events are not needed any more. */
export function release({ source }: EventBlock): void {
  if (source && --source.blocks === 0) freeBytes(source.buffer)
}

/** A block as several, each of at most so many events. */
export function inPieces(block: EventBlock, most: number): readonly EventBlock[] {
  if (block.count <= most) return [block]
  const pieces: EventBlock[] = []
  for (let from = 0; from < block.count; from += most) {
    const start = block.start + from * EVENT_WORDS
    pieces.push({ ...block, start, count: Math.min(most, block.count - from) })
  }
  if (block.source) block.source.blocks += pieces.length - 1
  return pieces
}

/** Frees memory at once, where the browser can. */
export function freeBytes(buffer: ArrayBufferLike): void {
  ;(buffer as Transferable).transfer?.(0)
}

/** Of browsers since 2023: with length 0 it frees the memory at once. */
interface Transferable {
  transfer?(length: number): unknown
}

/**
 * The events of a file, in the very bytes that were read: nothing is decoded, and copied only where it must be.
 * Gathering 10 M events in one array would take their 160 MB once more, and 120 ms of the 1,600 ms of CPU that reading and interpreting them takes
 * (Node 20, load 18 on two processors).
 */
export class Events {
  private kept: EventBlock[] = []
  private total = 0
  /** The latest bytes seen, as words: one view for all blocks of a chunk, for small blocks can be many. */
  private words: Uint32Array = new Uint32Array(0)
  private source: EventSource | undefined

  /** `ownsBytes`: nobody else uses the bytes that are appended, so that `release` may free them. */
  constructor(private readonly ownsBytes = false) {}

  /** Those that `take` has not taken, in the order of the file. */
  get blocks(): readonly EventBlock[] {
    return this.kept
  }

  /** Of all blocks, taken or not. */
  get count(): number {
    return this.total
  }

  /** Appends whole records, a multiple of EVENT_BYTES, and keeps hold of the bytes: they must not change any more. */
  append(payload: Uint8Array, baseNs: number, stream: number): void {
    const count = payload.length / EVENT_BYTES
    if (count === 0) return
    const isAligned = payload.byteOffset % 4 === 0
    const bytes = isAligned ? payload : payload.slice()
    if (this.words.buffer !== bytes.buffer) {
      this.words = new Uint32Array(bytes.buffer, 0, bytes.buffer.byteLength >>> 2)
      this.source = this.ownsBytes ? { buffer: bytes.buffer, blocks: 0 } : undefined
    }
    if (this.source) this.source.blocks++
    this.kept.push({ baseNs, stream, words: this.words, start: bytes.byteOffset / 4, count, source: this.source })
    this.total += count
  }

  /** The same for a block of the encoding `WHOLE_STEPS`, whose events are written out into memory of their own. */
  appendWholeSteps(payload: Uint8Array, baseNs: number, stream: number): void {
    if (payload.length === 0) return
    const words = writtenOut(payload)
    const count = words.length / EVENT_WORDS
    const source = this.ownsBytes ? { buffer: words.buffer, blocks: 1 } : undefined
    this.kept.push({ baseNs, stream, words, start: 0, count, source })
    this.total += count
  }

  /** Whether the latest block stands in these bytes. */
  standIn(buffer: ArrayBufferLike): boolean {
    return this.words.buffer === buffer
  }

  /** Hands over the blocks that came since the last time, and lets go of them. */
  take(): readonly EventBlock[] {
    const { kept } = this
    this.kept = []
    this.words = new Uint32Array(0)
    this.source = undefined
    return kept
  }
}

/** Each record of a whole step as the two events that it stands for. */
function writtenOut(payload: Uint8Array): Uint32Array {
  const bytes = payload.byteOffset % 4 === 0 ? payload : payload.slice()
  const packed = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  let steps = 0
  for (let i = 0; i < packed.length; i += EVENT_WORDS) if (packed[i] & WHOLE_STEP) steps++
  const words = new Uint32Array(packed.length + steps * EVENT_WORDS)
  let to = 0
  for (let i = 0; i < packed.length; i += EVENT_WORDS) {
    const word = packed[i]
    const beganNs = packed[i + 1]
    const a = packed[i + 2]
    const b = packed[i + 3]
    if (word & WHOLE_STEP) {
      words[to++] = Event.STEP_BEGIN
      words[to++] = beganNs
      words[to++] = a
      words[to++] = 0
      words[to++] = word & ~WHOLE_STEP
      words[to++] = Math.min(beganNs + b, 0xffffffff)
      words[to++] = a
      words[to++] = 0
    } else {
      words[to++] = word
      words[to++] = beganNs
      words[to++] = a
      words[to++] = b
    }
  }
  return words
}
