import { EVENT_WORDS, release, type EventBlock } from '../format/events.ts'

/** Called for each event: kind, aux, time in ns since the trace's zero, a, b, stream. */
export interface Visitor {
  visit(kind: number, aux: number, atNs: number, a: number, b: number, stream: number): void
}

/**
 * Visits events in time's order: within a stream as they stand, across streams by time, the smaller stream first where times are equal.
 * Times that step back within a stream are lifted to the latest seen there, so that order and times agree for every visitor. More blocks may
 * come when some have been visited; what comes too late is visited then, at the time that has been reached.
 *
 * Linear in the events; each change from one stream to another costs one look at every stream.
 */
export class EventOrder {
  /** By stream, the smaller ones first. */
  private readonly cursors: Cursor[] = []
  private readonly byStream = new Map<number, Cursor>()
  /** The time of the latest event that was visited. */
  reachedNs = 0
  /** The time of the latest event that came. */
  newestNs = 0
  /** Whether an event came too late to be visited at its time. */
  isLate = false
  /** The stream of the latest event that was visited. */
  private reachedStream = -1

  add(blocks: readonly EventBlock[]): void {
    const known = this.cursors.length
    for (const block of blocks) {
      let cursor = this.byStream.get(block.stream)
      if (!cursor) {
        cursor = new Cursor(block.stream, this.reachedNs)
        this.byStream.set(block.stream, cursor)
        this.cursors.push(cursor)
      }
      if (cursor.atNs === Infinity && block.stream !== this.reachedStream) {
        const firstNs = block.baseNs + block.words[block.start + 1]
        if (this.reachedStream >= 0 && firstNs <= this.reachedNs) this.isLate = true
      }
      cursor.add(block, this.reachedNs)
      const lastAt = block.start + (block.count - 1) * EVENT_WORDS + 1
      this.newestNs = Math.max(this.newestNs, block.baseNs + block.words[lastAt])
    }
    if (this.cursors.length > known) this.cursors.sort((a, b) => a.stream - b.stream)
  }

  /** How many streams have events that were not visited. */
  get waiting(): number {
    return this.cursors.filter(({ atNs }) => atNs !== Infinity).length
  }

  /** Visits what happened up to `untilNs`, all of it without. */
  visit(visitor: Visitor, untilNs = Infinity): void {
    for (;;) {
      let next: Cursor | undefined
      let limitNs = Infinity
      for (const cursor of this.cursors) {
        if (!next || cursor.atNs < next.atNs) {
          limitNs = Math.min(limitNs, next?.atNs ?? Infinity)
          next = cursor
        } else limitNs = Math.min(limitNs, cursor.atNs)
      }
      if (!next || next.atNs === Infinity || next.atNs > untilNs) return
      this.reachedNs = next.visitUntil(Math.min(limitNs, untilNs), visitor)
      this.reachedStream = next.stream
    }
  }

  /** See `revivedBuilder`. */
  revive(): void {
    for (const cursor of this.cursors) Object.setPrototypeOf(cursor, Cursor.prototype)
  }
}

/** Visits all events of some blocks. */
export function forEachEvent(blocks: readonly EventBlock[], visit: Visitor['visit']): void {
  const order = new EventOrder()
  order.add(blocks)
  order.visit({ visit })
}

const VISITED: EventBlock = { baseNs: 0, stream: 0, words: new Uint32Array(0), start: 0, count: 0, source: undefined }

/** The place reached in one stream. */
class Cursor {
  /** The time of its next event, Infinity after the last. */
  atNs = Infinity
  /** Blocks that were not visited to their end, in the file's order; those before `block` were. */
  private blocks: EventBlock[] = []
  private block = 0
  private index = 0

  constructor(
    readonly stream: number,
    private reachedNs: number,
  ) {}

  add(block: EventBlock, reachedNs: number): void {
    this.blocks.push(block)
    if (this.atNs !== Infinity) return
    this.reachedNs = Math.max(this.reachedNs, reachedNs)
    this.settle()
  }

  /** Visits at least one event, and then all before `limitNs`. Returns the time of the last one. */
  visitUntil(limitNs: number, visitor: Visitor): number {
    const { stream } = this
    do {
      const { words, start, baseNs, count } = this.blocks[this.block]
      let index = this.index
      let atNs = this.atNs
      let reachedNs = atNs
      do {
        const at = start + index * EVENT_WORDS
        const word = words[at]
        reachedNs = atNs
        visitor.visit(word & 0xff, word >>> 8, atNs, words[at + 2], words[at + 3], stream)
        index++
        if (index === count) break
        atNs = baseNs + words[at + EVENT_WORDS + 1]
        if (atNs < reachedNs) atNs = reachedNs
      } while (atNs < limitNs)
      this.index = index
      this.atNs = atNs
      this.reachedNs = reachedNs
      if (index === count) this.settle()
    } while (this.atNs < limitNs)
    return this.reachedNs
  }

  /** Moves over the end of a block, lets go of it, and takes the time of the event it comes to. */
  private settle(): void {
    const { blocks } = this
    while (this.block < blocks.length && this.index >= blocks[this.block].count) {
      // The bytes under it can go before the last block is visited: a large file is freed while its model grows.
      release(blocks[this.block])
      blocks[this.block++] = VISITED
      this.index = 0
    }
    if (this.block * 2 > blocks.length) {
      blocks.splice(0, this.block)
      this.block = 0
    }
    const block = blocks[this.block] as EventBlock | undefined
    if (!block) this.atNs = Infinity
    else {
      const nextNs = block.baseNs + block.words[block.start + this.index * EVENT_WORDS + 1]
      this.atNs = Math.max(this.reachedNs, nextNs)
    }
  }
}
