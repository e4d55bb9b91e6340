import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { chromiumArgs, findChromium } from '../real/chromium.ts'
import { startPanelServer, type PanelServer } from './panelServer.ts'
import { expectAccessible } from './realPanel.ts'

const executablePath = await findChromium()
const interpreter = findInterpreters().at(-1)!

describe.skipIf(!executablePath)('a trace that is being recorded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loopscope-live-'))
  const [path, stop] = [join(folder, 'ticking.looptrace'), join(folder, 'stop')]
  let browser: Browser
  let server: PanelServer
  let program: ChildProcess
  let page: Page
  const problems: string[] = []

  beforeAll(async () => {
    server = await startPanelServer()
    browser = await chromium.launch({ executablePath: executablePath!, args: chromiumArgs })
    program = spawn(
      interpreter.path,
      ['-m', 'loopscope', 'run', '-o', path, resolve('test/programs/ticking.py'), stop],
      { env: { ...process.env, PYTHONPATH: resolve('runtime/python') }, stdio: 'inherit' },
    )
    await vi.waitFor(() => expect(readFileSync(path, 'latin1')).toContain('tick-3'), { timeout: 30_000, interval: 50 })
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    page.on('pageerror', (error) => problems.push(String(error)))
    await follow(page, path)
    await page.goto(server.origin)
    await page.waitForSelector('[role=treeitem]')
  })
  afterAll(async () => {
    writeFileSync(stop, '')
    await browser.close()
    await server.close()
    if (program.exitCode === null) await once(program, 'exit')
    rmSync(folder, { recursive: true })
    expect(problems).toEqual([])
  })

  const tasksShown = async (): Promise<number> =>
    Number(/([\d,]+) tasks/.exec((await page.locator('.summary').textContent())!)![1].replaceAll(',', ''))

  it('grows in the panel, which goes along, and says how far behind it is', async () => {
    const first = page.locator('#lane-task-2')
    await first.evaluate((row) => Object.assign(row, { isTheSame: true }))
    const before = await tasksShown()
    await expect.poll(tasksShown, { timeout: 20_000 }).toBeGreaterThan(before + 20)
    expect(await first.evaluate((row) => (row as unknown as { isTheSame?: true }).isTheSame)).toBe(true)
    await expect.poll(() => page.locator('.chip-live').textContent()).toMatch(/^● Live, \d+\.\d s behind$/)
    await expect.poll(() => page.locator('.chip-live').getAttribute('aria-pressed')).toBe('true')
    await expectAccessible(page)
  })

  it('takes a slow click on a lane that says something else meanwhile', async () => {
    const box = (await page.locator('#lane-task-1').boundingBox())!
    await page.mouse.move(box.x + 60, box.y + box.height / 2)
    await page.mouse.down()
    const tasks = await tasksShown()
    await expect.poll(tasksShown, { timeout: 20_000 }).toBeGreaterThan(tasks + 5)
    await page.mouse.up()
    await page.waitForSelector('#lane-task-1[aria-selected=true]')
    await page.keyboard.press('Escape')
  })

  it('finds what goes wrong while it grows', async () => {
    const source = readFileSync('test/programs/ticking.py', 'utf8').split('\n')
    const line = source.findIndex((text) => text.includes('time.sleep')) + 1
    await page.keyboard.press('5')
    expect(await page.locator('#panel-findings').textContent()).not.toContain(`ticking.py:${line}`)
    writeFileSync(`${stop}.block`, '')
    await expect.poll(() => page.locator('#panel-findings').textContent()).toContain(`ticking.py:${line}`)
  })

  it('stays where the user is who has moved away from the end, and goes along again when asked', async () => {
    const chip = page.locator('.chip-live')
    await page.keyboard.press('w')
    await page.keyboard.press('w')
    for (let i = 0; i < 8; i++) await page.keyboard.press('a')
    await page.waitForFunction(() => document.querySelector('.chip-live')?.getAttribute('aria-pressed') === 'false')
    const [scale, tasks] = [await page.locator('.axis').textContent(), await tasksShown()]
    await expect.poll(tasksShown, { timeout: 20_000 }).toBeGreaterThan(tasks + 5)
    await expect.poll(() => page.locator('.axis').textContent()).toBe(scale)
    await chip.click()
    await page.waitForFunction(() => document.querySelector('.chip-live')?.getAttribute('aria-pressed') === 'true')
    await expect.poll(() => page.locator('.axis').textContent()).not.toBe(scale)
  })

  it('ends as the whole file is read', async () => {
    writeFileSync(stop, '')
    await once(program, 'exit')
    await page.locator('.chip-live').waitFor({ state: 'hidden' })
    const model = buildModel(readTrace(readFileSync(path)))
    expect(model.end).toBe('exit')
    await expect.poll(tasksShown).toBe(model.tasks.count)
    await page.keyboard.press('Escape')
    await page.waitForFunction(
      (events) => document.querySelector('.drawer')?.textContent?.includes(events),
      `${model.eventCount.toLocaleString('en')} events`,
    )
  })
})

/** Does for the page what the extension does: sends the file, and whenever the page has shown that, what was appended meanwhile. */
async function follow(page: Page, path: string): Promise<void> {
  let sent = 0
  const send = (message: object): Promise<void> =>
    page.evaluate((data) => {
      const { bytes, ...rest } = data as { bytes?: number[] }
      window.postMessage(bytes ? { ...rest, bytes: Uint8Array.from(bytes) } : rest)
    }, message)
  const take = (): number[] => {
    const bytes = [...readFileSync(path).subarray(sent)]
    sent += bytes.length
    return bytes
  }
  await page.exposeFunction('fromPanel', async ({ type }: { type: string }) => {
    if (type === 'ready') {
      await send({ type: 'begin', fileName: 'ticking.looptrace', byteLength: statSync(path).size, stamp: 'one' })
      await send({ type: 'chunk', bytes: take() })
      await send({ type: 'end' })
    } else if (type === 'shown') {
      while (statSync(path).size === sent && !page.isClosed()) await new Promise((resolve) => setTimeout(resolve, 20))
      if (!page.isClosed()) await send({ type: 'append', bytes: take(), sentAtMs: Date.now() })
    }
  })
  await page.addInitScript(() => {
    const { fromPanel } = globalThis as unknown as { fromPanel(message: unknown): Promise<void> }
    Object.assign(globalThis, {
      acquireVsCodeApi: () => ({
        postMessage: (message: unknown) => void fromPanel(message),
        getState: () => undefined,
        setState: () => undefined,
      }),
    })
  })
}
