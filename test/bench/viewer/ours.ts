import type { Browser, Page } from 'playwright-core'
import { startPanelServer } from '../../webview/panelServer.ts'
import {
  contentOf,
  cpuMsOf,
  firstFrame,
  firstFrameParts,
  framesOf,
  memoryOf,
  panAndZoom,
  partsScript,
  probeScript,
  quantile,
  type FirstFrameParts,
  type Frames,
  type Memory,
  type Probe,
} from './page.ts'
import type { BenchTrace } from './traces.ts'

export interface Measured {
  readonly firstFrameMs: number
  readonly firstFrameParts: FirstFrameParts
  /** CPU time of page and worker until then. */
  readonly firstFrameCpuMs: number
  readonly frames: Frames
  readonly scrolling: Frames
  /** With what the panel takes for a trace of next to nothing taken off. */
  readonly memory: Memory
  /** Scrolling with the lane unfolded that holds nearly all tasks. */
  readonly unfolded: Frames
  /** By search, from the letter to the end of the work for the frame that shows what was found. */
  readonly searchMs: Readonly<Record<string, number>>
  readonly hoverMs: { readonly p95: number; readonly worst: number }
}

const SEARCHES = [
  'request',
  'request-9',
  'handle',
  'nothing of that name',
  'name:*77*',
  'coroutine:handle',
  'file:app.py',
  'creator:request-1',
  'awaits:sleep',
  'awaits:nothing',
  'loop:1',
  'error:ValueError',
  'state:done',
  '-state:done',
  'state:waiting,ready',
  'wait:>1ms',
  'duration:<40ms run:>500us',
  'steps:>10 id:<50000',
]

/** What must be right in the first frame already: the lanes, their names, the overview, the time axis, and what is said of the whole trace. */
const PARTS = ['.lanes-bars', '.tree', '.overview-picture', '.axis', '.summary']

/** A first frame that is not what the panel shows when all is done would be quick for nothing. */
function expectSame(first: readonly string[], settled: readonly string[]): void {
  const different = PARTS.filter((_, i) => first[i] !== settled[i] || settled[i] === 'nothing')
  if (different.length > 0) throw new Error(`the first frame was not right: ${different.join(', ')}`)
}

/** Opens a trace in the panel and does there what a person does. */
export async function measureOurs(
  launch: () => Promise<Browser>,
  trace: BenchTrace,
  emptyBytes: number,
): Promise<Measured> {
  const server = await startPanelServer()
  const browser = await launch()
  try {
    const page = await (await browser.newContext({ viewport: { width: 1600, height: 900 } })).newPage()
    await page.addInitScript(probeScript('.looptrace'))
    await page.addInitScript(partsScript())
    await page.goto(server.origin)
    await page.waitForSelector('input[type=file]')
    const emptyCpuMs = await cpuMsOf(browser)
    await page.goto(server.serve(`${trace.name}.looptrace`, trace.bytes))
    const first = await firstFrame(page, { selector: '[role=treeitem]', parts: PARTS }, 300_000)
    const parts = await firstFrameParts(page)
    const firstFrameCpuMs = (await cpuMsOf(browser)) - emptyCpuMs
    await page.waitForTimeout(1500) // The findings come after the first frame; nothing says so when there are none.
    expectSame(first.content, await contentOf(page, PARTS))
    const frames = await framesOf(page, () => panAndZoom(page, '.lanes', 6))
    const scrolling = await framesOf(page, () => scroll(page))
    const searchMs: Record<string, number> = {}
    for (const text of SEARCHES) searchMs[text] = await search(page, text)
    await search(page, '')
    await unfold(page)
    const unfolded = await framesOf(page, () => scroll(page))
    const hoverMs = await hover(page)
    const memory = await memoryOf(browser, page)
    return {
      firstFrameMs: first.tookMs,
      firstFrameParts: parts,
      firstFrameCpuMs,
      frames,
      scrolling,
      unfolded,
      searchMs,
      hoverMs,
      memory: {
        nowBytes: memory.nowBytes - emptyBytes,
        highestBytes: memory.highestBytes - emptyBytes,
      },
    }
  } finally {
    await browser.close()
    await server.close()
  }
}

/** Opens the first lane that stands for many, if there is one. */
async function unfold(page: Page): Promise<void> {
  const fold = page.locator('[id^=lane-fold-]').first()
  if ((await fold.count()) === 0) return
  await fold.click()
  await page.keyboard.press('ArrowRight')
  await page.waitForTimeout(200)
}

async function scroll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const lanes = document.querySelector('.lanes')!
    for (let i = 0; i < 120; i++) {
      lanes.dispatchEvent(
        new WheelEvent('wheel', { deltaY: i % 10 === 9 ? 40_000 : 70, bubbles: true, cancelable: true }),
      )
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
  })
}

/** The work from typing to the frame with what was found. */
const search = (page: Page, text: string): Promise<number> =>
  page.evaluate(async (typed) => {
    const { probe } = globalThis as unknown as { probe: Probe }
    const field = document.querySelector<HTMLInputElement>('.search')!
    const before = probe.frames.length
    field.value = typed
    const beganMs = performance.now()
    field.dispatchEvent(new Event('input', { bubbles: true }))
    const inputMs = performance.now() - beganMs
    for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve))
    return inputMs + Math.max(...probe.frames.slice(before).map(({ workMs }) => workMs))
  }, text)

/** The work for a move of the pointer, hit-test and the frame with its tooltip. */
async function hover(page: Page): Promise<{ p95: number; worst: number }> {
  const all = await page.evaluate(async () => {
    const { probe } = globalThis as unknown as { probe: Probe }
    const lanes = document.querySelector('.lanes')!
    const box = lanes.getBoundingClientRect()
    const costs: number[] = []
    for (let i = 0; i < 200; i++) {
      const [x, y] = [box.left + ((i * 37) % box.width), box.top + ((i * 61) % box.height)]
      const before = probe.frames.length
      const beganMs = performance.now()
      lanes.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y, bubbles: true }))
      const movedMs = performance.now() - beganMs
      await new Promise((resolve) => requestAnimationFrame(resolve))
      costs.push(movedMs + (probe.frames[before]?.workMs ?? 0))
    }
    return costs
  })
  return { p95: quantile(all, 0.95), worst: quantile(all, 1) }
}
