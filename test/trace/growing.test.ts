import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { inPieces } from '../../trace/format/events.ts'
import { revivedReader, readTrace, TraceReader } from '../../trace/format/reader.ts'
import { buildModel, ModelBuilder, revivedBuilder } from '../../trace/model/build.ts'
import { ModelReader } from '../../trace/model/modelReader.ts'
import { SUM_STRIDE } from '../../trace/model/regions.ts'
import { State, type TraceModel } from '../../trace/model/types.ts'
import {
  definitionsBlock,
  endBlock,
  eventsBlock,
  headerBytes,
  joined,
  type EventRecord,
} from '../../trace/format/writer.ts'
import { trace } from '../ascii/trace.ts'
import { manyTasks } from '../webview/manyTasks.ts'

const MS = 1e6

/** Two threads whose loops take turns, with a timer and a sample in every tenth run: as the file grows, each thread's runs move in their columns. */
function twoThreads(unitNs = MS): Uint8Array {
  const blocks = [1, 2, 1, 2, 1, 2].map((stream, round) => {
    const events = Array.from({ length: 50 }, (_, i): EventRecord[] => {
      const atNs = (i + 1) * unitNs
      const timer = round * 50 + i + 1
      if (i % 10 > 0) return [['CALLBACK_BEGIN', 1, atNs, 0, 0]]
      return [
        ['TIMER_SET', 1, atNs, timer, 1],
        ['TIMER_RUN', 0, atNs, timer, 0],
        ['TIMER_BEGIN', 1, atNs, 0, 0],
        ['SAMPLE', 1, atNs + unitNs / 2, stream, 7],
      ]
    })
    return eventsBlock(round * 60 * unitNs, stream, events.flat())
  })
  const texts = ['app.py', 'ring', 'MainThread', 'Thread-2', 'SelectorLoop']
  const definitions = definitionsBlock([
    ...texts.map((text, i) => ['STRING', i + 1, text] as const),
    ['LOCATION', 1, 1, 2, 5],
    ['STACK', 1, 0, 1],
    ['STREAM', 1, 3, 1, 0],
    ['STREAM', 2, 4, 2, 0],
    ['LOOP', 1, 5, 1],
    ['LOOP', 2, 5, 2],
  ])
  return joined([headerBytes({ pid: 1 }), definitions, ...blocks, endBlock(400 * unitNs, 'exit')])
}

const files = {
  'two threads': twoThreads(),
  golden: new Uint8Array(readFileSync(new URL('../golden/basic.looptrace', import.meta.url))),
  'many tasks': manyTasks(30, 40),
  drawn: trace(`
    loop    :            pp
    main    : =#...............
    holder  :  =#.....=#✓        | by main
    fetch-1 :  ==#.....==#x      | by main, awaits lock, woken by holder, cancelled by main at 6
    fetch-2 :  ===#.......==#!   | by main, awaits read
  `),
}

/** What a model says, wherever in its columns it stands. */
function said(model: TraceModel): unknown {
  const { segments, runs, samples, timers, ...rest } = model
  /** The thread, and which of its runs it is: what the columns hold elsewhere is of no meaning. */
  const runOf = (run: number): unknown => {
    const stream = [...runs.first.keys()].findIndex((each) => runs.first[each] <= run && run < runs.last[each])
    return stream < 0 ? 'no run' : [stream, run - runs.first[stream]]
  }
  const rows = (
    { first, last }: { first: Uint32Array; last: Uint32Array },
    columns: Record<string, unknown>,
  ): unknown =>
    [...first.keys()].map((owner) =>
      Object.entries(columns).map(([name, column]) => [
        name,
        [...(column as Uint32Array).subarray(first[owner], last[owner])],
      ]),
    )
  const { startNs, state, detail, other, first, last } = segments
  return {
    rest,
    samples: { ...samples, run: [...samples.run].map(runOf) },
    timers: { ...timers, run: [...timers.run].map(runOf) },
    segments: rows({ first, last }, { startNs, state, detail, other }),
    runs: rows(runs, { startNs: runs.startNs, endNs: runs.endNs, kind: runs.kind, subject: runs.subject }),
    blocking: runs.blocking,
    load: runs.load,
    wrongSums: wrongSums(model),
  }
}

/** Where what a task had run before a segment is not what walking its segments gives. */
function wrongSums({ tasks, segments }: TraceModel): number[] {
  const wrong: number[] = []
  for (let task = 1; task <= tasks.count; task++) {
    let sumNs = 0
    for (let i = segments.first[task]; i < segments.last[task]; i++) {
      if (i % SUM_STRIDE === 0 && segments.runningBeforeNs[i / SUM_STRIDE] !== sumNs) wrong.push(i)
      if (segments.state[i] === State.running) sumNs += (segments.startNs[i + 1] ?? 0) - segments.startNs[i]
    }
  }
  return wrong
}

