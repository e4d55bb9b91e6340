import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { chromiumArgs, installChromium } from '../real/chromium.ts'
import { cache, repository } from '../real/folders.ts'
import { startPanelServer } from '../webview/panelServer.ts'
import { themes } from '../webview/themes.ts'
import { scenes } from './scenes.ts'

/** Tasks, and the pages that `crawler.py` is told to fetch for about so many. */
const PAGES = { '100': 90, '100000': 99_900 } as const
const SIZE = { width: 1440, height: 900 }

const words = process.argv.slice(2)
const wanted = <T extends string>(all: readonly T[]): readonly T[] => {
  const named = all.filter((each) => words.includes(each))
  return named.length > 0 ? named : all
}
const folder = join(repository, 'test-results', 'panel')
mkdirSync(folder, { recursive: true })
const server = await startPanelServer()
const browser = await chromium.launch({ executablePath: await installChromium(console.log), args: chromiumArgs })
for (const tasks of wanted(Object.keys(PAGES) as (keyof typeof PAGES)[])) {
  const address = server.serve('crawler.looptrace', recording(tasks))
  for (const theme of wanted(themes.map(([name]) => name))) {
    for (const scene of wanted(Object.keys(scenes))) {
      const context = await browser.newContext({ viewport: SIZE, ...themes.find(([name]) => name === theme)![1] })
      const page = await context.newPage()
      await page.goto(address)
      await page.locator('.chip-findings:not([hidden])').waitFor({ timeout: 120_000 })
      await scenes[scene](page)
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      const path = join(folder, `${theme}-${tasks}-${scene}.png`)
      await page.screenshot({ path })
      console.log(path)
      await context.close()
    }
  }
}
await browser.close()
await server.close()

/** Made once and kept: 100,000 tasks take a while. */
function recording(tasks: keyof typeof PAGES): Uint8Array {
  const path = join(cache, 'pictures', `crawler-${tasks}.looptrace`)
  if (!existsSync(path)) {
    const python = findInterpreters().at(-1)
    if (!python || python.minor < 11)
      throw new Error('crawler.py needs Python 3.11 or newer, and there is none. Install it or put it on PATH.')
    mkdirSync(join(path, '..'), { recursive: true })
    console.log(`Recording about ${tasks} tasks`)
    execFileSync(
      python.path,
      ['-m', 'loopscope', 'run', '-o', path, join(repository, 'test/programs/crawler.py'), String(PAGES[tasks])],
      {
        env: { ...process.env, PYTHONPATH: join(repository, 'runtime/python') },
      },
    )
  }
  return readFileSync(path)
}
