import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TraceReader } from '../../trace/format/reader.ts'
import { definitionsBlock, eventsBlock, headerBytes, type EventRecord } from '../../trace/format/writer.ts'
import { ModelBuilder } from '../../trace/model/build.ts'
import { Outcome, type TraceModel } from '../../trace/model/types.ts'
import { arrange, arranger, type Arrangement } from '../../webview/lanes/arrangement.ts'
import { densities, type Density } from '../../webview/lanes/density.ts'
import { groupings, type Grouping } from '../../webview/lanes/grouping.ts'
import { laneKinds } from '../../webview/lanes/lane.ts'
import { SiblingOrder, sortKeys } from '../../webview/lanes/sorting.ts'
import { overlap } from '../../webview/lanes/overlap.ts'
import { atOnce } from '../../webview/slices.ts'
import { taskEndNs } from '../../trace/model/at.ts'

const COROUTINES = 3

/** What a program does: creates a task in one that runs or at the top, perhaps in a group of its creator; or ends the oldest but some. */
interface Deed {
  readonly ends: boolean
  readonly which: number
  readonly coroutine: number
  readonly group: boolean
  /** The panel is brought up to date after this. */
  readonly isShown: boolean
}

const deed = fc.record({
  ends: fc.boolean(),
  which: fc.nat(5),
  coroutine: fc.integer({ min: 1, max: COROUTINES }),
  group: fc.boolean(),
  isShown: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
})

/** The model after each part of a trace in which that happened. */
function* grown(deeds: readonly Deed[]): Generator<TraceModel> {
  const reader = new TraceReader()
  let builder: ModelBuilder | undefined
  reader.push(headerBytes({ pid: 1, argv: ['app.py'] }))
  reader.push(
    definitionsBlock([
      ['STRING', 1, 'app.py'],
      ...Array.from({ length: COROUTINES }, (_, i) => ['LOCATION', i + 1, 1, 1, i + 1] as const),
      ['STREAM', 1, 1, 0, 0],
      ['LOOP', 1, 1, 1],
    ]),
  )
  const alive: number[] = []
  const groupOf = new Map<number, number>()
  let [tasks, objects, nowNs] = [0, 0, 0]
  let definitions: Parameters<typeof definitionsBlock>[0][number][] = []
  let events: EventRecord[] = []
  const add = (kind: EventRecord[0], a: number, b = 0): void => void events.push([kind, 0, (nowNs += 10), a, b])
  for (const { ends, which, coroutine, group, isShown } of deeds) {
    if (ends && alive.length > 3) {
      const [task] = alive.splice(which % alive.length, 1)
      add('STEP_BEGIN', task)
      add('STEP_RETURN', task)
    } else {
      const creator = which === 0 ? 0 : (alive[which % Math.max(1, alive.length)] ?? 0)
      const task = ++tasks
      definitions.push(['TASK', task, 1, coroutine, 0, 0])
      if (group && creator > 0 && !groupOf.has(creator)) {
        groupOf.set(creator, ++objects)
        definitions.push(['OBJECT', objects, 1, 0, 0])
        add('SCOPE_OPEN', objects, creator)
      }
      add('TASK_CREATE', task, creator)
      if (group && creator > 0) add('SCOPE_CHILD', groupOf.get(creator)!, task)
      alive.push(task)
    }
    if (!isShown) continue
    if (definitions.length > 0) reader.push(definitionsBlock(definitions))
    if (events.length > 0) reader.push(eventsBlock(0, 1, events))
    definitions = []
    events = []
    const file = reader.peek()!
    builder ??= new ModelBuilder(file.header, file.definitions)
    builder.append(file.events.take())
    yield builder.build(file)
  }
}

/** An arrangement without what its columns have room for besides. */
function plain({ count, ...all }: Arrangement): Record<string, unknown> {
  const columns = Object.entries<unknown>(all).flatMap(([name, value]) =>
    ArrayBuffer.isView(value)
      ? [[name, [...(value as Uint32Array).subarray(0, name === 'placeOfTask' ? undefined : count)]]]
      : [],
  )
  return { count, ...(Object.fromEntries(columns) as object) }
}

