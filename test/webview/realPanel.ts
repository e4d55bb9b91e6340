import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { chromiumArgs, findChromium } from '../real/chromium.ts'
import { startPanelServer, type PanelServer } from './panelServer.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const chromiumPath = await findChromium()

/** The panel in Chromium for the tests of one file: call it inside `describe`. What the page complains about fails the file. */
export function realPanel() {
  let server: PanelServer
  let browser: Awaited<ReturnType<typeof chromium.launch>>
  const problems: string[] = []
  beforeAll(async () => {
    server = await startPanelServer()
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArgs })
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
    expect(problems).toEqual([])
  })
  return {
    /** Opens a trace, or the page without one, and waits until what is `awaited` is there: its lanes. */
    async open(
      name: string,
      bytes: Uint8Array | undefined,
      options: BrowserContextOptions = {},
      awaited = '[role=treeitem]',
    ): Promise<Page> {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      const page = await context.newPage()
      page.on('pageerror', (error) => problems.push(String(error)))
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      await page.goto(bytes ? server.serve(`${name}.looptrace`, bytes) : server.origin)
      await page.waitForSelector(awaited)
      return page
    },
  }
}

/** The names of the lanes that are visible, top to bottom, as they are seen. */
export const laneNames = (page: Page): Promise<string[]> =>
  page.locator('.tree [role=treeitem] .name').allTextContents()

/** `state` says in a failure when it was. */
export async function expectAccessible(page: Page, state = ''): Promise<void> {
  await page.evaluate(axeSource)
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  })
  expect(found, state).toEqual([])
}

export { themes } from './themes.ts'
