import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitionsBlock, eventsBlock, headerBytes, joined } from '../../trace/format/writer.ts'
import { chromiumArgs, findChromium } from '../real/chromium.ts'
import { terminal } from './run.ts'

const here = terminal()
/** Markup as the name of a task and of a file: text, in the page as in the trace. */
const EVIL = '</script><script>document.title="broken"</script><!--"&'
const evilFile = `a&"<b>.looptrace`
here.write(
  evilFile,
  joined([
    headerBytes({ pid: 1, argv: [EVIL], cwd: EVIL }),
    definitionsBlock([
      ['STRING', 1, EVIL],
      ['LOCATION', 1, 1, 1, 12],
      ['STREAM', 1, 1, 0, 0],
      ['LOOP', 1, 1, 1],
      ['TASK', 1, 1, 1, 1, 0],
    ]),
    eventsBlock(0, 1, [
      ['TASK_CREATE', 0, 1000, 1, 0],
      ['STEP_BEGIN', 0, 2000, 1, 0],
      ['STEP_RAISE', 0, 9000, 1, 1],
    ]),
  ]),
)
const executablePath = await findChromium()

describe.skipIf(!executablePath)(executablePath ? 'the HTML export in Chromium' : 'no Chromium was found', () => {
  let browser: Browser
  let page: Page
  const problems: string[] = []
  const requests: string[] = []

  beforeAll(async () => {
    const { status, stderr } = here.run('export', evilFile, '--format', 'html', '-o', 'page.html')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    browser = await chromium.launch({ executablePath: executablePath!, args: chromiumArgs })
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, offline: true })
    page = await context.newPage()
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(pathToFileURL(join(here.folder, 'page.html')).href)
    await page.waitForSelector('[role=treeitem]')
  })
  afterAll(() => browser?.close())

  it('shows the trace from a disk, without the network', async () => {
    expect(await page.locator('[role=treeitem]').count()).toBeGreaterThanOrEqual(1)
    expect(problems).toEqual([])
    expect(requests.filter((url) => !/^(?:file|blob):/.test(url))).toEqual([])
    const picture = process.env['LOOPSCOPE_SCREENSHOT']
    if (picture) await page.screenshot({ path: picture })
  })

  it('names are text in it: of tasks and of the file', async () => {
    expect(await page.title()).toBe(`${evilFile} · Loopscope`)
    expect(await page.locator('[role=treeitem]').allTextContents()).toContainEqual(expect.stringContaining(EVIL))
    expect(readFileSync(join(here.folder, 'page.html'), 'utf8')).not.toContain('broken')
  })

  it('runs no script but its own', async () => {
    const ran = await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.foreign = true'
      document.body.append(script)
      return 'foreign' in globalThis
    })
    expect(ran).toBe(false)
    expect(problems.splice(0).join()).toMatch(/Content Security Policy/)
  })
})
