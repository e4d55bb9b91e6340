import { readFileSync } from 'node:fs'
import type { Browser, CDPSession, Page } from 'playwright-core'

/** What is measured of any viewer, by its page alone. */

export interface Probe {
  /** The page's own work for each frame so far, ms, and the time of each. */
  readonly frames: { readonly workMs: number; readonly atMs: number }[]
  /** When the page asked for the trace, ms; NaN = not yet. */
  askedMs: number
}

/** Runs before the page's own scripts: times what the page does in each frame, and notes when it asks for its file. */
export function probeScript(asks: string): string {
  const install = (wanted: string): void => {
    const probe: Probe = { frames: [], askedMs: NaN }
    Object.assign(globalThis, { probe })
    const request = globalThis.requestAnimationFrame.bind(globalThis)
    let frame = { workMs: 0, atMs: -1 }
    globalThis.requestAnimationFrame = (run) =>
      request((atMs) => {
        const beganMs = performance.now()
        run(atMs)
        // All that runs before one frame counts together.
        if (frame.atMs !== atMs) probe.frames.push((frame = { workMs: 0, atMs }))
        frame.workMs += performance.now() - beganMs
      })
    const get = globalThis.fetch.bind(globalThis)
    globalThis.fetch = (from, options) => {
      const url = typeof from === 'string' ? from : from instanceof URL ? from.href : from.url
      if (url.includes(wanted)) probe.askedMs = performance.now()
      return get(from, options)
    }
    const open = XMLHttpRequest.prototype.open
    XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...given: unknown[]) {
      if (String(given[1]).includes(wanted)) probe.askedMs = performance.now()
      return (open as (...all: unknown[]) => void).apply(this, given)
    }
  }
  return `(${install.toString()})(${JSON.stringify(asks)}); globalThis.contentOf = ${contentInPage.toString()}`
}

/** Where the time until the first frame went: when each was, ms after the page asked for the trace. Before 0: the page was not even ready to ask. */
export interface FirstFrameParts {
  readonly workerRunsMs: number
  readonly firstBytesMs: number
  readonly lastBytesMs: number
  readonly modelMs: number
}

/** Runs before the page's own scripts: notes when its worker runs, is given the trace, and gives the model. */
export function partsScript(): string {
  const install = (): void => {
    const mark = (name: string): void => void performance.mark(`bench ${name}`)
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        this.addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => {
          if (data.type === 'started' || data.type === 'model') mark(data.type)
        })
      }
      override postMessage(message: unknown, transfer?: unknown): void {
        const { type } = message as { type: string }
        if (type === 'begin' || type === 'end') mark(type)
        super.postMessage(message, transfer as Transferable[])
      }
    }
  }
  return `(${install.toString()})()`
}

export const firstFrameParts = (page: Page): Promise<FirstFrameParts> =>
  page.evaluate(() => {
    const { probe } = globalThis as unknown as { probe: Probe }
    const at = (name: string): number =>
      (performance.getEntriesByName(`bench ${name}`)[0]?.startTime ?? NaN) - probe.askedMs
    return { workerRunsMs: at('started'), firstBytesMs: at('begin'), lastBytesMs: at('end'), modelMs: at('model') }
  })

/** What a viewer shows first: an element, and a page's title that has some text. */
export interface First {
  readonly selector: string
  readonly title?: string
  /** Whether what is wanted comes before the frame that is meant, which is drawn after it, and not in it. */
  readonly isDrawnAfter?: true
  /** The elements whose content is looked at as it is then. */
  readonly parts?: readonly string[]
}

/**
 * Waits for what a viewer shows first, and returns the ms from its asking for the trace until that frame is done: the next one begins. With the content of
 * its parts in that moment, as `contentOf` gives it.
 */
export async function firstFrame(
  page: Page,
  { selector, title = '', isDrawnAfter, parts = [] }: First,
  timeoutMs: number,
): Promise<{ tookMs: number; content: readonly string[] }> {
  const first = await page.evaluate(
    async ([wanted, named, frames, limitMs, looked]) => {
      const { probe, contentOf } = globalThis as unknown as { probe: Probe; contentOf: typeof contentInPage }
      const isShown = (): boolean => document.querySelector(wanted) !== null && document.title.includes(named)
      await new Promise<void>((resolve) => {
        const observer = new MutationObserver(look)
        const limit = setTimeout(resolve, limitMs)
        function look(): void {
          if (!isShown()) return
          observer.disconnect()
          clearTimeout(limit)
          resolve()
        }
        observer.observe(document, { subtree: true, childList: true, characterData: true })
        look()
      })
      for (let i = 0; i < frames; i++) await new Promise((resolve) => requestAnimationFrame(resolve))
      const tookMs = isShown() ? performance.now() - probe.askedMs : -1
      return { tookMs, content: contentOf(looked) }
    },
    [selector, title, isDrawnAfter ? 2 : 1, timeoutMs, parts] as const,
  )
  if (first.tookMs < 0) throw new Error(`nothing was shown within ${timeoutMs / 1000} s`)
  return first
}

