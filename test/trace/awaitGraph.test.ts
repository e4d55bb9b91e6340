import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { AwaitFlag, awaitGraphAt, momentIndex, nextEventNs, readyQueueAt } from '../../trace/model/awaitGraph.ts'
import { buildModel } from '../../trace/model/build.ts'
import { objectName, taskName } from '../../trace/model/describe.ts'
import { trace } from '../ascii/trace.ts'

const MS = 1e6

/** The graph at a column, as `pstree` would print it. */
function graphAt(drawing: string, column: number): string[] {
  const model = buildModel(readTrace(trace(drawing)))
  const graph = awaitGraphAt(model, momentIndex(model), (column + 0.5) * MS)
  return Array.from({ length: graph.count }, (_, row) => {
    const flags = graph.flags[row]
    const marks = [
      graph.holds[row] > 0 ? ` holds ${objectName(model, graph.holds[row])}` : '',
      flags & AwaitFlag.CYCLE ? ' cycle' : '',
      flags & AwaitFlag.REPEATED ? ' above' : '',
    ]
    return `${'  '.repeat(graph.depth[row])}${taskName(model, graph.task[row])}${marks.join('')}`
  })
}

const GROUP = `
  main   : =#.........=#✓  | opens task_group TG from 2 to 12, awaits task_group
  a      :  =#..=#✓        | by main, in task_group TG at 2, awaits lock L
  b      :  ==#.....=#✓    | by main, in task_group TG at 2, awaits read, holds lock L from 3 to 10
  beat   : ====#.........  | awaits sleep
`

describe('the await graph', () => {
  it('shows below a task what it waits for, at any moment', () => {
    expect(graphAt(GROUP, 0)).toEqual(['main', 'beat'])
    expect(graphAt(GROUP, 4)).toEqual(['main', '  a', '    b holds L 2', '  b', 'beat'])
    expect(graphAt(GROUP, 8)).toEqual(['main', '  b', 'beat'])
    expect(graphAt(GROUP, 13)).toEqual(['beat'])
  })

  it('marks cycles, and what is shown above already', () => {
    const drawing = `
      giver : =#.......     | awaits task taker
      taker :  =#......     | awaits task giver
      other :   =#.....     | awaits task giver
    `
    expect(graphAt(drawing, 6)).toEqual(['other', '  giver cycle', '    taker cycle', '      giver cycle above'])
    expect(graphAt(drawing, 1)).toEqual(['giver', 'taker'])
  })

  it('takes a cycle that nobody outside waits for', () => {
    const drawing = `
      one : =#.......     | awaits lock B, holds lock A from 1
      two :  =#......     | awaits lock A, holds lock B from 2
    `
    expect(graphAt(drawing, 5)).toEqual(['one cycle', '  two holds B 1 cycle', '    one holds A 2 cycle above'])
  })
})

describe('the ready queue', () => {
  it('holds what waits for its turn, the longest waiting first', () => {
    const model = buildModel(readTrace(trace(GROUP)))
    const names = (column: number): string[] =>
      readyQueueAt(model, (column + 0.5) * MS).map(({ task }) => taskName(model, task))
    expect(names(0)).toEqual(['main', 'beat'])
    expect(names(2)).toEqual(['beat', 'b'])
    expect(names(7)).toEqual([])
  })
})

describe('the next event', () => {
  it('is where a loop begins or ends something', () => {
    const model = buildModel(readTrace(trace(GROUP)))
    expect(nextEventNs(model, 0, 1)).toBe(1 * MS)
    expect(nextEventNs(model, 1 * MS, 1)).toBe(2 * MS)
    expect(nextEventNs(model, 5 * MS, 1)).toBe(6 * MS)
    expect(nextEventNs(model, 5.5 * MS, -1)).toBe(5 * MS)
    expect(nextEventNs(model, 0, -1)).toBe(0)
    expect(nextEventNs(model, 14 * MS, 1)).toBe(14 * MS)
  })
})
