import { inPieces, type EventBlock } from '../../trace/format/events.ts'
import { revivedReader, type TraceReader } from '../../trace/format/reader.ts'
import { revivedBuilder, type ModelBuilder } from '../../trace/model/build.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/**
 * Goes on with a trace whose file grows, on the page: appending costs what is appended. Measured on a busy machine (Node 20, load 18 on two
 * processors, parts of 20,000 events): 0.38 µs of CPU an event with 1,000 tasks and 0.44 µs with 100,000, so 200,000 events a second are 8 to 9 %
 * of a processor; bringing the model up to date, 0.6 ms each time with 100,000 tasks. In the worker they would cost that as well, and the page would
 * have to take the difference over besides.
 */
export interface Following {
  /** Takes bytes that were appended to the file. Throws TraceError where they cannot be. */
  append(bytes: Uint8Array): void
  /** Interprets some of what was appended, in about 2 ms; false where nothing is left to do. */
  goOn(): boolean
  /** Brings the model up to date. With `settled`, also with the newest events, of which other threads may not have told theirs. */
  update(settled: boolean): TraceModel
}

/** The recorder writes the events of all threads about every 50 ms, one thread after the other. */
const HELD_BACK_NS = 100e6
const EVENTS_AT_ONCE = 5000

export function following(makers: { readonly reader: TraceReader; readonly builder: ModelBuilder }): Following {
  const reader = revivedReader(makers.reader)
  const file = reader.peek()!
  const builder = revivedBuilder(makers.builder, file.definitions)
  let waiting: EventBlock[] = []
  return {
    append(bytes) {
      reader.push(bytes)
      waiting.push(...file.events.take().flatMap((block) => inPieces(block, EVENTS_AT_ONCE)))
    },
    goOn() {
      // First, for what comes at once shall find room.
      if (builder.growAhead()) return true
      if (waiting.length === 0) return false
      let [blocks, events] = [0, 0]
      while (blocks < waiting.length && events < EVENTS_AT_ONCE) events += waiting[blocks++].count
      builder.append(waiting.slice(0, blocks), HELD_BACK_NS)
      waiting = waiting.slice(blocks)
      return true
    },
    update(settled) {
      if (settled) builder.append([])
      return builder.build(reader.peek()!)
    },
  }
}
