import { grown } from './columns.ts'

/** Numbers per event record: `kind | aux << 8`, time after the block's base, `a`, `b`. */
export const EVENT_WORDS = 4
export const EVENT_BYTES = 16

/** A run of events that share a base time and a stream. */
export interface EventBlock {
  readonly baseNs: number
  readonly stream: number
  /** Index of its first event among all events of the file. */
  readonly start: number
  readonly count: number
}

/** The events of a file as they stand in it: 16 bytes each, decoded by `memcpy` alone. */
export class Events {
  words: Uint32Array
  readonly blocks: EventBlock[] = []
  count = 0

  /** `expectedBytes` is a hint of how large the file is; the room grows where it is wrong. */
  constructor(expectedBytes = 0) {
    this.words = new Uint32Array(Math.ceil(expectedBytes / 4))
  }

  /** Appends whole records. `payload.length` is a multiple of EVENT_BYTES. */
  append(payload: Uint8Array, baseNs: number, stream: number): void {
    const count = payload.length / EVENT_BYTES
    if (count === 0) return
    const start = this.count * EVENT_WORDS
    const words = payload.length / 4
    if (start + words > this.words.length) this.words = grown(this.words, start + words)
    new Uint8Array(this.words.buffer, start * 4, payload.length).set(payload)
    this.blocks.push({ baseNs, stream, start: this.count, count })
    this.count += count
  }
}
