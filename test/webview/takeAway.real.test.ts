import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trace } from '../ascii/trace.ts'
import { chromiumArgs, findChromium } from '../real/chromium.ts'
import { startPanelServer, type PanelServer } from './panelServer.ts'

const executablePath = await findChromium()
const DRAWING = `
  loop    :            pp
  main    : =#...............
  <a&b>   :  =#.....=#✓        | by main
  fetch-1 :  ==#.....==#x      | by main, awaits lock, cancelled by main at 6
  fetch-2 :  ===#.......==#!   | by main, awaits read
`

describe.skipIf(!executablePath)('what is in view', () => {
  let browser: Browser
  let server: PanelServer
  let page: Page

  beforeAll(async () => {
    server = await startPanelServer()
    browser = await chromium.launch({ executablePath: executablePath!, args: chromiumArgs })
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' })).newPage()
    await page.goto(server.serve('drawn.looptrace', trace(DRAWING)))
    await page.waitForSelector('[role=treeitem]')
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  /** What the browser would put on the disk. */
  async function saved(keys: string): Promise<{ name: string; bytes: Buffer }> {
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press(keys)])
    const parts: Buffer[] = []
    for await (const part of await download.createReadStream()) parts.push(part as Buffer)
    return { name: download.suggestedFilename(), bytes: Buffer.concat(parts) }
  }

  it('is saved as SVG, which an SVG reader takes, with every lane, its name and its end', async () => {
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

  it('is saved as PNG, as large as the SVG says', async () => {
    const { name, bytes } = await saved('Shift+E')
    expect(name).toBe('drawn.png')
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    const svg = (await saved('e')).bytes.toString()
    expect(bytes.readUInt32BE(16)).toBe(Math.round(Number(/ width="([\d.]+)"/.exec(svg)![1])))
    expect(bytes.readUInt32BE(20)).toBe(Math.round(Number(/ height="([\d.]+)"/.exec(svg)![1])))
  })
})
