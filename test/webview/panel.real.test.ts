import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitionsBlock, eventsBlock, headerBytes, joined } from '../../trace/format/writer.ts'
import { trace } from '../ascii/trace.ts'
import { chromiumArgs, findChromium } from '../real/chromium.ts'
import { manyTasks } from './manyTasks.ts'
import { startPanelServer, type PanelServer } from './panelServer.ts'

const DRAWING = `
  loop    :            pp
  main    : =#...............
  holder  :  =#.....=#✓        | by main
  fetch-1 :  ==#.....==#x      | by main, awaits lock, woken by holder, cancelled by main at 6
  fetch-2 :  ===#.......==#!   | by main, awaits read
`
const DEADLOCK = `
  giver : =#..............     | awaits task taker @5
  taker :  =#.............     | awaits task giver @6
`
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** What the page keeps of the messages that the panel sends to its host. */
interface Sent {
  sent: { readonly type: string }[]
}
const executablePath = await findChromium()

describe.skipIf(!executablePath)(executablePath ? 'the panel in Chromium' : 'the panel: no Chromium was found', () => {
  let browser: Browser
  let server: PanelServer
  const problems: string[] = []

  beforeAll(async () => {
    server = await startPanelServer()
    browser = await chromium.launch({ executablePath: executablePath!, args: chromiumArgs })
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
    expect(problems).toEqual([])
  })

  async function open(url: string, ready = '[role=treeitem]', options = {}): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })).newPage()
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await page.addInitScript(() => {
      const kept: Sent['sent'] = []
      Object.assign(globalThis, { sent: kept })
      addEventListener('loopscope', (event) => kept.push((event as CustomEvent<Sent['sent'][0]>).detail))
    })
    await page.goto(url)
    await page.waitForSelector(ready)
    return page
  }
  async function expectAccessible(page: Page): Promise<void> {
    await page.evaluate(axeSource)
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
    })
    expect(found).toEqual([])
  }
  /** The latest message of this type that the panel sent to its host. */
  async function message(page: Page, type: string): Promise<unknown> {
    const sent = await page.waitForFunction(
      (wanted) => (globalThis as unknown as Sent).sent.filter((each) => each.type === wanted).pop(),
      type,
    )
    return sent.jsonValue()
  }
  const drawn = (): string => server.serve('drawn.looptrace', trace(DRAWING))
  /** The accessible name of each row: its text without what is hidden from screen readers. */
  const labels = (page: Page, rows = '[role=treeitem]'): Promise<string[]> =>
    page.locator(rows).evaluateAll((found) =>
      found.map((row) => {
        const copy = row.cloneNode(true) as Element
        copy.querySelectorAll('[aria-hidden=true]').forEach((hidden) => hidden.remove())
        return copy.textContent ?? ''
      }),
    )

  it('names every lane in a tree that a screen reader can walk', async () => {
    const page = await open(drawn())
    const shown = await labels(page)
    expect(shown[0]).toContain('Event loop, MainThread · SelectorLoop')
    expect(shown.slice(1)).toEqual([
      expect.stringContaining('main, coroutine main, unfinished'),
      expect.stringContaining('holder, coroutine holder, done after 9.00 ms'),
      expect.stringContaining('fetch-1, coroutine fetch-1, cancelled after 11.0 ms, waited 45 %'),
      expect.stringContaining('fetch-2, coroutine fetch-2, failed: ValueError: no'),
    ])
    const second = page.locator('[role=treeitem]').nth(2)
    await expect.poll(() => second.getAttribute('aria-level')).toBe('2')
    await expect.poll(() => second.getAttribute('aria-posinset')).toBe('1')
    await expect.poll(() => second.getAttribute('aria-setsize')).toBe('3')
    await expectAccessible(page)
  })

  it('selects by keyboard, tells the story, and opens the source line', async () => {
    const page = await open(drawn())
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown')
    await page.waitForSelector('.tree [aria-selected=true]')
    expect((await labels(page, '.tree [aria-selected=true]'))[0]).toContain('fetch-1')
    await expect.poll(() => page.getByRole('tree').getAttribute('aria-activedescendant')).toBe('lane-task-3')
    const details = page.getByRole('region', { name: 'Details' })
    await expect.poll(() => details.textContent()).toContain('created')
    await expect.poll(() => details.textContent()).toContain('requested by main at 0.006')
    await page.keyboard.press(']')
    await page.keyboard.press(']')
    await page.keyboard.press(']')
    await page.waitForFunction(() => document.querySelector('.drawer-left')?.textContent?.includes('Selected segment'))
    await expect.poll(() => page.locator('[aria-live=polite]').textContent()).toContain('waiting')
    await page.keyboard.press('Enter')
    expect(await message(page, 'openSource')).toEqual({ type: 'openSource', file: 'app.py', line: 30, toSide: false })
    await expectAccessible(page)
  })

  it('selects, zooms, pans and opens by pointer', async () => {
    const page = await open(drawn())
    const lanes = (await page.locator('.lanes').boundingBox())!
    const row = (await page.locator('#lane-task-3').boundingBox())!
    const point = { x: lanes.x + lanes.width * 0.37, y: row.y + row.height / 2 }
    await page.mouse.move(point.x, point.y)
    await page.waitForSelector('.tooltip:not([hidden])')
    await expect.poll(() => page.locator('.tooltip').textContent()).toContain('waiting5.00 ms from 0.004')
    await page.mouse.click(point.x, point.y)
    await page.waitForSelector('#lane-task-3[aria-selected=true]')
    const before = await page.locator('.axis-scale').textContent()
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -200)
    await page.keyboard.up('Control')
    await page.waitForFunction((text) => document.querySelector('.axis-scale')?.textContent !== text, before)
    const zoomed = await page.locator('.axis-scale').textContent()
    await page.mouse.down()
    await page.mouse.move(point.x + 200, point.y, { steps: 4 })
    await page.mouse.up()
    await page.waitForFunction((text) => document.querySelector('.axis-scale')?.textContent !== text, zoomed)
    await page.keyboard.press('Home')
    await page.waitForFunction((text) => document.querySelector('.axis-scale')?.textContent === text, before)
    await page.mouse.dblclick(point.x, point.y)
    expect(await message(page, 'openSource')).toMatchObject({ type: 'openSource', file: 'app.py' })
  })

  it('says what is wrong, and leads to the tasks and the line', async () => {
    const page = await open(server.serve('deadlock.looptrace', trace(DEADLOCK, { killed: true })))
    await page.getByRole('button', { name: '1 finding' }).click()
    const lists = page.getByRole('region', { name: 'Awaits and lists' })
    await expect.poll(() => lists.textContent()).toContain('Deadlock at')
    await expectAccessible(page)
    await lists.getByRole('button', { name: 'app.py:6' }).first().click()
    expect(await message(page, 'openSource')).toMatchObject({ file: 'app.py', line: 6 })
    await lists.getByRole('button', { name: 'giver' }).first().click()
    await page.waitForSelector('.tree [aria-selected=true]')
    await expect.poll(() => page.getByRole('region', { name: 'Details' }).textContent()).toContain('Deadlock at')
  })

  it('takes a trace by messages from VS Code', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.addInitScript(() => {
      const posted: unknown[] = []
      Object.assign(globalThis, {
        posted,
        acquireVsCodeApi: () => ({
          postMessage: (message: unknown) => posted.push(message),
          getState: () => undefined,
          setState: () => undefined,
        }),
      })
    })
    await page.goto(server.origin)
    await page.waitForFunction(
      () => (globalThis as unknown as { posted: { type: string }[] }).posted[0]?.type === 'ready',
    )
    const send = async (messages: (object | Uint8Array)[]): Promise<void> => {
      for (const message of messages) await page.evaluate((each) => window.postMessage(each), message)
    }
    const bytes = trace(DRAWING)
    const chunks = Array.from({ length: Math.ceil(bytes.length / 100) }, (_, i) => ({
      type: 'chunk',
      bytes: bytes.slice(i * 100, (i + 1) * 100),
    }))
    const begin = (stamp: string): object => ({
      type: 'begin',
      fileName: 'app.looptrace',
      byteLength: bytes.length,
      stamp,
    })
    // What the lanes are to show is sent before there are any.
    const later = (count: number): object[] => [{ type: 'end' }, { type: 'others', count }]
    await send([begin('one'), ...chunks, { type: 'nonsense' }, ...later(2), { type: 'reveal', task: 4 }])
    await page.waitForSelector('#lane-task-4[aria-selected=true]')
    await page.getByText('2 other processes of this program were recorded.').waitFor()
    // The file is another one: so is what is said of it.
    await send([begin('two'), ...chunks, ...later(1)])
    await page.getByText('1 other process of this program was recorded.').waitFor()
    await page.getByRole('button', { name: 'Show all on one clock' }).click()
    await page.waitForFunction(() =>
      (globalThis as unknown as { posted: { type: string }[] }).posted.some(({ type }) => type === 'openProgram'),
    )
  })

  it('folds and unfolds, and finds tasks by name', async () => {
    const page = await open(drawn())
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowLeft')
    await page.waitForFunction(() => document.querySelectorAll('[role=treeitem]').length === 2)
    await expect.poll(() => page.locator('[role=treeitem]').nth(1).getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.press('/')
    await page.keyboard.type('fetch-2')
    await page.waitForFunction(() => document.querySelectorAll('[role=treeitem]').length === 3)
    await expect.poll(() => page.locator('.found').textContent()).toBe('1 of 4 tasks')
    await expectAccessible(page)
  })

  it('opens again as it was left', async () => {
    const page = await open(drawn())
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('f')
    await page.waitForFunction(() =>
      Object.keys(sessionStorage).some((key) => sessionStorage.getItem(key)?.includes('"selectedLane":"task-2"')),
    )
    await page.reload()
    await page.waitForSelector('.tree [aria-selected=true]')
    expect((await labels(page, '.tree [aria-selected=true]'))[0]).toContain('holder')
  })

  it.each([
    ['dark', { colorScheme: 'dark' }],
    ['light', { colorScheme: 'light' }],
    ['hcDark', { colorScheme: 'dark', contrast: 'more' }],
    ['hcLight', { colorScheme: 'light', contrast: 'more' }],
  ])('is accessible in the theme %s', async (theme, options) => {
    const page = await open(drawn(), '[role=treeitem]', options)
    await expect.poll(() => page.locator('body').getAttribute('data-theme')).toBe(theme)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press(']')
    await page.waitForSelector('.time-bar')
    await expectAccessible(page)
    await page.keyboard.press('?')
    await page.waitForSelector('dialog[open]')
    await expectAccessible(page)
  })

  it('reads another file that is dropped on it', async () => {
    const page = await open(server.serve('first.looptrace', manyTasks(20, 5)))
    // Its worker is gone by then: it had nothing more to do.
    await page.waitForFunction(() => /20 tasks/.test(document.querySelector('.summary')?.textContent ?? ''))
    await expect.poll(() => page.workers().length).toBe(0)
    await page.evaluate(
      (bytes) => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([Uint8Array.from(bytes)], 'second.looptrace'))
        window.dispatchEvent(new DragEvent('drop', { dataTransfer }))
      },
      [...manyTasks(30, 5)],
    )
    await page.waitForFunction(() => /30 tasks/.test(document.querySelector('.summary')?.textContent ?? ''))
  })

  it('shows how far it has read', async () => {
    const page = await open(server.serveStalled('slow.looptrace', manyTasks(1000, 5)), 'progress[value]')
    await expect.poll(() => page.locator('.screen-detail').textContent()).toMatch(/MB of .* MB · 50 %/)
    await expectAccessible(page)
  })

  it('says what to do when no task ran', async () => {
    const empty = joined([
      headerBytes({ pid: 1, argv: ['app.py'] }),
      definitionsBlock([]),
      eventsBlock(0, 0, [['ALIVE', 0, 5, 0, 0]]),
    ])
    const page = await open(server.serve('empty.looptrace', empty), '.screen li')
    await expect.poll(() => page.locator('h1').textContent()).toBe('No task ran while this was recorded')
    await expectAccessible(page)
  })

  it('says what is wrong with a file that is no trace', async () => {
    const page = await open(server.serve('bad.looptrace', new TextEncoder().encode('hello, I am text')), '[role=alert]')
    await expect
      .poll(() => page.locator('[role=alert]').textContent())
      .toContain('does not begin with the letters LOOPTRC')
    await expectAccessible(page)
  })

  it('says that a file is cut, and shows the rest', async () => {
    const page = await open(server.serve('cut.looptrace', trace(DRAWING).slice(0, -90)), '.notices p')
    await expect.poll(() => page.locator('.notices').textContent()).toContain('The file is cut at byte')
    expect((await labels(page)).length).toBeGreaterThan(3)
    await expectAccessible(page)
  })

  it('treats names as text', async () => {
    const hostile = `<img/src=x/onerror="document.title='owned'">`
    const page = await open(server.serve('hostile.looptrace', trace(`${hostile} : =#..=#!`)))
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.waitForSelector('.drawer h2')
    expect((await labels(page)).join()).toContain(hostile)
    await expect.poll(() => page.locator('img').count()).toBe(0)
    expect(await page.title()).toBe('Loopscope')
  })

  it('keeps 100,000 tasks as few elements, and reaches the last of them', async () => {
    const page = await open(server.serve('many.looptrace', manyTasks(100_000, 3)))
    await expect.poll(() => page.locator('[role=treeitem]').count()).toBeLessThan(60)
    // All but the first few stand folded in one lane.
    await page.keyboard.press('End')
    await page.waitForSelector('.fold-row[aria-selected=true]')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('End')
    await page.waitForFunction(() =>
      document.querySelector('.tree [aria-selected=true]')?.textContent?.includes('request-100000,'),
    )
    await expect.poll(() => page.locator('[role=treeitem]').count()).toBeLessThan(60)
    await expect.poll(() => page.locator('.tree [aria-selected=true]').getAttribute('aria-setsize')).toBe('99989')
  })
})
