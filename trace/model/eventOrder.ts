import { EVENT_WORDS, type EventBlock, type Events } from '../format/events.ts'

/** Called for each event: kind, aux, time in ns since the trace's zero, a, b, stream. */
export type Visit = (kind: number, aux: number, atNs: number, a: number, b: number, stream: number) => void

/**
 * Visits all events in time's order: within a stream as they stand, across streams by time, the smaller stream first where times are equal.
 * Times that step back within a stream are lifted to the latest seen there, so that order and times agree for every visitor.
 *
 * Linear in the events; each change from one stream to another costs one look at every stream.
 */
export function forEachEvent(events: Events, visit: Visit): void {
  const streams = new Map<number, EventBlock[]>()
  for (const block of events.blocks) {
    const blocks = streams.get(block.stream)
    if (blocks) blocks.push(block)
    else streams.set(block.stream, [block])
  }
  const cursors = [...streams.keys()]
    .sort((a, b) => a - b)
    .map((stream) => new Cursor(events, streams.get(stream)!, stream))
  for (;;) {
    let next: Cursor | undefined
    let limitNs = Infinity
    for (const cursor of cursors) {
      if (!next || cursor.atNs < next.atNs) {
        limitNs = Math.min(limitNs, next?.atNs ?? Infinity)
        next = cursor
      } else limitNs = Math.min(limitNs, cursor.atNs)
    }
    if (!next || next.atNs === Infinity) return
    next.visitUntil(limitNs, visit)
  }
}

/** The place reached in one stream. `atNs` is the time of its next event, Infinity after the last. */
class Cursor {
  atNs = 0
  private block = 0
  private index = 0

  constructor(
    private readonly events: Events,
    private readonly blocks: readonly EventBlock[],
    private readonly stream: number,
  ) {
    this.settle()
  }

  /** Visits at least one event, and then all up to `limitNs` inclusive of none later. */
  visitUntil(limitNs: number, visit: Visit): void {
    const { words } = this.events
    do {
      const at = (this.blocks[this.block]!.start + this.index) * EVENT_WORDS
      const word = words[at]!
      visit(word & 0xff, word >>> 8, this.atNs, words[at + 2]!, words[at + 3]!, this.stream)
      this.index++
      this.settle()
    } while (this.atNs < limitNs)
  }

  /** Moves over the end of a block and takes the time of the event it comes to. */
  private settle(): void {
    while (this.block < this.blocks.length && this.index >= this.blocks[this.block]!.count) {
      this.block++
      this.index = 0
    }
    const block = this.blocks[this.block]
    if (!block) this.atNs = Infinity
    else
      this.atNs = Math.max(this.atNs, block.baseNs + this.events.words[(block.start + this.index) * EVENT_WORDS + 1]!)
  }
}
