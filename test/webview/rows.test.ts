import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { taskName } from '../../trace/model/describe.ts'
import { matchTasks } from '../../trace/model/filter/match.ts'
import { parseFilter } from '../../trace/model/filter/parse.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { arrange } from '../../webview/lanes/arrangement.ts'
import { FOLD_FROM, FOLD_KEEPS } from '../../webview/lanes/forest.ts'
import { densities } from '../../webview/lanes/density.ts'
import {
  clampedScrollPx,
  ROW_PX,
  rowAtPx,
  rowTopPx,
  scrolledRows,
  scrollToShow,
} from '../../webview/lanes/rowGeometry.ts'
import type { Rows } from '../../webview/lanes/rows.ts'
import { manyName } from '../../webview/stories/laneNames.ts'
import { scopeText, scopeTitle } from '../../webview/stories/scopeFacts.ts'
import { manyTasks } from './manyTasks.ts'
import { drawn, rowsOf } from './models.ts'

const model = drawn(`
  loop    :         pp
  main    : =#........
  fetch-1 :  =#....... | by main
  parse   :   =#...... | by fetch-1
  fetch-2 :  ===#..... | by main
  beat    : =====#....
`)
const streams = [1]
const idOf = (name: string, of = model): number =>
  Array.from({ length: of.tasks.count }, (_, i) => i + 1).find((task) => taskName(of, task) === name)!
const key = (name: string): string => `task-${idOf(name)}`

/** Each lane as a word, indented by its depth. */
const lines = (rows: Rows, of: TraceModel = model): string[] =>
  Array.from({ length: rows.count }, (_, row) => {
    const { kind, id } = rows.laneAt(row)
    const name = kind === 'task' ? taskName(of, id) : kind === 'scope' ? scopeTitle(of, id) : kind
    return `${'  '.repeat(rows.depthAt(row))}${name}`
  })

const matching = (of: TraceModel, text: string): Uint8Array | undefined => matchTasks(of, parseFilter(text))

describe('the rows', () => {
  it('are the loops, then the tasks below their creators', () => {
    expect(lines(rowsOf(model, { streams }))).toEqual(['loop', 'main', '  fetch-1', '    parse', '  fetch-2', 'beat'])
  })

  it('leave out what is folded away, at any depth', () => {
    expect(lines(rowsOf(model, { streams, collapsed: [key('main')] }))).toEqual(['loop', 'main', 'beat'])
    expect(lines(rowsOf(model, { collapsed: [key('fetch-1')] }))).toEqual(['main', '  fetch-1', '  fetch-2', 'beat'])
  })

  it('of a search are what matches, with its creators, folded or not', () => {
    const found = rowsOf(model, { streams, collapsed: [key('main')], matches: matching(model, 'PARSE') })
    expect(lines(found)).toEqual(['loop', 'main', '  fetch-1', '    parse'])
    expect(found.matchCount).toBe(1)
  })

  it('know where each lane is', () => {
    const rows = rowsOf(model, { streams, collapsed: [key('main')] })
    expect(rows.rowOf({ kind: 'task', id: idOf('beat') })).toBe(2)
    expect(rows.rowOf({ kind: 'task', id: idOf('parse') })).toBe(-1)
    expect(rows.rowOf({ kind: 'loop', id: 1 })).toBe(0)
  })

  it('stand at the top where they are pinned, and nowhere else', () => {
    const rows = rowsOf(model, { streams, pinned: [key('fetch-2')] })
    expect(lines(rows)).toEqual(['loop', 'fetch-2', 'main', '  fetch-1', '    parse', 'beat'])
    expect(rows.pinned).toBe(2)
    expect(rows.rowOfTask[idOf('fetch-2')]).toBe(1)
  })

  it('are grouped by what tasks have in common, and sorted', () => {
    expect(lines(rowsOf(model, { grouping: 'state' }))).toEqual([
      'group',
      '  main',
      '  fetch-1',
      '  parse',
      '  fetch-2',
      '  beat',
    ])
    expect(lines(rowsOf(model, { sort: 'ready' }))).toEqual(['beat', 'main', '  fetch-2', '  fetch-1', '    parse'])
    expect(lines(rowsOf(model, { sort: 'name' }))).toEqual(['beat', 'main', '  fetch-1', '    parse', '  fetch-2'])
  })
})

