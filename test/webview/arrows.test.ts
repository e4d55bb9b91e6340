import { expect, it } from 'vitest'
import { taskName } from '../../trace/model/describe.ts'
import { taskTree } from '../../trace/model/tree.ts'
import { causes } from '../../webview/drawing/arrows.ts'
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