it.each(Object.entries(files))(
  'a trace that grows gives the model of the whole file: %s',
  (_, bytes) => {
    const whole = said(buildModel(readTrace(bytes)))
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 100, max: 20_000 }), { minLength: 1 }), fc.boolean(), (sizes, crosses) => {
        let reader = new TraceReader()
        let builder: ModelBuilder | undefined
        let model: TraceModel | undefined
        for (let at = 0, i = 0; at < bytes.length; at += sizes[i % sizes.length], i++) {
          reader.push(bytes.slice(at, at + sizes[i % sizes.length]))
          let file = reader.peek()
          if (!file) continue
          builder ??= new ModelBuilder(file.header, file.definitions)
          builder.append(file.events.take())
          const shown = builder.build(file)
          expect(shown).toBe((model ??= shown))
          if (!crosses || i % 3 !== 0) continue
          // As when the worker hands over to the page.
          const copy = structuredClone({ reader, builder })
          reader = revivedReader(copy.reader)
          file = reader.peek()!
          builder = revivedBuilder(copy.builder, file.definitions)
          model = undefined
        }
        expect(said(builder!.build(reader.finish()))).toEqual(whole)
      }),
      { numRuns: 20 },
    )
  },
  60_000,
)

/** Reads a file in parts of these sizes, as the panel does. */
function readInParts(bytes: Uint8Array, sizes: readonly number[]): { builder: ModelBuilder; reader: TraceReader } {
  const reader = new TraceReader(true)
  let builder: ModelBuilder | undefined
  for (let at = 0, i = 0; at < bytes.length; at += sizes[i % sizes.length], i++) {
    reader.push(bytes.slice(at, at + sizes[i % sizes.length]))
    const file = reader.peek()
    if (!file) continue
    if (!builder) (builder = new ModelBuilder(file.header, file.definitions)).expect(bytes.length)
    builder.read(file.events.take())
  }
  return { builder: builder!, reader }
}

/** Two threads of which each tells of a while, one after the other: `lateNs` is how long, `count` how much. */
function twoTelling(lateNs: number, count = 100): Uint8Array {
  const definitions = definitionsBlock([
    ['STRING', 1, 'MainThread'],
    ['STREAM', 1, 1, 0, 0],
    ['STREAM', 2, 1, 2, 0],
    ['LOCATION', 1, 1, 1, 1],
  ])
  const blocks = Array.from({ length: 40 }, (_, i) => {
    const callbacks = Array.from({ length: count }, (_, k): EventRecord => [
      'CALLBACK_BEGIN',
      1,
      (k * lateNs) / count,
      0,
      0,
    ])
    return eventsBlock((i >>> 1) * lateNs, 1 + (i % 2), callbacks)
  })
  return joined([headerBytes({ pid: 1 }), definitions, ...blocks, endBlock(20 * lateNs, 'exit')])
}

const long = {
  ...files,
  'two threads for long': twoThreads(40 * MS),
  'two threads that tell late': twoTelling(400 * MS),
  'two threads that tell too late': twoTelling(1600 * MS),
  'tasks one after the other': manyTasks(3000, 40),
}

it.each(Object.entries(long))(
  'a file that is interpreted while it is read gives the model of the whole: %s',
  (name, bytes) => {
    const whole = said(buildModel(readTrace(bytes)))
    const size = fc.integer({ min: Math.max(100, bytes.length >>> 7), max: Math.max(20_000, bytes.length >>> 2) })
    fc.assert(
      fc.property(fc.array(size, { minLength: 1 }), (sizes) => {
        const { builder, reader } = readInParts(bytes, sizes)
        const file = reader.finish()
        builder.append(file.events.take())
        if (builder.needsWhole) expect(name).toBe('two threads that tell too late')
        else expect(said(builder.build(file))).toEqual(whole)
      }),
      { numRuns: bytes.length > 1e6 ? 3 : 10 },
    )
  },
  60_000,
)

it('a file whose threads tell of long ago must be read as a whole', () => {
  expect(readInParts(twoTelling(1600 * MS), [1700]).builder.needsWhole).toBe(true)
  expect(readInParts(twoTelling(400 * MS), [1700]).builder.needsWhole).toBe(false)
})

