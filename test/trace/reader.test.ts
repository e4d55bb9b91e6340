import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { TraceError } from '../../trace/format/errors.ts'
import { readTrace, TraceReader, type TraceFile } from '../../trace/format/reader.ts'
import { Block, Event } from '../../trace/format/schema.ts'
import { block, joined } from '../../trace/format/writer.ts'
import { buildModel } from '../../trace/model/build.ts'
import { draw } from '../ascii/draw.ts'
import { trace } from '../ascii/trace.ts'

const golden = new Uint8Array(readFileSync(new URL('../golden/basic.looptrace', import.meta.url)))
const sentence = (bytes: Uint8Array): string => {
  try {
    readTrace(bytes)
  } catch (error) {
    if (error instanceof TraceError) return error.message
    throw error
  }
  return 'opened'
}

/** All event records of a file, in its order. */
const words = ({ events }: TraceFile): number[] =>
  events.blocks.flatMap(({ words, start, count }) => [...words.subarray(start, start + count * 4)])

describe('what is not a trace', () => {
  it.each([
    ['an empty file', new Uint8Array(0), /^This file is empty/],
    ['a text', new TextEncoder().encode('{"events": []}'), /^This is not a Loopscope trace/],
    ['a file of 0xff', new Uint8Array(10_000).fill(0xff), /^This is not a Loopscope trace/],
    ['a header that is cut', golden.subarray(0, 40), /cut inside its header/],
    ['a newer version', withByte(golden, 8, 2), /format version 2\.0 .* update Loopscope/],
    ['a header without sense', withByte(golden, 15, 0x7f), /header makes no sense/],
    ['a header that is not JSON', withByte(golden, 16, 0x21), /header is not JSON/],
  ])('%s: one sentence that says so', (_, bytes, message) => {
    expect(sentence(bytes)).toMatch(message)
  })
})

describe('a file cut at any byte', () => {
  it('opens up to the cut and says so', () => {
    const whole = readTrace(golden)
    let opened = 0
    for (let length = 0; length < golden.length; length++) {
      const cut = golden.subarray(0, length)
      if (sentence(cut) !== 'opened') continue
      opened++
      const file = readTrace(cut)
      expect(file.events.count).toBeLessThanOrEqual(whole.events.count)
      expect(words(file)).toEqual(words(whole).slice(0, file.events.count * 4))
      buildModel(file)
    }
    expect(opened).toBeGreaterThan(golden.length / 2)
  })

  it('shows the whole records of the block that is cut', () => {
    const drawing = trace(`main : =##...=#✓`)
    const file = readTrace(drawing.subarray(0, drawing.length - 32 - 20 - 32))
    expect(file.damage).toMatch(/cut at byte/)
    expect(draw(buildModel(file))).toContain('main : =##')
  })
})

describe('chunks', () => {
  it('of any size give the same file', () => {
    const whole = readTrace(golden)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sizes) => {
        const reader = new TraceReader()
        for (let at = 0, i = 0; at < golden.length; at += sizes[i % sizes.length], i++) {
          reader.push(golden.subarray(at, at + sizes[i % sizes.length]))
        }
        const file = reader.finish()
        expect(file.definitions.strings).toEqual(whole.definitions.strings)
        expect(words(file)).toEqual(words(whole))
        expect(file.end).toBe('exit')
      }),
    )
  })
})

describe('a block of whole steps', () => {
  const header = golden.subarray(0, 16 + new DataView(golden.buffer).getUint32(12, true))
  const fileOf = (encoding: number, records: number[]): Uint8Array => {
    const payload = new Uint8Array(new Uint32Array(records).buffer)
    const events = block(Block.EVENTS, payload, records.length / 4, 1000, 1)
    events[5] = encoding
    return joined([header, events])
  }
  const whole = (kind: number): number => kind | 0x80

  it('is read as the events that it stands for, in chunks of any size', () => {
    const plain = [
      ...[Event.STEP_BEGIN, 5, 1, 0, Event.STEP_YIELD | (7 << 8), 25, 1, 0],
      ...[Event.TASK_READY, 30, 2, 0],
      ...[Event.STEP_BEGIN, 40, 2, 0, Event.STEP_SUSPEND | (8 << 8), 50, 2, 9],
      ...[Event.STEP_BEGIN, 60, 1, 0, Event.STEP_RETURN, 60, 1, 0],
    ]
    const packed = [
      ...[whole(Event.STEP_YIELD) | (7 << 8), 5, 1, 20],
      ...[Event.TASK_READY, 30, 2, 0],
      ...[Event.STEP_BEGIN, 40, 2, 0, Event.STEP_SUSPEND | (8 << 8), 50, 2, 9],
      ...[whole(Event.STEP_RETURN), 60, 1, 0],
    ]
    const bytes = fileOf(1, packed)
    expect(words(readTrace(bytes))).toEqual(words(readTrace(fileOf(0, plain))))
    for (let size = 1; size < 70; size++) {
      const reader = new TraceReader(true)
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.slice(at, at + size))
      expect(words(reader.finish())).toEqual(plain)
    }
  })

  it('ends no step beyond what a time can be', () => {
    const file = readTrace(fileOf(1, [whole(Event.STEP_YIELD), 0xfffffff0, 1, 0xffffffff]))
    expect(words(file)[5]).toBe(0xffffffff)
  })
})

describe('hostile bytes', () => {
  it('never throw anything but TraceError, and never hang', () => {
    const spots = fc.array(fc.tuple(fc.nat(golden.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(spots, (changes) => {
        const bytes = golden.slice()
        for (const [offset, value] of changes) bytes[offset] = value
        if (sentence(bytes) === 'opened') buildModel(readTrace(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it('may claim any size: memory follows the bytes that are there', () => {
    const claim = golden.slice()
    const firstBlock = 16 + new DataView(golden.buffer).getUint32(12, true)
    new DataView(claim.buffer).setUint32(firstBlock + 8, 0xfffffffc, true)
    const file = readTrace(claim)
    expect(file.damage).toMatch(/cut/)
    expect(file.events.blocks.every(({ words }) => words.buffer.byteLength < 10 * golden.length)).toBe(true)
  })

  it('of a block type that is not known are skipped and counted', () => {
    const firstBlock = 16 + new DataView(golden.buffer).getUint32(12, true)
    const strange = golden.slice(firstBlock)
    strange[4] = 77
    const file = readTrace(
      joined([golden.subarray(0, firstBlock), strange.subarray(0, blockLength(strange)), golden.subarray(firstBlock)]),
    )
    expect(file.skippedBlocks).toBe(1)
    expect(file.damage).toBeUndefined()
    expect(buildModel(file).notices.join(' ')).toMatch(/1 records are of kinds/)
  })
})

const blockLength = (block: Uint8Array): number => 32 + new DataView(block.buffer, block.byteOffset).getUint32(8, true)

function withByte(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = bytes.slice()
  copy[offset] = value
  return copy
}
