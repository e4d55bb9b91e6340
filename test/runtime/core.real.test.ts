// The core without I/O: what it weighs, and that it runs where there is no Node.
import { build } from 'esbuild'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { expect, it } from 'vitest'
import { chromiumArgs, findChromium } from '../real/chromium.ts'

const core = join(import.meta.dirname, '../../runtime/typescript/core.ts')
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

it('all of it is at most 44 KB minified, 14 KB compressed', async () => {
  const all = await bundled(`export * from '${core}'`)
  expect(kilobytes(all)).toBeLessThan(44)
  expect(kilobytes(gzipSync(all))).toBeLessThan(14)
})

it('a program carries what it uses: run, sleep and createTask are at most 25 KB minified', async () => {
  const least = await bundled(`export { createTask, run, sleep } from '${core}'`)
  expect(kilobytes(least)).toBeLessThan(25)
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
