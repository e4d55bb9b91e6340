import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { perfettoTrace } from '../../trace/exports/perfetto/perfetto.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { joinProcesses } from '../../trace/model/processes.ts'
import { trace } from '../ascii/trace.ts'
import { manyTasks } from '../webview/manyTasks.ts'
import { chooseFromMenu, laneOf, openedMenu, selectLane, useWindow } from './window.ts'

const crawl = trace(`
  loop    :                   pp
  main    : =#...................=#✓ | opens task_group TG from 2 to 16, awaits task_group @3, woken by fetch-2
  holder  :  =#.....=#✓              | by main, in task_group TG at 2, awaits sleep @4, holds lock pool from 2 to 8
  fetch-1 :  ==#.....==#x            | by main, in task_group TG at 2, awaits lock pool @5<run:9, woken by holder, cancelled by main at 6
  fetch-2 :  ===#.......==#!         | by main, in task_group TG at 2, awaits read @6
`)
const window = useWindow('panel', {
  files: {
    'crawl.looptrace': crawl,
    'many.looptrace': manyTasks(100_000, 2),
    'app.py': '# a line\n'.repeat(60),
    'notes.txt': 'a text beside the traces\n',
  },
})
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** One check at least for each numbered point of what the panel is for (docs/panel.md); a program that runs has live.test.ts. */
describe('the panel in VS Code', () => {
  const part = (selector: string): Locator => window().workbench.trace.locator(selector)
  const command = (title: string): Promise<void> => window().workbench.runCommand(`Loopscope Panel: ${title}`)
  async function open(task: string): Promise<void> {
    const { workbench } = window()
    await workbench.openFile('crawl.looptrace')
    await selectLane(workbench, task)
  }
  /** Types into the filter, once the focus is there. */
  async function filter(text: string): Promise<void> {
    await command('Filter Tasks')
    await expect
      .poll(() => part('.search').evaluate((search) => document.hasFocus() && search.matches(':focus')))
      .toBe(true)
    await window().workbench.page.keyboard.type(text)
  }
  /** Which part of the trace is in view, whatever the width of the panel. */
  const shareInView = (): Promise<string> =>
    part('.overview .selection').evaluate((selection) => {
      const whole = selection.closest('svg')!.getBoundingClientRect()
      const { left, width } = selection.getBoundingClientRect()
      return [(left - whole.left) / whole.width, width / whole.width].map((share) => share.toFixed(2)).join(' ')
    })
  /** Asks for a file, answers VS Code's own question where to save it, and waits for it. */
  async function saveAs(title: string, name: string): Promise<string> {
    const { workbench, folder } = window()
    await workbench.startCommand(`Loopscope Panel: ${title}`)
    const input = workbench.page.locator('.quick-input-widget:visible input[type="text"]')
    await input.waitFor()
    await expect.poll(() => input.inputValue()).toContain(name)
    await workbench.page.keyboard.press('Enter')
    const path = join(folder, name)
    await expect.poll(() => existsSync(path) && statSync(path).size > 0, { timeout: 30_000 }).toBe(true)
    return path
  }

  it('1: scrolls 100,000 tasks as few elements', async () => {
    const { workbench } = window()
    await workbench.openFile('many.looptrace')
    await laneOf(workbench, 'request-1').waitFor()
    await filter('handle')
    await part('.found').filter({ hasText: '100,000 of 100,000' }).waitFor()
    await command('Last Lane')
    await laneOf(workbench, 'request-100000', { selected: true }).waitFor()
    await expect.poll(() => part('.tree [role=treeitem]').count()).toBeLessThan(100)
  })

  it('2: brackets groups, has lanes for locks on demand, and groups tasks otherwise', async () => {
    const { workbench } = window()
    await open('fetch-1')
    await laneOf(workbench, 'TaskGroup').waitFor()
    await expect.poll(() => laneOf(workbench, 'fetch-1').getAttribute('aria-level')).toBe('3')
    await expect.poll(() => laneOf(workbench, 'pool').count()).toBe(0)
    await command('Show or Hide Locks and Queues')
    await laneOf(workbench, 'pool 2').waitFor()
    await command('Group Tasks by the Next Property')
    await laneOf(workbench, 'TaskGroup').waitFor({ state: 'detached' })
    await expect.poll(() => laneOf(workbench, 'fetch-1 , coroutine').getAttribute('aria-level')).toBe('2')
  })

  it('3: says who created, woke and cancelled a task, and why it took so long', async () => {
    await open('fetch-1')
    const details = part('.drawer-left')
    await details.filter({ hasText: 'requested by main at 0.006' }).waitFor()
    await details.filter({ hasText: /created.*by main/ }).waitFor()
    await part('.drawer')
      .getByRole('row', { name: /lock · pool 2.*holder/ })
      .waitFor()
    await details.filter({ hasText: 'Critical path of 11.0 ms' }).waitFor()
    await command('Show or Hide Why It Took So Long')
    await part('.why-head .toggle[aria-pressed=true]').waitFor()
  })

  it('3: leads to the line where a task waits, in place of the trace or beside it', async () => {
    const { workbench } = window()
    await open('fetch-1')
    for (let segment = 0; segment < 3; segment++) await command('Next Segment of the Lane')
    await part('.drawer-left dt')
      .filter({ hasText: /^waiting/ })
      .waitFor()
    await command('Open the Source Line')
    await workbench.cursorAt(5)
    await workbench.tab('crawl.looptrace').click()
    await laneOf(workbench, 'fetch-1', { selected: true }).waitFor()
    await command('Open the Source Line to the Side')
    const beside = workbench.page.locator('.editor-group-container').nth(1)
    await beside.getByRole('tab', { name: 'app.py' }).waitFor()
    await laneOf(workbench, 'fetch-1', { selected: true }).waitFor()
  })

  it('4: shows the await graph at the cursor, which commands move', async () => {
    const { workbench } = window()
    await open('fetch-1')
    await command('Show the Await Graph')
    for (const begins of ['0.001', '0.003', '0.004']) {
      await command('Next Segment of the Lane')
      await part('.await-graph h2').filter({ hasText: begins }).waitFor()
    }
    const graph = workbench.trace.getByRole('tree', { name: 'Await graph' })
    await graph.getByRole('treeitem', { name: /fetch-1.*held by holder/ }).waitFor()
    await command('Cursor to the Next Event')
    await part('.await-graph h2').filter({ hasNotText: '0.004' }).waitFor()
  })

  it('5: restricts its tables to the filter and to the range', async () => {
    await open('holder')
    await command('Show the Table of Tasks')
    await part('.tasks-table').filter({ hasText: '4 tasks' }).waitFor()
    await command('Select the Time Range of the Selection')
    await filter('cancelled')
    await part('.tasks-table').filter({ hasText: '1 task' }).waitFor()
    await command('Show the Await Sites')
    await part('.sites-table').filter({ hasText: '1 await site' }).waitFor()
  })

  it('6: has a menu for a lane, with what commands do', async () => {
    const { workbench } = window()
    await open('main')
    const scale = await part('.axis-scale').textContent()
    await chooseFromMenu(workbench, laneOf(workbench, 'holder'), 'Frame the Selection')
    await laneOf(workbench, 'holder', { selected: true }).waitFor()
    await expect.poll(() => part('.axis-scale').textContent()).not.toBe(scale)
  })

  it('6: has the same menu by keyboard, below the selected lane, and its commands act on that', async () => {
    const { workbench } = window()
    const entries = workbench.page.locator('.context-view').getByRole('menuitem')
    const pin = entries.filter({ hasText: 'Pin or Unpin the Lane' })
    await open('holder')
    const byPointer = await openedMenu(entries, () => laneOf(workbench, 'holder').click({ button: 'right' }))
    await workbench.page.keyboard.press('Escape')
    await pin.waitFor({ state: 'hidden' })
    expect(await openedMenu(entries, () => part('.tree').press('Shift+F10'))).toEqual(byPointer)
    const row = (await laneOf(workbench, 'holder').boundingBox())!
    expect(Math.abs((await entries.first().boundingBox())!.y - row.y - row.height)).toBeLessThan(2 * row.height)
    const isActive = (): Promise<boolean> => pin.evaluate((entry) => entry.closest('li')!.matches('.focused'))
    for (let i = 0; i < byPointer.length && !(await isActive()); i++) await workbench.page.keyboard.press('ArrowDown')
    await workbench.page.keyboard.press('Enter')
    await part('.tree .pinned-row').filter({ hasText: 'holder' }).waitFor()
  })

  it('7: is accessible, and speaks what is selected', async () => {
    await open('fetch-2')
    await part('[aria-live=polite]')
      .filter({ hasText: /fetch-2.*ValueError/ })
      .waitFor()
    await part('body').evaluate(axe)
    const found = await part('body').evaluate(async () => {
      const { axe: checker } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      return (await checker.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
    })
    expect(found).toEqual([])
  })

  it('8: is as it was left after it was hidden, moved, and loaded anew', async () => {
    const { workbench } = window()
    await workbench.openFile('notes.txt')
    await open('holder')
    await command('Frame the Selection')
    await command('Show the Table of Tasks')
    await filter('-failed')
    await part('.found').filter({ hasText: '3 of 4' }).waitFor()
    const seen = async (): Promise<unknown> => [
      await shareInView(),
      await part('.search').inputValue(),
      await part('.tree [aria-selected=true]').getAttribute('id'),
      await part('[role=tab][aria-selected=true]').textContent(),
    ]
    let before = await seen()
    expect(before).toContain('-failed')
    const isAsBefore = async (): Promise<void> => {
      await laneOf(workbench, 'holder', { selected: true }).waitFor()
      await expect.poll(seen).toEqual(before)
    }
    await workbench.tab('notes.txt').click()
    await part('.view').waitFor({ state: 'hidden' })
    await workbench.tab('crawl.looptrace').click()
    await isAsBefore()
    await workbench.runCommand('View: Move Editor into Right Group')
    await workbench.page.locator('.editor-group-container').nth(1).waitFor()
    await isAsBefore()
    await workbench.runCommand('View: Move Editor into Left Group')
    await workbench.page.locator('.editor-group-container').nth(1).waitFor({ state: 'detached' })
    await isAsBefore()
    await filter(' -cancelled')
    await expect.poll(() => part('.search').inputValue()).toBe('-failed -cancelled')
    before = await seen()
    await expect.poll(() => workbench.hasStoredOfEditors('-cancelled'), { timeout: 60_000 }).toBe(true)
    await workbench.page.reload()
    await isAsBefore()
  })

  it('10: is taken away as a page that works offline, for Perfetto, and as a picture', async () => {
    const { workbench, folder } = window()
    await open('fetch-1')
    const page = await saveAs('Save the Trace as a Page', 'crawl.html')
    await workbench.notification('crawl.html is saved').waitFor()
    const context = await workbench.page.context().browser()!.newContext({ offline: true })
    const alone = await context.newPage()
    await alone.goto(pathToFileURL(page).href)
    await alone.getByRole('treeitem', { name: /^fetch-1/ }).waitFor()
    await context.close()

    const saved = readFileSync(await saveAs('Save the Trace for Perfetto', 'crawl.pftrace'))
    const model = buildModel(readTrace(crawl))
    const expected = Buffer.concat([...perfettoTrace(joinProcesses([{ source: folder, model }]))])
    expect(saved.equals(expected)).toBe(true)

    expect(readFileSync(await saveAs('Save What Is in View as SVG', 'crawl.svg'), 'utf8')).toContain('fetch-1')
    const png = readFileSync(await saveAs('Save What Is in View as PNG', 'crawl.png'))
    expect(png.subarray(1, 4).toString()).toBe('PNG')
  })
})
