import { describe, expect, it } from 'vitest'
import { findAll } from '../../trace/findings/index.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { processText } from '../../trace/live/text.ts'
import { liveProcess, rowsBelow, type LiveProcess } from '../../trace/live/tree.ts'
import { buildModel } from '../../trace/model/build.ts'
import { trace } from '../ascii/trace.ts'

/** The process of a drawing that was cut short at its right end. */
function drawn(drawing: string): LiveProcess {
  const model = buildModel(readTrace(trace(drawing, { killed: true })))
  return liveProcess(model, findAll(model, { 'hung-after': 5 }).findings)
}

describe('a process at the end of its trace', () => {
  it('names each task with its state, since when, and what it waits for', () => {
    const live = drawn(`
      main  : =#....................  | awaits task child
      child :  =#....................  | by main, awaits lock
    `)
    expect(live.states).toEqual({ running: 0, ready: 0, waiting: 2 })
    expect(live.tasks.map(({ name, state, waitsFor }) => [name, state, waitsFor])).toEqual([
      ['main', 'waiting', 'task · child'],
      ['child', 'waiting', 'lock'],
    ])
  })

  it('puts who is waited for below who waits', () => {
    const { waits } = drawn(`
      main  : =#....................  | awaits task child
      child :  =#....................  | by main, awaits task deep
      deep  :  ==#...................  | by child, awaits sleep
    `)
    expect(waits.map(({ task, depth }) => [task.name, depth])).toEqual([
      ['main', 0],
      ['child', 1],
      ['deep', 2],
    ])
    expect(rowsBelow(waits, -1)).toEqual([0])
    expect(rowsBelow(waits, 0)).toEqual([1])
  })

  it('puts a cycle first, and marks its tasks', () => {
    const live = drawn(`
      calm : =#....................  | awaits sleep
      a    :  =#...................  | awaits task b
      b    :  ==#..................  | awaits task a
    `)
    expect(live.cycles).toBe(1)
    expect(live.tasks.map(({ name, stuck }) => [name, stuck])).toEqual([
      ['a', 'deadlock'],
      ['b', 'deadlock'],
      ['calm', undefined],
    ])
    expect(live.waits.map(({ task, isCycle }) => [task.name, isCycle])).toEqual([
      ['a', true],
      ['b', true],
      ['a', true],
      ['calm', false],
    ])
    expect(live.findings.map(({ kind }) => kind)).toEqual(['deadlock'])
  })
})

describe('at every depth', () => {
  it('what is stuck comes first', () => {
    const { waits } = drawn(`
      main : =#....................  | awaits gather
      calm :  =#................=#.  | by main, awaits sleep
      hung :  ==#..................  | by main, awaits lock
    `)
    expect(waits.map(({ task, depth, task: { stuck } }) => [task.name, depth, stuck])).toEqual([
      ['main', 0, 'hung'],
      ['hung', 1, 'hung'],
      ['calm', 1, undefined],
    ])
  })

  it('what several wait for stands below the one that has come first', () => {
    const { waits } = drawn(`
      first  : =#...................  | awaits task shared
      second : ==#..................  | awaits gather
      shared :  ===#................  | by second, awaits task deep
      deep   :   ===#...............  | by shared, awaits sleep
      a      :  =====#..............  | by second, awaits task b
      b      :   =====#.............  | by a, awaits task a
    `)
    expect(
      waits.map(({ task, depth, isRepeated }) => `${'  '.repeat(depth)}${task.name}${isRepeated ? ' above' : ''}`),
    ).toEqual(['second', '  a', '    b', '      a above', '  shared', '    deep', 'first', '  shared above'])
  })
})

describe('as text', () => {
  it('draws the branches of the tree', () => {
    const text = processText(
      drawn(`
        main  : =#....................  | awaits gather
        left  :  =#...................  | by main, awaits task leaf
        right :  ==#..................  | by main, awaits sleep
        leaf  :  ===#.................  | by left, awaits task tip
        tip   :  ====#................  | by leaf, awaits sleep
      `),
    )
    const tree = text.split('\n').slice(-5)
    expect(tree.map((line) => line.split(' · ')[0])).toEqual([
      'main #1',
      '├── left #2',
      '│   └── leaf #4',
      '│       └── tip #5',
      '└── right #3',
    ])
  })
})