describe('groups and gathers', () => {
  const grouped = drawn(`
    main : =#..........=#✓ | opens task_group TG from 2 to 12, opens timeout T from 1
    a    :  =#✓            | by main, in task_group TG at 2
    b    :  ==#!           | by main, in task_group TG at 2
    c    :  ===#x          | by main, in task_group TG at 2
    own  :  =====#✓        | by main
    deep :   ===#✓         | by a, in task_group TG at 3
  `)

  it('stand around the tasks that their owner created in them', () => {
    expect(lines(rowsOf(grouped), grouped)).toEqual([
      'main',
      '  TaskGroup',
      '    a',
      '      deep',
      '    b',
      '    c',
      '  own',
    ])
  })

  it('say what happened in them', () => {
    expect(scopeText(grouped, 1)).toBe('4 tasks · 1 failed → 1 cancelled')
  })

  it('fold like any lane', () => {
    expect(lines(rowsOf(grouped, { collapsed: ['scope-1'] }), grouped)).toEqual(['main', '  TaskGroup', '  own'])
  })
})

describe('siblings that are many and alike', () => {
  const many = buildModel(readTrace(manyTasks(500, 2)))
  const arranged = arrange(many, 'tree', 'created')

  it('fold into one lane that says how many it holds, and nothing is lost', () => {
    const rows = rowsOf(many)
    expect(rows.count).toBe(1 + FOLD_KEEPS + 1)
    const fold = rows.placeAt(rows.count - 1)
    const density = densities(many).at(arranged, fold)
    expect(manyName(many, arranged, fold, density)).toBe('489 more handle()')
    expect(density.tasks).toHaveLength(500 - 1 - FOLD_KEEPS)
    expect(density.overlap.most).toBe(50)
    expect(arranged.count).toBe(501)
  })

  it('open one by one, and are found folded or not', () => {
    const { kind, id } = rowsOf(many).laneAt(1 + FOLD_KEEPS)
    expect(rowsOf(many, { opened: [`${kind}-${id}`] }).count).toBe(501)
    const found = rowsOf(many, { matches: matching(many, 'request-499') })
    expect(lines(found, many)).toEqual(['request-1', expect.stringContaining('request-499')])
  })

  it('stay as they are where they are few', () => {
    expect(rowsOf(buildModel(readTrace(manyTasks(FOLD_FROM + 1, 2)))).count).toBe(FOLD_FROM + 1)
  })
})

describe('the places of rows', () => {
  const geometry = { rows: rowsOf(model, { streams }), scrollPx: ROW_PX, heightPx: 3 * ROW_PX }

  it('keep the loops at the top while tasks scroll', () => {
    expect(rowTopPx(geometry, 0)).toBe(0)
    expect(rowTopPx(geometry, 2)).toBe(ROW_PX)
    expect(rowAtPx(geometry, 1)).toBe(0)
    expect(rowAtPx(geometry, ROW_PX + 1)).toBe(2)
    expect(rowAtPx(geometry, 3 * ROW_PX)).toBe(-1)
    expect(scrolledRows(geometry)).toEqual({ from: 2, to: 4 })
  })

  it('scroll as little as is needed to show a row', () => {
    expect(scrollToShow(geometry, 2)).toBe(ROW_PX)
    expect(scrollToShow(geometry, 1)).toBe(0)
    expect(scrollToShow(geometry, 5)).toBe(3 * ROW_PX)
    expect(clampedScrollPx(geometry, 1e9)).toBe(3 * ROW_PX)
  })

  it('bring a row that is more than a page away to the middle', () => {
    const many = { ...geometry, rows: { ...geometry.rows, count: 100 } }
    expect(rowAtPx({ ...many, scrollPx: scrollToShow(many, 50) }, 1.5 * ROW_PX + ROW_PX / 2)).toBe(50)
    expect(scrollToShow(many, 99)).toBe(97 * ROW_PX)
  })
})
