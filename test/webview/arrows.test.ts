import { expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { headerBytes } from '../../trace/format/writer.ts'
import { taskName } from '../../trace/model/describe.ts'
import { ModelJoiner } from '../../trace/model/joined/joinModels.ts'
import { together } from '../../trace/model/joined/together.ts'
import { taskTree } from '../../trace/model/tree.ts'
import { causes, starts } from '../../webview/drawing/arrows.ts'
import { laneData } from '../../webview/lanes/laneData.ts'
import { ROW_PX } from '../../webview/lanes/rowGeometry.ts'
import { drawn, MS, rowsOf } from './models.ts'

const model = drawn(`
  main    : =#................
  holder  :  =#.....=#✓        | by main
  fetch-1 :  ==#.....==#x      | by main, awaits lock, woken by holder, cancelled by main at 6
`)
const tree = taskTree(model.tasks)
const fetch = [...tree.order].find((task) => taskName(model, task) === 'fetch-1')!
const scale = { startNs: 0, pxPerNs: 10 / MS, widthPx: 400 }

const arrowsWith = (collapsed: readonly number[]): unknown[] => {
  const rows = rowsOf(model, { collapsed: collapsed.map((task) => `task-${task}`) })
  const row = (px: number): number => Math.floor(px / ROW_PX)
  return causes(laneData(model), { rows, scrollPx: 0, heightPx: 400 }, scale, fetch).map((arrow) => [
    arrow.kind,
    Math.round(arrow.xPx),
    row(arrow.fromPx),
    row(arrow.toPx),
  ])
}

it('points at the selected task from who created, woke and cancelled it, at that moment', () => {
  expect(arrowsWith([])).toEqual([
    ['woken', 90, 1, 2],
    ['created', 10, 0, 2],
    ['cancelled', 60, 0, 2],
  ])
})

it('points from the lane that a task is folded into', () => {
  const folded = drawn(`
    main   : =#................
    group  :  =#..............    | by main
    holder :   =#.....=#✓         | by group
    fetch  :  ===#.....==#✓       | by main, awaits lock, woken by holder
  `)
  const id = (name: string): number => [...taskTree(folded.tasks).order].find((t) => taskName(folded, t) === name)!
  const rows = rowsOf(folded, { collapsed: [`task-${id('group')}`] })
  const [woken] = causes(laneData(folded), { rows, scrollPx: 0, heightPx: 400 }, scale, id('fetch'))
  expect([woken.kind, woken.by, Math.floor(woken.fromPx / ROW_PX)]).toEqual(['woken', id('holder'), 1])
})

it('leaves out what is folded away itself', () => {
  expect(arrowsWith([1])).toEqual([])
})

it('points from the process that started another one, at the moment when that one was first seen', () => {
  const part = (source: string, pid: number, ppid: number, atMs: number) => {
    const ns = BigInt(atMs) * 1_000_000n
    const header = { pid, ppid, argv: [`${source}.py`], platform: 'linux' }
    const clocks = { wallClockNs: String(10n ** 18n + ns), monotonicNs: String(10n ** 9n + ns) }
    return {
      source,
      model: { ...model, header: { ...model.header, ...readTrace(headerBytes({ ...header, ...clocks })).header } },
    }
  }
  const { processes, notices } = together([part('parent', 1, 0, 0), part('child', 2, 1, 3), part('other', 3, 2, 5)])
  const family = new ModelJoiner().join(processes, notices)
  const rows = rowsOf(family)
  const row = (id: number): number => rows.rowOf({ kind: 'process', id })
  const seen = (process: number): unknown[] =>
    starts(family, { rows, scrollPx: 0, heightPx: 900 }, scale, process).map(({ by, xPx, fromPx, toPx }) => [
      by,
      Math.round(xPx),
      Math.floor(fromPx / ROW_PX),
      Math.floor(toPx / ROW_PX),
    ])
  const [toChild, toOther] = [
    [0, 30, row(0), row(1)],
    [1, 50, row(1), row(2)],
  ]
  expect(seen(0)).toEqual([toChild])
  expect(seen(1)).toEqual([toChild, toOther])
  expect(seen(2)).toEqual([toOther])
})
