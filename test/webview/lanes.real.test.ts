import { describe, expect, it } from 'vitest'
import { trace } from '../ascii/trace.ts'
import { manyTasks } from './manyTasks.ts'
import { chromiumPath, expectAccessible, laneNames, realPanel, themes } from './realPanel.ts'

const DRAWING = `
  loop    :                pp
  main    : =#..............=#✓ | opens task_group TG from 2 to 13, awaits task_group
  holder  :  =#.....=#✓       | by main, in task_group TG at 2, holds lock pool from 2 to 8
  fetch-1 :  ==#.....==#x     | by main, in task_group TG at 2, awaits lock pool, woken by holder, cancelled by main at 6
  fetch-2 :  ===#.......==#!  | by main, awaits queue_get pages, level pages 2 at 3, level pages 0 at 8, job zip of pool 4 5 9 @12
`

describe.skipIf(!chromiumPath)('the lanes of a panel', () => {
  const panel = realPanel()

  it.each(themes)('bracket the tasks of a group, and are accessible in the theme %s', async (theme, options) => {
    const page = await panel.open('group', trace(DRAWING), options)
    await expect.poll(() => page.locator('body').getAttribute('data-theme')).toBe(theme)
    expect(await laneNames(page)).toEqual([
      'Event loop',
      'MainThread',
      'main',
      'TaskGroup',
      'holder',
      'fetch-1',
      'fetch-2',
    ])
    await expect.poll(() => page.locator('.gutter-bracket').count()).toBe(1)
    await expect.poll(() => page.locator('#lane-task-2').getAttribute('aria-level')).toBe('3')
    await page.locator('#lane-scope-0').click()
    await page.waitForSelector('#lane-scope-0[aria-selected=true]')
    await expect
      .poll(() => page.getByRole('region', { name: 'Details' }).textContent())
      .toContain('2 tasks · 1 cancelled')
    await expectAccessible(page)
  })

  it('show locks and queues when asked, with who holds and who waits at the cursor', async () => {
    const page = await panel.open('locks', trace(DRAWING))
    await page.keyboard.press('l')
    await page.waitForSelector('#lane-object-2')
    expect((await laneNames(page)).slice(2, 4)).toEqual(['pages 3', 'pool 2'])
    const lanes = (await page.locator('.lanes').boundingBox())!
    const row = (await page.locator('#lane-object-2').boundingBox())!
    await page.mouse.click(lanes.x + lanes.width * 0.36, row.y + row.height / 2)
    await page.waitForSelector('#lane-object-2[aria-selected=true]')
    const details = await page.getByRole('region', { name: 'Details' }).textContent()
    expect(details).toMatch(/held byholder for .*waitingfetch-1 for/)
    await expect
      .poll(() => page.getByRole('button', { name: 'Locks & queues' }).getAttribute('aria-pressed'))
      .toBe('true')
    await expectAccessible(page)
  })

  it('show the jobs of executor threads', async () => {
    const page = await panel.open('jobs', trace(DRAWING))
    await page.locator('#lane-thread-1').click()
    await page.keyboard.press(']')
    await page.waitForFunction(() => document.querySelector('.drawer-left')?.textContent?.includes('Selected job'))
    await expect
      .poll(() => page.getByRole('region', { name: 'Details' }).textContent())
      .toContain('ran4.00 ms from 0.005')
  })

  it('are grouped, sorted and pinned by keyboard, and stay so over a reload', async () => {
    const page = await panel.open('grouped', trace(DRAWING))
    await page.getByLabel('Group:').selectOption('state')
    await page.waitForSelector('#lane-group-5')
    expect((await laneNames(page)).slice(2)).toEqual([
      'failed',
      'fetch-2',
      'cancelled',
      'fetch-1',
      'done',
      'main',
      'holder',
    ])
    await page.locator('#lane-task-3').click()
    await page.keyboard.press('p')
    await page.waitForFunction(() => document.querySelector('.gutter-pinned #lane-task-3'))
    expect((await laneNames(page)).slice(0, 2)).toEqual(['Event loop', 'fetch-1'])
    await expectAccessible(page)
    await page.reload()
    await page.waitForSelector('.gutter-pinned #lane-task-3[aria-selected=true]')
    await expect.poll(() => page.getByLabel('Group:').inputValue()).toBe('state')
  })

  it('fold siblings that are many into one, and open it', async () => {
    const page = await panel.open('many', manyTasks(5000, 3))
    const names = await laneNames(page)
    expect(names.at(-1)).toBe('4,989 more handle()')
    await page.keyboard.press('End')
    await page.waitForSelector('.fold-row[aria-selected=true][aria-expanded=false]')
    await expectAccessible(page)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('End')
    await page.waitForFunction(() =>
      document.querySelector('.tree [aria-selected=true]')?.textContent?.includes('request-5000,'),
    )
    await page.reload()
    await page.waitForFunction(() =>
      document.querySelector('.tree [aria-selected=true]')?.textContent?.includes('request-5000,'),
    )
  })
})
