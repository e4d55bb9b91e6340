import { describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { definitionsBlock, eventsBlock, headerBytes, joined } from '../../trace/format/writer.ts'
import { trace } from '../ascii/trace.ts'
import { manyTasks } from './manyTasks.ts'
import { chromiumPath, expectAccessible, realPanel, themes } from './realPanel.ts'

const DRAWING = `
  main    : =#................. | opens task_group TG from 2 to 16, awaits task_group @3, woken by fetch-2
  holder  :  =#.....=#✓         | by main, in task_group TG at 2, awaits sleep @4, holds lock pool from 2 to 8
  fetch-1 :  ==#.....==#x       | by main, in task_group TG at 2, awaits lock pool @5<run:9, woken by holder, cancelled by main at 6
  fetch-2 :  ===#.......==#!    | by main, in task_group TG at 2, awaits read @6
  odd     : =====#............  | awaits task even
  even    : ======#...........  | awaits task odd
`
const many = manyTasks(100_000, 2)

/** How each state of the panel comes about, one after the other on a page that shows lanes. */
const states: readonly (readonly [string, (page: Page) => Promise<unknown>])[] = [
  ['the lanes', (page) => page.waitForSelector('.chip-findings:not([hidden])')],
  [
    'the list of findings',
    async (page) => {
      await page.keyboard.press('5')
      await page.waitForSelector('#tab-findings[aria-selected=true]')
    },
  ],
  [
    'a lane and a segment that are selected, the critical path on the lanes',
    async (page) => {
      await page.locator('#lane-task-3').click()
      for (let i = 0; i < 3; i++) await page.keyboard.press(']')
      await page.keyboard.press('c')
      await page.waitForSelector('.why-head .toggle[aria-pressed=true]')
    },
  ],
  [
    'the await graph with stacks',
    async (page) => {
      await page.keyboard.press('1')
      await page.getByRole('button', { name: 'Stacks' }).click()
      await page.waitForSelector('.frame-row')
    },
  ],
  [
    'the table of tasks, sorted, in a range',
    async (page) => {
      await page.keyboard.press('r')
      await page.keyboard.press('4')
      await page.getByRole('button', { name: 'waiting' }).click()
    },
  ],
  ['await sites', (page) => page.keyboard.press('3')],
  [
    'lanes of locks, grouped by state, one of them pinned',
    async (page) => {
      await page.locator('.tree').focus()
      for (const key of ['l', 'g', 'g', 'p']) await page.keyboard.press(key)
      await page.waitForSelector('.pinned-row')
    },
  ],
  ['a word from a command', (page) => page.keyboard.press('Shift+Z')],
  [
    'the menu of what can be taken away',
    async (page) => {
      await page.getByRole('button', { name: 'Export' }).click()
      await page.getByRole('menuitem').first().waitFor()
    },
  ],
  [
    'the list of keys',
    async (page) => {
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Keys' }).click()
      await page.waitForSelector('dialog[open]')
    },
  ],
  [
    'a filter with completions',
    async (page) => {
      await page.keyboard.press('Escape')
      await page.locator('.search').fill('sta')
      await page.getByRole('option').first().waitFor()
    },
  ],
  [
    'a filter that is wrong',
    async (page) => {
      await page.locator('.search').fill('wait:>soon')
      await page.locator('.tree').focus()
      await page.waitForSelector('.filter-error:not([hidden])')
    },
  ],
  [
    'a filter that finds nothing',
    async (page) => {
      await page.locator('.search').fill('nobody')
      await page.waitForSelector('.nothing-found:not([hidden])')
    },
  ],
]

describe.skipIf(!chromiumPath)('axe finds nothing', () => {
  const panel = realPanel()

  it.each(themes)('in any state of lanes, in the theme %s', async (_, options) => {
    const page = await panel.open('states', trace(DRAWING, { killed: true }), { ...options, reducedMotion: 'reduce' })
    for (const [name, bring] of states) {
      await bring(page)
      await expectAccessible(page, name)
    }
    // Nobody who asked for less of it sees anything move.
    const moving = await page.evaluate(() => document.getAnimations().length)
    const durations = await page.locator('*').evaluateAll((all) => all.map((each) => getComputedStyle(each).transition))
    expect([moving, new Set(durations).size]).toEqual([0, 1])
  })

  it.each(themes)('with 100,000 tasks, in the theme %s', async (_, options) => {
    const page = await panel.open('many', many, options)
    await page.keyboard.press('4')
    await page.locator('.search').fill('request-9')
    await page.locator('.found', { hasText: 'of 100,000' }).waitFor()
    await expectAccessible(page)
  })

  it.each(themes)('without lanes: no file, no task, no trace, in the theme %s', async (_, options) => {
    const nothing = joined([headerBytes({ pid: 1 }), definitionsBlock([]), eventsBlock(0, 0, [['ALIVE', 0, 5, 0, 0]])])
    await expectAccessible(await panel.open('', undefined, options, 'input[type=file]'), 'no file')
    await expectAccessible(await panel.open('empty', nothing, options, '.screen li'), 'no task')
    await expectAccessible(
      await panel.open('text', new TextEncoder().encode('text'), options, '[role=alert]'),
      'no trace',
    )
  })
})
