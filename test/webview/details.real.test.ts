import { describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { panelCommands } from '../../trace/panel/commands.ts'
import { trace } from '../ascii/trace.ts'
import { manyTasks } from './manyTasks.ts'
import { chromiumPath, expectAccessible, laneNames, realPanel, themes } from './realPanel.ts'

const DRAWING = `
  main    : =#..............=#✓ | opens task_group TG from 2 to 16, awaits task_group @3, woken by fetch-2
  holder  :  =#.....=#✓        | by main, in task_group TG at 2, awaits sleep @4, holds lock pool from 2 to 8
  fetch-1 :  ==#.....==#x      | by main, in task_group TG at 2, awaits lock pool @5<run:9, woken by holder, cancelled by main at 6
  fetch-2 :  ===#.......==#!   | by main, in task_group TG at 2, awaits read @6
  odd     : =====#...          | awaits task even
  even    : ======#..          | awaits task odd
`
const row = (page: Page, name: string) =>
  page.locator('.tree .row', { has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) })
const treeRows = (page: Page): Promise<string[]> =>
  page.getByRole('tree', { name: 'Await graph' }).getByRole('treeitem').allTextContents()

describe.skipIf(!chromiumPath)('the details of a panel', () => {
  const panel = realPanel()

  it.each(themes)('show the await graph at the cursor, scrubbed by keyboard, in the theme %s', async (_, options) => {
    const page = await panel.open('moment', trace(DRAWING), options)
    await page.keyboard.press('1')
    const graph = page.getByRole('tree', { name: 'Await graph' })
    await graph.waitFor()
    // To 3.5 ms, and from event to event: at 4 ms fetch-2 has suspended.
    for (let i = 0; i < 4; i++) await page.keyboard.press('.')
    await page.waitForFunction(() => document.querySelector('.await-graph h2')?.textContent?.includes('0.004'))
    const rows = await treeRows(page)
    expect(rows[0]).toContain('mainwaits for task group since')
    expect(rows.find((text) => text.includes('fetch-1'))).toContain('held by holder')
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => document.querySelector('.await-graph h2')?.textContent?.includes('the end'))
    expect(await treeRows(page)).toEqual([
      expect.stringMatching(/odd.*↻ cycle/),
      expect.stringMatching(/even.*↻ cycle/),
      expect.stringMatching(/odd.*↻ cycle.*shown above/),
    ])
    await expectAccessible(page)
  })

  it('show the stack of every waiting task at that moment, and the ready queue', async () => {
    const page = await panel.open('stacks', trace(DRAWING))
    await page.keyboard.press('1')
    for (let i = 0; i < 4; i++) await page.keyboard.press('.')
    await page.getByRole('button', { name: 'Stacks' }).click()
    await page.waitForSelector('.frame-row')
    const rows = await treeRows(page)
    expect(rows.join('|')).toMatch(/fetch-1waits.*\|runapp.py:9\|fetch-1app.py:5/)
    await expect.poll(() => page.locator('.ready-queue').textContent()).toMatch(/Ready queue: .*even since/)
    await page.keyboard.press('y')
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes('└── '))
  })

  it('say why it took so long, and draw it on the lanes', async () => {
    const page = await panel.open('why', trace(DRAWING))
    await row(page, 'main').click()
    const details = page.getByRole('region', { name: 'Details' })
    await expect.poll(() => details.textContent()).toContain('Critical path of 18.0 ms')
    await expect.poll(() => details.locator('.why-list li').first().textContent()).toContain('fetch-2 waited for read')
    const toggle = page.getByRole('button', { name: 'On the lanes' })
    await expect.poll(() => toggle.getAttribute('aria-pressed')).toBe('false')
    await page.keyboard.press('c')
    await page.waitForSelector('.why-head .toggle[aria-pressed=true]')
    await expectAccessible(page)
    await details.getByRole('button', { name: 'fetch-2' }).first().click()
    await page.waitForSelector('#lane-task-4[aria-selected=true]')
  })

  it.each(themes)(
    'list tasks and await sites that follow the filter and the range, in the theme %s',
    async (_, options) => {
      const page = await panel.open('tables', trace(DRAWING), options)
      await page.keyboard.press('4')
      const table = page.getByRole('grid', { name: 'Tasks' })
      await table.waitFor()
      await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('7')
      await page.keyboard.press('/')
      await page.keyboard.type('name:fetch-*')
      await page.waitForFunction(() => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === '3')
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await page.waitForFunction(() => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === '7')
      await page.getByRole('button', { name: 'waiting' }).click()
      const first = table.getByRole('row').nth(1)
      await page.waitForFunction(() => document.querySelector('[aria-sort=descending]'))
      await expect.poll(() => first.textContent()).toContain('main')
      await row(page, 'holder').click()
      await page.keyboard.press('r')
      // The range is the holder's life, 1 to 10 ms: all that were there, with the time that lies in it.
      await page.waitForFunction(
        () =>
          document.querySelector('.tasks-table [role=row]:nth-child(1) [role=gridcell]:nth-child(8)')?.textContent ===
          '8.00 ms',
      )
      await page.keyboard.press('3')
      const sites = page.locator('.sites-table')
      await sites.waitFor()
      await expect.poll(() => sites.textContent()).toContain('readreadapp.py:615.00 ms')
      await expectAccessible(page)
    },
  )

  it('complete the filter, and say at the place what is wrong with it', async () => {
    const page = await panel.open('filter', trace(DRAWING))
    await page.keyboard.press('/')
    await page.keyboard.type('stat')
    const choices = page.getByRole('listbox', { name: 'Completions' })
    await choices.waitFor()
    await expectAccessible(page)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.type('wai')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('combobox', { name: 'Filter tasks' }).inputValue()).toBe('state:waiting ')
    await page.waitForFunction(() => document.querySelector('.found')?.textContent === '2 of 6 tasks')
    await page.keyboard.type('wait:>5x ')
    await page.waitForSelector('.filter-error:not([hidden])')
    await expect.poll(() => page.locator('.filter-error').textContent()).toContain("'x' is no unit")
    expect((await laneNames(page)).slice(1)).toEqual(['odd', 'even'])
    await expectAccessible(page)
  })

  it('zoom back and forward, and keep all of it over a reload', async () => {
    const page = await panel.open('back', trace(DRAWING))
    const axis = page.locator('.axis-scale')
    const whole = await axis.textContent()
    const becomes = (text: string | null, same = true): Promise<unknown> =>
      page.waitForFunction(([wanted, is]) => (document.querySelector('.axis-scale')?.textContent === wanted) === is, [
        text,
        same,
      ] as const)
    await row(page, 'holder').click()
    await page.keyboard.press('f')
    await becomes(whole, false)
    const framed = await axis.textContent()
    await page.keyboard.press('z')
    await becomes(whole)
    await page.keyboard.press('Shift+Z')
    await becomes(framed)
    await page.keyboard.press('r')
    await page.keyboard.press('3')
    await page.keyboard.press('/')
    await page.keyboard.type('-odd')
    await page.waitForFunction(() =>
      Object.keys(sessionStorage).some((key) => sessionStorage.getItem(key)?.includes('-odd')),
    )
    await page.reload()
    await page.waitForSelector('#tab-sites[aria-selected=true]')
    await becomes(framed)
    await expect.poll(() => page.locator('.found').textContent()).toBe('5 of 6 tasks')
    await expect.poll(() => page.getByRole('combobox', { name: 'Filter tasks' }).inputValue()).toBe('-odd')
  })

  it('select a range by dragging, whose edges snap', async () => {
    const page = await panel.open('range', trace(DRAWING))
    const lanes = (await page.locator('.lanes').boundingBox())!
    const box = (await row(page, 'holder').boundingBox())!
    const xOf = (ms: number): number => lanes.x + (lanes.width * (ms / 18 + 0.006)) / 1.106
    await page.keyboard.press('4')
    await page.keyboard.down('Shift')
    await page.mouse.move(xOf(2) + 4, box.y + 11)
    await page.mouse.down()
    await page.mouse.move(xOf(8) - 4, box.y + 11, { steps: 5 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    await page.waitForFunction(() =>
      Object.keys(sessionStorage).some((key) =>
        sessionStorage.getItem(key)?.includes('"range":{"startNs":2000000,"endNs":8000000}'),
      ),
    )
    await page.keyboard.press('Escape')
    await page.waitForFunction(() =>
      Object.keys(sessionStorage).every((key) => !sessionStorage.getItem(key)?.includes('"range"')),
    )
  })

  it('list every key', async () => {
    const page = await panel.open('keys', trace(DRAWING))
    await page.keyboard.press('?')
    await page.waitForSelector('dialog[open]')
    const keys = await page.locator('dialog .keys').textContent()
    for (const { title } of panelCommands) expect(keys).toContain(title)
    await expectAccessible(page)
  })

  it('stay few elements with 100,000 tasks', async () => {
    const page = await panel.open('many', manyTasks(100_000, 3))
    await page.keyboard.press('4')
    const table = page.getByRole('grid', { name: 'Tasks' })
    await table.waitFor()
    await table.focus()
    await page.keyboard.press('End')
    await page.waitForFunction(() =>
      document.querySelector('[role=grid] .active')?.textContent?.includes('request-100000'),
    )
    await expect.poll(() => table.getByRole('row').count()).toBeLessThan(50)
    await page.keyboard.press('Enter')
    await page.waitForSelector('#lane-task-100000[aria-selected=true]')
  })
})
