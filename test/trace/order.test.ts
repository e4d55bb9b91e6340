import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { definitionsBlock, eventsBlock, headerBytes, joined } from '../../trace/format/writer.ts'
import { buildModel } from '../../trace/model/build.ts'
import { forEachEvent } from '../../trace/model/eventOrder.ts'
import { State } from '../../trace/model/types.ts'

const definitions = definitionsBlock([
  ['STRING', 1, 'MainThread'],
  ['STREAM', 1, 1, 0, 0],
  ['STREAM', 2, 1, 0, 0],
  ['TASK', 1, 0, 0, 0, 0],
])

describe('events of several threads', () => {
  it('come in the order of their times, whatever the order of their blocks', () => {
    const bytes = joined([
      headerBytes({ pid: 1 }),
      definitions,
      eventsBlock(100, 2, [['TASK_READY', 0, 50, 1, 0]]),
      eventsBlock(0, 1, [
        ['TASK_CREATE', 0, 10, 1, 0],
        ['STEP_BEGIN', 0, 20, 1, 0],
        ['STEP_SUSPEND', 0, 30, 1, 0],
      ]),
      eventsBlock(0, 1, [['STEP_BEGIN', 0, 200, 1, 0]]),
    ])
    const file = readTrace(bytes)
    const times: number[] = []
    forEachEvent(file.events.blocks, (_kind, _aux, atNs) => times.push(atNs))
    expect(times).toEqual([10, 20, 30, 150, 200])
    const { segments } = buildModel(file)
    expect([...segments.state.subarray(segments.first[1], segments.last[1])]).toEqual([
      State.ready,
      State.running,
      State.waiting,
      State.ready,
      State.running,
    ])
  })

  it('never go back in time within a stream', () => {
    const bytes = joined([
      headerBytes({ pid: 1 }),
      definitions,
      eventsBlock(0, 1, [
        ['TASK_CREATE', 0, 10, 1, 0],
        ['STEP_BEGIN', 0, 5, 1, 0],
      ]),
    ])
    const { segments } = buildModel(readTrace(bytes))
    expect([...segments.startNs]).toEqual([10, 10])
  })
})

describe('a step inside another one', () => {
  it('splits the run of the outer one, which stays running', () => {
    const bytes = joined([
      headerBytes({ pid: 1 }),
      definitionsBlock([
        ['STRING', 1, 'MainThread'],
        ['STREAM', 1, 1, 0, 0],
        ['TASK', 1, 0, 0, 0, 0],
        ['TASK', 2, 0, 0, 0, 1],
      ]),
      eventsBlock(0, 1, [
        ['STEP_BEGIN', 0, 10, 1, 0],
        ['TASK_CREATE', 0, 20, 2, 1],
        ['STEP_BEGIN', 0, 20, 2, 0],
        ['STEP_RETURN', 0, 30, 2, 0],
        ['STEP_RETURN', 0, 50, 1, 0],
      ]),
    ])
    const { runs, tasks } = buildModel(readTrace(bytes))
    const spans = [...runs.startNs.keys()]
      .filter((i) => i >= runs.first[1] && i < runs.last[1])
      .map((i) => [runs.startNs[i], runs.endNs[i], runs.subject[i]])
    expect(spans).toEqual([
      [10, 20, 1],
      [20, 30, 2],
      [30, 50, 1],
    ])
    expect(tasks.runningNs[1]).toBe(40)
  })
})

describe('a wake-up while the step still runs', () => {
  it('makes the task ready as soon as the step ends', () => {
    const bytes = joined([
      headerBytes({ pid: 1 }),
      definitions,
      eventsBlock(0, 1, [
        ['STEP_BEGIN', 0, 10, 1, 0],
        ['TASK_READY', 0, 20, 1, 1],
        ['STEP_SUSPEND', 0, 30, 1, 0],
        ['STEP_BEGIN', 0, 40, 1, 0],
      ]),
    ])
    const { tasks } = buildModel(readTrace(bytes))
    expect([tasks.readyNs[1], tasks.waitingNs[1]]).toEqual([10, 0])
  })
})