it('a file whose events come before their definitions must be read as a whole', () => {
  const header = headerBytes({ pid: 1 })
  const definitions = definitionsBlock([
    ['STRING', 1, 'MainThread'],
    ['STREAM', 1, 1, 0, 0],
    ['TASK', 1, 0, 0, 0, 0],
  ])
  const early = eventsBlock(0, 1, [
    ['TASK_CREATE', 0, 1, 1, 0],
    ['STEP_BEGIN', 0, 2, 1, 0],
  ])
  const late = eventsBlock(5e9, 1, [['STEP_RETURN', 0, 0, 1, 0]])
  const sizes = (parts: readonly Uint8Array[]): number[] => parts.map(({ length }) => length)
  const wrong = [header, early, late, definitions]
  expect(readInParts(joined(wrong), sizes(wrong)).builder.needsWhole).toBe(true)
  const right = [header, definitions, early, late]
  expect(readInParts(joined(right), sizes(right)).builder.needsWhole).toBe(false)
})

/** As the command line and the panel's worker read: `undefined` where the file must be read again. */
function readOnce(bytes: Uint8Array, isWhole: boolean): TraceModel | undefined {
  const reader = new ModelReader(bytes.length, isWhole)
  for (let at = 0; at < bytes.length; at += 300_000) reader.push(bytes.slice(at, at + 300_000))
  const read = reader.finish()
  return read?.builder.build(read.file)
}

it('ModelReader makes the model of the whole, of a file in a bad order when it is read again', () => {
  const good = manyTasks(800, 40)
  expect(said(readOnce(good, false)!)).toEqual(said(buildModel(readTrace(good))))
  const bad = twoTelling(1600 * MS, 2000)
  expect(readOnce(bad, false)).toBe(undefined)
  expect(readOnce(bad, true)?.eventCount).toBe(80_000)
})

it('what was shown stays as it is while more is appended', () => {
  const bytes = manyTasks(30, 40)
  const reader = new TraceReader()
  reader.push(bytes.slice(0, bytes.length >>> 1))
  const file = reader.peek()!
  const builder = new ModelBuilder(file.header, file.definitions)
  builder.append(file.events.take())
  const model = builder.build(file)
  const before = structuredClone({ segments: model.segments, runs: model.runs })
  reader.push(bytes.slice(bytes.length >>> 1))
  builder.append(reader.peek()!.events.take())
  for (const part of ['segments', 'runs'] as const) {
    expect(model[part].first).toEqual(before[part].first)
    expect(model[part].last).toEqual(before[part].last)
    const furthest = Math.max(...model[part].last)
    expect(model[part].startNs.slice(0, furthest)).toEqual(before[part].startNs.slice(0, furthest))
  }
})

it('what another thread tells late comes before what was held back', () => {
  const whole = said(buildModel(readTrace(files.golden)))
  const reader = new TraceReader()
  reader.push(files.golden)
  const file = reader.peek()!
  const builder = new ModelBuilder(file.header, file.definitions)
  for (const block of file.events.take()) builder.append([block], 1e15)
  expect(said(builder.build(file))).toEqual(whole)
})

it('a reader that owns its chunks frees them, and reads the same', () => {
  const bytes = files['many tasks']
  const whole = said(buildModel(readTrace(bytes)))
  for (const size of [1000, 100_000, bytes.length]) {
    const reader = new TraceReader(true)
    const chunks: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += size) {
      const chunk = bytes.slice(at, at + size)
      chunks.push(chunk)
      reader.push(chunk)
    }
    const file = reader.finish()
    const builder = new ModelBuilder(file.header, file.definitions)
    builder.append(file.events.take())
    expect(said(builder.build(file))).toEqual(whole)
    // Node 20 cannot free; where it can, nothing is left.
    if ('transfer' in ArrayBuffer.prototype) expect(chunks.every(({ byteLength }) => byteLength === 0)).toBe(true)
  }
})

it('blocks in pieces, with room made ahead of them, are the same model', () => {
  for (const name of ['golden', 'many tasks'] as const) {
    const bytes = files[name]
    const whole = said(buildModel(readTrace(bytes)))
    const reader = new TraceReader(true)
    reader.push(bytes.slice())
    const file = reader.finish()
    const builder = new ModelBuilder(file.header, file.definitions)
    let grew = 0
    for (const block of file.events.take()) {
      for (const piece of inPieces(block, 1000)) {
        while (builder.growAhead()) grew++
        builder.append([piece])
      }
    }
    expect(said(builder.build(file))).toEqual(whole)
    if (name !== 'golden') expect(grew).toBeGreaterThan(5)
  }
})