/** Mostly one coroutine below one creator, so that lanes fold. */
const programs = fc.array(deed, { minLength: 100, maxLength: 500 })

it.each(groupings)('lanes by %s of a trace that grew stand as those of one read at once', (grouping: Grouping) => {
  fc.assert(
    fc.property(programs, (deeds) => {
      let lanes: ReturnType<typeof arranger> | undefined
      let density: ReturnType<typeof densities> | undefined
      for (const model of grown(deeds)) {
        lanes ??= arranger(model)
        density ??= densities(model)
        const arranged = lanes.arrange(grouping, 'created')
        // What is put off to spare the page is shown as it was.
        if (lanes.dueMs() !== undefined) continue
        expect(plain(arranged)).toEqual(plain(arrange(model, grouping, 'created')))
        for (let place = 0; place < arranged.count; place++) {
          const kind = laneKinds[arranged.kind[place]]
          if (kind === 'fold' || kind === 'group') expectDensity(model, density.at(arranged, place))
        }
      }
    }),
    { numRuns: 30 },
  )
})

it.each(sortKeys)('siblings by %s of a trace that grew stand as those of one read at once', (sort) => {
  fc.assert(
    fc.property(programs, (deeds) => {
      let order: SiblingOrder | undefined
      for (const model of grown(deeds)) {
        order ??= new SiblingOrder(model, sort)
        expect([...order.now()]).toEqual([...new SiblingOrder(model, sort).now()])
      }
    }),
    { numRuns: 30 },
  )
})

it('lanes that are made ready a little at a time leave those that are shown as they are, also where that is broken off', () => {
  fc.assert(
    fc.property(programs, fc.nat(3), (deeds, steps) => {
      let lanes: ReturnType<typeof arranger> | undefined
      let density: ReturnType<typeof densities> | undefined
      let shown: Arrangement | undefined
      for (const model of grown(deeds)) {
        lanes ??= arranger(model)
        density ??= densities(model)
        if (shown) {
          const before = plain(shown)
          const brokenOff = lanes.prepare('tree', 'created')
          for (let i = 0; i < steps; i++) brokenOff.next()
          expect(plain(shown)).toEqual(before)
          atOnce(density.prepare(atOnce(lanes.prepare('tree', 'created'))))
          expect(plain(shown)).toEqual(before)
        }
        shown = lanes.arrange('tree', 'created')
        // What is put off to spare the page is shown as it was.
        const isUpToDate = lanes.dueMs() === undefined
        if (isUpToDate) expect(plain(shown)).toEqual(plain(arrange(model, 'tree', 'created')))
        for (let place = 0; place < shown.count; place++) {
          if (laneKinds[shown.kind[place]] !== 'fold') continue
          const { tasks } = density.at(shown, place)
          expect(tasks.length).toBeGreaterThan(0)
          if (isUpToDate) expectDensity(model, density.at(shown, place))
        }
      }
    }),
    { numRuns: 30 },
  )
})

function expectDensity(model: TraceModel, density: Density): void {
  const startNs = Float64Array.from(density.tasks, (task) => model.tasks.createdNs[task])
  const lengthNs = Float64Array.from(density.tasks, (task, i) => taskEndNs(model, task) - startNs[i]).sort()
  const { outcome, endedNs } = model.tasks
  const endNs = Float64Array.from(density.tasks, (task) =>
    outcome[task] === Outcome.unfinished ? Infinity : endedNs[task],
  )
  expect(density.p95Ns()).toBe(lengthNs[Math.ceil(lengthNs.length * 0.95) - 1])
  const anew = overlap(startNs, endNs)
  expect([density.overlap.count, density.overlap.most]).toEqual([anew.count, anew.most])
  for (let at = 0; at < model.endNs; at += model.endNs / 7)
    expect(density.overlap.during(at, at + 50)).toBe(anew.during(at, at + 50))
}
