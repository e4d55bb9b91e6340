import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import type { ToPanel } from '../../../trace/panel/messages.ts'
import { manyTasks, manyTasksNs } from '../../webview/manyTasks.ts'
import { startPanelServer } from '../../webview/panelServer.ts'
import type { Writing } from './liveWriter.ts'
import { cpuMsOf, framesOf, probeScript, quantile, type Frames } from './page.ts'

export interface LiveMeasured {
  readonly tasks: number
  readonly eventsPerSecond: number
  readonly seconds: number
  /** Of all that were written, those that the panel shows in the end. */
  readonly shownShare: number
  /** What the panel itself says that it is behind, looked at ten times a second; in the first half of the time, and in the second. */
  readonly behindMs: { readonly p50: number; readonly first: number; readonly second: number; readonly worst: number }
  readonly frames: Frames
  /** CPU time of page and worker over the time, 1 = one processor. */
  readonly cpu: number
}

const TASKS = 100_000
const STEPS = 3

/** A file of 100,000 tasks that another process appends to, followed as the extension has the panel follow it. */
export async function measureLive(
  launch: () => Promise<Browser>,
  eventsPerSecond: number,
  seconds: number,
): Promise<LiveMeasured> {
  const folder = mkdtempSync(join(tmpdir(), 'loopscope-bench-'))
  const path = join(folder, 'live.looptrace')
  const server = await startPanelServer()
  const browser = await launch()
  try {
    // The page has it open before the program goes on: its zero is so long ago as it has run, and will have when it is open.
    const openingMs = 5000
    const zeroMs = Date.now() + openingMs - manyTasksNs(TASKS, STEPS) / 1e6
    writeFileSync(path, manyTasks(TASKS, STEPS, BigInt(Math.round(zeroMs)) * 1_000_000n))
    server.serveGrowing('live.looptrace', path)
    const page = await (await browser.newContext({ viewport: { width: 1600, height: 900 } })).newPage()
    await page.addInitScript(follow, statSync(path).size)
    await page.addInitScript(probeScript('.looptrace'))
    await page.goto(server.origin)
    await page.waitForSelector('[role=treeitem]', { timeout: 120_000 })
    await page.waitForTimeout(Math.max(0, zeroMs + manyTasksNs(TASKS, STEPS) / 1e6 - Date.now()))
    const writing: Writing = { path, tasks: TASKS, strings: TASKS + 4, zeroMs, eventsPerSecond, seconds }
    const before = await eventsShown(page)
    const cpuBeforeMs = await cpuMsOf(browser)
    const behind: number[] = []
    let written = 0
    const frames = await framesOf(page, async () => {
      const done = promisify(execFile)(process.execPath, [process.argv[1], '--write-live', JSON.stringify(writing)])
      let isDone = false
      void done.finally(() => (isDone = true))
      while (!isDone) {
        await page.waitForTimeout(100)
        const said = await page.evaluate(() => document.querySelector('.chip-live')?.textContent ?? '')
        const seconds = /([\d.]+) s behind/.exec(said)?.[1]
        if (seconds !== undefined) behind.push(Number(seconds) * 1000)
      }
      written = Number((await done).stdout)
    })
    const cpu = ((await cpuMsOf(browser)) - cpuBeforeMs) / (seconds * 1000)
    await page.waitForTimeout(2000)
    const half = behind.length >>> 1
    return {
      tasks: TASKS,
      eventsPerSecond: Math.round(written / seconds),
      seconds,
      shownShare: ((await eventsShown(page)) - before) / written,
      behindMs: {
        p50: quantile(behind, 0.5),
        first: quantile(behind.slice(0, half), 0.95),
        second: quantile(behind.slice(half), 0.95),
        worst: quantile(behind, 1),
      },
      frames,
      cpu,
    }
  } finally {
    await browser.close()
    await server.close()
    rmSync(folder, { recursive: true })
  }
}

/** The number of events that the panel says the trace has. */
async function eventsShown(page: Page): Promise<number> {
  await page.keyboard.press('Escape')
  const text = await page.waitForFunction(
    () => /([\d,]+) events/.exec(document.querySelector('.drawer')?.textContent ?? '')?.[1],
    undefined,
    { timeout: 30_000 },
  )
  return Number(String(await text.jsonValue()).replaceAll(',', ''))
}

/** Runs in the page, as VS Code's side of it: gives the file as it is, and whenever the page has shown that, what was appended meanwhile. */
function follow(byteLength: number): void {
  let from = 0
  const take = async (): Promise<Uint8Array> => {
    const bytes = new Uint8Array(await (await fetch(`/live.looptrace?from=${from}`)).arrayBuffer())
    from += bytes.length
    return bytes
  }
  const say = (message: ToPanel): void => window.postMessage(message)
  const answer = async ({ type }: { type: string }): Promise<void> => {
    if (type === 'ready') {
      from = 0
      say({ type: 'begin', fileName: 'live.looptrace', byteLength, stamp: '' })
      say({ type: 'chunk', bytes: await take() })
      say({ type: 'end' })
    } else if (type === 'shown') say({ type: 'append', bytes: await take(), sentAtMs: Date.now() })
  }
  Object.assign(globalThis, {
    acquireVsCodeApi: () => ({
      postMessage: (message: { type: string }) => void answer(message),
      getState: () => undefined,
      setState: () => undefined,
    }),
  })
}
