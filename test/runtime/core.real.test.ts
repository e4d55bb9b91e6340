// The core without I/O: what it weighs, and that it runs where there is no Node.
import { build } from 'esbuild'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { chromiumArgs, findChromium } from '../real/chromium.ts'
import { bundledCore, PROGRAMS } from './coreSize.mjs'

const chromiumPath = await findChromium()

/** A bundle for a browser; esbuild refuses it where anything of Node's is imported. */
async function bundled(contents: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  return outputFiles[0].contents
}
const kilobytes = (bytes: Uint8Array): number => bytes.length / 1024

describe('what a program that imports the core ships', () => {
  it('is at most 16 KB minified for run, sleep and createTask, 34 KB for everything, 12 KB of it compressed', async () => {
    const [everything, least] = await bundledCore(PROGRAMS)
    expect(kilobytes(least)).toBeLessThan(16)
    expect(kilobytes(everything)).toBeLessThan(34)
    expect(kilobytes(gzipSync(everything))).toBeLessThan(12)
  })

  it('keeps the names of errors and objects, and room for the members of derived classes', async () => {
    const [code] = await bundledCore([
      `import { CancelledError, Future, newEventLoop, Queue, RuntimeError } from './core.js'
       class Own extends Queue { a = 'a'; b = 'b'; _items = 'own' }
       class Mine extends RuntimeError {}
       const queue = new Own(1)
       queue.putNowait(7)
       const future = new Future({ loop: newEventLoop() })
       const error = new CancelledError('why')
       export const found = [String(queue), queue.getNowait(), String(future), String(error), new Mine().name.length > 0]`,
    ])
    const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
    const { found } = (await import(/* @vite-ignore */ url)) as { found: unknown[] }
    expect(found).toEqual([
      expect.stringMatching(/ maxsize=1 size=1 tasks=1>$/),
      7,
      '<Future pending>',
      'CancelledError: why',
      true,
    ])
  })
})

it.skipIf(chromiumPath === undefined)('runs in Chromium', async () => {
  const program = Buffer.from(await bundled(`import './programs/browser.ts'`)).toString()
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArgs })
  try {
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.addScriptTag({ content: program, type: 'module' })
    await page.waitForFunction(() => 'loopscopeLog' in globalThis)
    const log = await page.evaluate(() => (globalThis as unknown as { loopscopeLog: Promise<unknown[]> }).loopscopeLog)
    expect(log).toEqual([5050, 'main', true, expect.stringContaining("name='cancelled'"), 'done'])
    expect(problems).toEqual([])
  } finally {
    await browser.close()
  }
})
