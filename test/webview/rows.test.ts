import { describe, expect, it } from 'vitest'
import { taskName } from '../../trace/model/describe.ts'
import { taskTree } from '../../trace/model/tree.ts'
import {
  clampedScrollPx,
  ROW_PX,
  rowAtPx,
  rowTopPx,
  scrolledRows,
  scrollToShow,
} from '../../webview/lanes/rowGeometry.ts'
import { visibleRows, type Rows } from '../../webview/lanes/rows.ts'
import { drawn } from './models.ts'

const model = drawn(`
  loop    :         pp
  main    : =#........
  fetch-1 :  =#....... | by main
  parse   :   =#...... | by fetch-1
  fetch-2 :  ===#..... | by main
  beat    : =====#....
`)
const tree = taskTree(model.tasks)
const rowsOf = (collapsed: readonly number[], query = ''): Rows =>
  visibleRows(model, tree, [1], new Set(collapsed), query)
const idOf = (name: string): number => [...tree.order].find((task) => taskName(model, task) === name)!
const names = (rows: Rows): string[] =>
  Array.from({ length: rows.count }, (_, row) => rows.laneAt(row)).map((lane) =>
    lane.kind === 'loop' ? 'loop' : taskName(model, lane.id),
  )

describe('the rows', () => {
  it('are the loops, then the tasks below their creators', () => {
    expect(names(rowsOf([]))).toEqual(['loop', 'main', 'fetch-1', 'parse', 'fetch-2', 'beat'])
  })

  it('leave out what is folded away, at any depth', () => {
    expect(names(rowsOf([idOf('main')]))).toEqual(['loop', 'main', 'beat'])
    expect(names(rowsOf([idOf('fetch-1')]))).toEqual(['loop', 'main', 'fetch-1', 'fetch-2', 'beat'])
  })

  it('of a search are what matches, with its creators, folded or not', () => {
    const found = rowsOf([idOf('main')], 'PARSE')
    expect(names(found)).toEqual(['loop', 'main', 'fetch-1', 'parse'])
    expect(found.matchCount).toBe(1)
  })

  it('know where each lane is', () => {
    const rows = rowsOf([idOf('main')])
    expect(rows.rowOf({ kind: 'task', id: idOf('beat') })).toBe(2)
    expect(rows.rowOf({ kind: 'task', id: idOf('parse') })).toBe(-1)
    expect(rows.rowOf({ kind: 'loop', id: 1 })).toBe(0)
  })
})

describe('the places of rows', () => {
  const geometry = { rows: rowsOf([]), scrollPx: ROW_PX, heightPx: 3 * ROW_PX }

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
})
