// How steps stand in a trace: a step in which nothing happened is one record, and readers see the same two events.
import { expect, it } from 'vitest'
import { BLOCK_BYTES, headerBytes, joined } from '../../trace/format/writer.ts'
import { EVENT_BYTES } from '../../trace/format/events.ts'
import { Event } from '../../trace/format/schema.ts'
import { readTrace } from '../../trace/format/reader.ts'
import type { Clock } from '../../runtime/typescript/trace/clock.ts'
import { EventBlock } from '../../runtime/typescript/trace/eventBlock.ts'

const names = new Map<number, string>(Object.entries(Event).map(([name, kind]) => [kind, name]))

/** Runs on a block whose clock stands where it is put; gives the records that were written, and the events that are read. */
function written(happens: (block: EventBlock, at: (ns: number) => void) => void) {
  let nowNs = 0
  const blocks: Uint8Array[] = []
  const block: EventBlock = new EventBlock(1, { now: () => nowNs } as Clock, () => {
    block.flushed()
    const taken = block.take()
    if (taken) blocks.push(taken.slice())
  })
  happens(block, (ns) => (nowNs = ns))
  blocks.push(block.take()!.slice())
  const records = blocks.map((each) => (each.length - BLOCK_BYTES) / EVENT_BYTES)
  const events = readTrace(joined([headerBytes({}), ...blocks])).events.blocks.flatMap(
    ({ baseNs, words, start, count }) =>
      Array.from({ length: count }, (_, i) => {
        const [word, dtNs, a, b] = words.subarray(start + i * 4, start + i * 4 + 4)
        return [names.get(word & 0xff), word >>> 8, baseNs + dtNs, a, b]
      }),
  )
  return { records, events }
}

it('writes a step in which nothing happened as one record', () => {
  const { records, events } = written((block, at) => {
    at(100)
    block.beginStep(7)
    at(130)
    block.endStep(Event.STEP_YIELD, 3, 7)
    block.beginStep(8) // at the moment when the other ended
    at(190)
    block.endStep(Event.STEP_RETURN, 0, 8)
  })
  expect(records).toEqual([2])
  expect(events).toEqual([
    ['STEP_BEGIN', 0, 100, 7, 0],
    ['STEP_YIELD', 3, 130, 7, 0],
    ['STEP_BEGIN', 0, 130, 8, 0],
    ['STEP_RETURN', 0, 190, 8, 0],
  ])
})

it('writes a step in which something happened as two', () => {
  const { records, events } = written((block, at) => {
    block.beginStep(7)
    at(10)
    block.add(Event.LEVEL, 0, 1, 5)
    at(20)
    block.endStep(Event.STEP_YIELD, 3, 7)
  })
  expect(records).toEqual([3])
  expect(events).toEqual([
    ['STEP_BEGIN', 0, 0, 7, 0],
    ['LEVEL', 0, 10, 1, 5],
    ['STEP_YIELD', 3, 20, 7, 0],
  ])
})

it('writes a step that was still running at a flush, or runs for long, as two', () => {
  const { records, events } = written((block, at) => {
    block.beginStep(7)
    at(6e9) // more than the 32 bits of a record hold
    block.endStep(Event.STEP_YIELD, 3, 7)
  })
  expect(records).toEqual([1, 1])
  expect(events).toEqual([
    ['STEP_BEGIN', 0, 0, 7, 0],
    ['STEP_YIELD', 3, 6e9, 7, 0],
  ])
})
