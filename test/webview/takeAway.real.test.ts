import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { perfettoTrace } from '../../trace/exports/perfetto/perfetto.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { joinProcesses } from '../../trace/model/processes.ts'
import { trace } from '../ascii/trace.ts'
import { chromiumArgs, findChromium } from '../real/chromium.ts'
import { expectAccessible } from './realPanel.ts'
import { startPanelServer, type PanelServer } from './panelServer.ts'

const executablePath = await findChromium()
const DRAWING = `
  loop    :            pp
  main    : =#...............
  <a&b>   :  =#.....=#✓        | by main
  fetch-1 :  ==#.....==#x      | by main, awaits lock, cancelled by main at 6
  fetch-2 :  ===#.......==#!   | by main, awaits read
`

describe.skipIf(!executablePath)('what is taken away', () => {
  let browser: Browser
  let server: PanelServer
  let page: Page

  beforeAll(async () => {
    server = await startPanelServer()
    browser = await chromium.launch({ executablePath: executablePath!, args: chromiumArgs })
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' })).newPage()
  })
  beforeEach(async () => {
    await page.goto(server.serve('drawn.looptrace', trace(DRAWING)))
    await page.waitForSelector('[role=treeitem]')
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  /** What the browser would put on the disk. */
  async function saved(keys: string, from = page): Promise<{ name: string; bytes: Buffer }> {
    const [download] = await Promise.all([from.waitForEvent('download'), from.keyboard.press(keys)])
    const parts: Buffer[] = []
    for await (const part of await download.createReadStream()) parts.push(part as Buffer)
    return { name: download.suggestedFilename(), bytes: Buffer.concat(parts) }
  }

  it('is in view, as SVG, which an SVG reader takes, with every lane, its name and its end', async () => {
    const { name, bytes } = await saved('e')
    expect(name).toBe('drawn.svg')
    const found = await page.evaluate((text) => {
      const svg = new DOMParser().parseFromString(text, 'image/svg+xml')
      return {
        error: svg.querySelector('parsererror')?.textContent,
        texts: [...svg.querySelectorAll('text')].map(({ textContent }) => textContent),
        bars: svg.querySelectorAll('g rect').length,
        hatched: svg.querySelectorAll('g[fill="url(#hatch)"] rect').length,
        foreign: svg.querySelectorAll('script, foreignObject, image, [href]').length,
      }
    }, bytes.toString())
    expect(found.error).toBeUndefined()
    expect(found.texts).toEqual(
      expect.arrayContaining([
        'drawn.looptrace',
        'Event loop',
        'main',
        '<a&b>',
        'fetch-1',
        'fetch-2',
        'cancelled',
        'ValueError',
        'unfinished',
      ]),
    )
    expect(found.bars).toBeGreaterThan(15)
    expect(found.hatched).toBeGreaterThan(3)
    expect(found.foreign).toBe(0)
  })

  it('is in view, as PNG, as large as the SVG says', async () => {
    const { name, bytes } = await saved('Shift+E')
    expect(name).toBe('drawn.png')
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    const svg = (await saved('e')).bytes.toString()
    expect(bytes.readUInt32BE(16)).toBe(Math.round(Number(/ width="([\d.]+)"/.exec(svg)![1])))
    expect(bytes.readUInt32BE(20)).toBe(Math.round(Number(/ height="([\d.]+)"/.exec(svg)![1])))
  })

  it('is the trace in a page, which opens offline from a disk and can be taken away again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loopscope-page-'))
    const { name, bytes } = await saved('x')
    expect(name).toBe('drawn.html')
    writeFileSync(join(folder, name), bytes)
    const alone = await (await browser.newContext({ offline: true })).newPage()
    const asked: string[] = []
    alone.on('request', (request) => asked.push(request.url().slice(0, 5)))
    await alone.goto(pathToFileURL(join(folder, name)).href)
    await alone.locator('.tree .name', { hasText: '<a&b>' }).waitFor()
    expect(asked.filter((scheme) => scheme !== 'blob:')).toEqual(['file:'])
    expect((await saved('x', alone)).bytes.equals(bytes)).toBe(true)
    await alone.close()
    rmSync(folder, { recursive: true })
  })

  it('is the trace for Perfetto, as the command line exports it', async () => {
    const { name, bytes } = await saved('Shift+X')
    expect(name).toBe('drawn.pftrace')
    const model = buildModel(readTrace(trace(DRAWING)))
    const expected = Buffer.concat([...perfettoTrace(joinProcesses([{ source: 'drawn.looptrace', model }]))])
    expect(bytes.equals(expected)).toBe(true)
  })

  it('is chosen in a menu that the keyboard walks', async () => {
    const opener = page.getByRole('button', { name: 'Export' })
    await opener.focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => opener.getAttribute('aria-expanded')).toBe('true')
    const chosen = page.locator('[role=menuitem]:focus')
    await expect.poll(() => chosen.textContent()).toContain('as a page')
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await page.keyboard.press('End')
    expect((await saved('Enter')).name).toBe('drawn.png')
    await opener.click()
    await page.locator('.search').focus()
    await page.getByRole('menu', { name: 'Export' }).waitFor({ state: 'hidden' })
  })
})