/** What parts of a page show: the pixels of a canvas, and otherwise the text. */
export const contentOf = (page: Page, parts: readonly string[]): Promise<readonly string[]> =>
  page.evaluate((looked) => (globalThis as unknown as { contentOf: typeof contentInPage }).contentOf(looked), parts)

function contentInPage(parts: readonly string[]): readonly string[] {
  return parts.map((selector) => {
    const part = document.querySelector(selector)
    return part instanceof HTMLCanvasElement ? part.toDataURL() : (part?.textContent ?? 'nothing')
  })
}

export interface Frames {
  readonly count: number
  readonly p95Ms: number
  readonly worstMs: number
  /** The distance between two frames. */
  readonly intervalP95Ms: number
}

/** Does something and returns the frames that it took. */
export async function framesOf(page: Page, doing: () => Promise<void>): Promise<Frames> {
  const before = await page.evaluate(() => (globalThis as unknown as { probe: Probe }).probe.frames.length)
  await doing()
  const frames = await page.evaluate(
    (from) => (globalThis as unknown as { probe: Probe }).probe.frames.slice(from),
    before,
  )
  const work = frames.map(({ workMs }) => workMs)
  const intervals = frames.slice(1).map(({ atMs }, i) => atMs - frames[i].atMs)
  return {
    count: frames.length,
    p95Ms: quantile(work, 0.95),
    worstMs: quantile(work, 1),
    intervalP95Ms: quantile(intervals, 0.95),
  }
}

/** Zooms in and out and moves sideways, as with a trackpad: one event a frame. */
export async function panAndZoom(page: Page, selector: string, rounds: number): Promise<void> {
  const box = (await page.locator(selector).first().boundingBox())!
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5)
  await page.evaluate(
    async ([where, count]) => {
      const target = document.elementFromPoint(where.x, where.y)!
      const wheel = (more: WheelEventInit): boolean =>
        target.dispatchEvent(
          new WheelEvent('wheel', { clientX: where.x, clientY: where.y, bubbles: true, cancelable: true, ...more }),
        )
      const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve))
      for (let i = 0; i < count; i++) {
        for (let step = 0; step < 12; step++) {
          wheel({ ctrlKey: true, deltaY: -60 })
          await frame()
        }
        for (let step = 0; step < 12; step++) {
          wheel({ deltaX: step % 2 ? 160 : -90 })
          await frame()
        }
        for (let step = 0; step < 12; step++) {
          wheel({ ctrlKey: true, deltaY: 55 })
          await frame()
        }
      }
    },
    [{ x: box.x + box.width * 0.6, y: box.y + box.height * 0.5 }, rounds] as const,
  )
}

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

export interface Memory {
  readonly nowBytes: number
  readonly highestBytes: number
}

/** What the page's process holds, after its garbage is collected: on Linux; elsewhere NaN. */
export async function memoryOf(browser: Browser, page: Page): Promise<Memory> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const pid = await rendererOf(await browser.newBrowserCDPSession())
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const bytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
    return { nowBytes: bytes('VmRSS'), highestBytes: bytes('VmHWM') }
  } catch {
    return { nowBytes: NaN, highestBytes: NaN }
  }
}

/** CPU time of the page's process so far, ms, with that of its worker: what a busy machine does not change. On Linux; elsewhere NaN. */
export async function cpuMsOf(browser: Browser): Promise<number> {
  const pid = await rendererOf(await browser.newBrowserCDPSession())
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    // Fields 14 and 15 of proc(5), in hundredths of a second.
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return NaN
  }
}

/** The largest renderer: the browser is started for one page at a time. */
async function rendererOf(session: CDPSession): Promise<number> {
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
    processInfo: { id: number; type: string }[]
  }
  const size = (pid: number): number => {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    } catch {
      return 0
    }
  }
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
  return renderers.sort((a, b) => size(b) - size(a))[0]
}
