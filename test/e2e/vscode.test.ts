import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { installChromium } from '../real/chromium.ts'
import { ensureCodeServer } from '../real/codeServer.ts'
import { cache, repository } from '../real/folders.ts'
import { startServer, type Server } from '../real/vscodeServer.ts'
import { launchBrowser, Workbench } from '../real/workbench.ts'
import { makeWorkspace, type Workspace } from './workspace.ts'

const vsix = join(repository, 'dist/loopscope.vsix')
const home = join(cache, 'e2e')
const say = (line: string): void => console.log(line)

let workspace: Workspace
let server: Server
let browser: Browser
let workbench: Workbench

beforeAll(async () => {
  expect(existsSync(vsix), 'run `npm run package` first').toBe(true)
  workspace = makeWorkspace()
  server = await startServer({ server: await ensureCodeServer(say), home, vsix })
  browser = await launchBrowser(await installChromium(say))
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

beforeEach(async () => {
  workbench = await Workbench.open(browser, server, workspace.folder)
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture(task.name)
  await workbench.page.close()
})

async function picture(name: string): Promise<void> {
  mkdirSync(join(repository, 'test-results'), { recursive: true })
  await workbench.page.screenshot({ path: join(repository, 'test-results', `${name.replace(/\W+/g, '-')}.png`) })
}

const lane = (name: string | RegExp): ReturnType<Workbench['lanes']['first']> =>
  workbench.trace.getByRole('treeitem', { name }).first()

describe('a trace', () => {
  it('opens by double-click and shows the lanes of its tasks', async () => {
    await workbench.openFile('pipeline.looptrace')
    await lane(/^Event loop/).waitFor()
    await lane(/^Task-1 , coroutine main , done/).waitFor()
    for (const worker of ['worker-0', 'worker-1', 'worker-2']) {
      await lane(new RegExp(`^${worker} , coroutine work , cancelled`)).waitFor()
    }
    expect(await lane(/^worker-0/).getAttribute('aria-level')).toBe('2')
  })

  it('leads to the line where a task was created, by keyboard alone', async () => {
    await workbench.openFile('pipeline.looptrace')
    await lane(/^worker-1/).click()
    await workbench.trace
      .getByRole('button', { name: `pipeline.py:${workspace.lineOf('workers = [')}` })
      .first()
      .press('Enter')
    await workbench.tab('pipeline.py').waitFor()
    await workbench.cursorAt(workspace.lineOf('workers = ['))
  })

  it('leads to the coroutine of the selected lane by Enter', async () => {
    await workbench.openFile('pipeline.looptrace')
    await lane(/^worker-2/).click()
    await lane(/^worker-2/).press('Enter')
    await workbench.tab('pipeline.py').waitFor()
    await workbench.cursorAt(workspace.lineOf('async def work('))
  })

  it('keeps its selection while its tab is hidden', async () => {
    await workbench.openFile('pipeline.looptrace')
    await lane(/^worker-2/).click()
    await workbench.openFile('blocking.py')
    await workbench.tab('pipeline.looptrace').click()
    await workbench.trace.getByRole('treeitem', { name: /^worker-2/, selected: true }).waitFor()
  })

  it('is shown anew when its file is replaced', async () => {
    await workbench.openFile('cut.looptrace')
    await workbench.trace
      .getByText(/The file is cut at byte/)
      .first()
      .waitFor()
    copyFileSync(join(workspace.folder, 'pipeline.looptrace'), join(workspace.folder, 'cut.looptrace'))
    await workbench.trace
      .getByText(/The file is cut at byte/)
      .first()
      .waitFor({ state: 'detached' })
    await lane(/^worker-0 , coroutine work , cancelled/).waitFor()
  })
})

describe('a file that is no trace says so in one sentence', () => {
  it.each([
    ['empty.looptrace', /This file is empty: .* Record the program again\./],
    ['text.looptrace', /This is not a Loopscope trace: it does not begin with the letters LOOPTRC\./],
    ['ff.looptrace', /This is not a Loopscope trace/],
    ['newer.looptrace', /This trace has format version 99\.0 .* update Loopscope/],
  ])('%s', async (name, sentence) => {
    await workbench.openFile(name)
    await workbench.trace.getByText(sentence).first().waitFor()
  })
})

/** Opens a Python file, and waits until VS Code knows that it is one. */
async function openProgram(name: string): Promise<void> {
  await workbench.openFile(name)
  await workbench.titleAction('Record Python File').waitFor()
}

describe('Record Python File', () => {
  it('stands in the title of a Python editor, and only there', async () => {
    await openProgram('blocking.py')
    await workbench.openFile('pipeline.looptrace')
    await workbench.titleAction('Record Python File').waitFor({ state: 'hidden' })
  })

  it('records the file and opens its trace', async () => {
    await openProgram('blocking.py')
    await workbench.runCommand('Loopscope: Record Python File')
    await workbench.tab(/blocking.*\.looptrace/).waitFor()
    await lane(/^heartbeat , coroutine heartbeat , done/).waitFor()
    await lane(/^resize , coroutine resize , done/).waitFor()
    expect(readdirSync(join(workspace.folder, '.loopscope'))).toContain('.gitignore')
  })

  it('says how a program ended that did not end well, and shows its trace', async () => {
    await openProgram('exits.py')
    await workbench.runCommand('Loopscope: Record Python File')
    await workbench.notification(/exits\.py ended with exit code 3/).waitFor()
    await lane(/coroutine sleep , done/).waitFor()
  })

  it('says what is wrong where there is no such Python', async () => {
    await workbench.changeSetting('loopscope.pythonPath', '/nowhere/python')
    try {
      await openProgram('blocking.py')
      await workbench.runCommand('Loopscope: Record Python File')
      await workbench.notification(/names no Python: \/nowhere\/python could not be run/).waitFor()
    } finally {
      await workbench.changeSetting('loopscope.pythonPath', undefined)
    }
  })
})

describe('themes', () => {
  it.each(['Default Dark Modern', 'Default Light Modern', 'Default High Contrast', 'Default High Contrast Light'])(
    '%s: the panel takes its colours',
    async (theme) => {
      await workbench.changeSetting('workbench.colorTheme', theme)
      await workbench.openFile('pipeline.looptrace')
      await lane(/^worker-1/).click()
      await workbench.trace.locator(`body[data-vscode-theme-id="${theme}"]`).waitFor()
      const [panel, editor] = await Promise.all([
        workbench.trace.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor),
        workbench.trace
          .locator('html')
          .evaluate((html) => getComputedStyle(html).getPropertyValue('--vscode-editor-background')),
      ])
      expect(hexOf(panel)).toBe(editor.trim().slice(0, 7).toLowerCase())
      await picture(`theme ${theme}`)
    },
  )
})

it('is active within 100 ms of being asked', () => {
  const [line] = /Activated in ([\d.]+) ms/.exec(extensionLogs()) ?? []
  expect(line, 'the extension logs its activation').toBeDefined()
  const milliseconds = Number(/[\d.]+/.exec(line!)![0])
  console.log(line)
  expect(milliseconds).toBeLessThan(100)
})

/** All logs of the extension in all windows. */
function extensionLogs(): string {
  const logs = join(home, 'data', 'logs')
  return readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('Loopscope.log'))
    .map((name) => readFileSync(join(logs, name), 'utf8'))
    .join('\n')
}

function hexOf(colour: string): string {
  const parts = colour.match(/\d+/g)!.slice(0, 3).map(Number)
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
