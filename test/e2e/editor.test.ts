import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env } from 'node:process'
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { trace } from '../ascii/trace.ts'
import { lineInPipeline, recordPipeline } from './pipeline.ts'
import { chooseFromMenu, laneOf, leavePicture, selectLane, useWindow } from './window.ts'

const drawn = trace('first : =##===##✓\nsecond : =====#==#✓')
/** A process of a program, which began so many ms after the first. */
const process = (pid: number, ppid: number, atMs: number, script: string, drawing: string): Uint8Array =>
  trace(drawing, {
    killed: true,
    header: {
      platform: 'linux',
      pid,
      ppid,
      argv: [script],
      wallClockNs: `1790000000${String(atMs).padStart(3, '0')}000000`,
      monotonicNs: `50${String(atMs).padStart(3, '0')}000000`,
    },
  })
const window = useWindow('editor', {
  files: {
    'single.looptrace': drawn,
    'header.looptrace': drawn.slice(0, 40),
    'gone.looptrace': drawn,
    'empty.looptrace': '',
    'text.looptrace': 'this is a text\n',
    'ff.looptrace': new Uint8Array(4096).fill(0xff),
    'server.looptrace': process(71, 1, 0, 'server.py', 'serve : =#........'),
    'worker.looptrace': process(72, 71, 2, 'worker.py', 'answer : =#......'),
    'notes.txt': 'a text beside the traces\n',
  },
  programs: ['pipeline.py'],
  prepare: (folder) => {
    const recorded = recordPipeline(folder)
    writeFileSync(join(folder, 'cut.looptrace'), recorded.subarray(0, Math.floor(recorded.length * 0.6)))
    recorded.writeUInt16LE(99, 8)
    writeFileSync(join(folder, 'newer.looptrace'), recorded)
  },
})

describe('the trace editor', () => {
  it('sleeps until a trace opens', async () => {
    const { workbench } = window()
    await workbench.runCommand('Developer: Show Running Extensions')
    const rows = workbench.page.locator('.runtime-extensions-editor .extension')
    await rows.first().waitFor()
    await expect.poll(() => rows.filter({ hasText: 'Loopscope' }).count()).toBe(0)
    await workbench.openFile('single.looptrace')
    await laneOf(workbench, 'first').waitFor()
    await workbench.tab('Running Extensions').click()
    await rows.filter({ hasText: 'Loopscope' }).waitFor()
    console.log((await rows.filter({ hasText: 'Loopscope' }).innerText()).replaceAll(/\s+/g, ' '))
  })

  it('is active within 100 ms of being asked', () => {
    const [line, milliseconds] = /Activated in ([\d.]+) ms/.exec(logOfExtension(window().logs)) ?? []
    expect(line, 'the extension logs its activation').toBeDefined()
    console.log(line)
    expect(Number(milliseconds)).toBeLessThan(100)
  })

  it('opens a recording by double-click and shows the lanes of its tasks', async () => {
    const { workbench } = window()
    await workbench.openFile('pipeline.looptrace')
    await laneOf(workbench, 'Event loop').waitFor()
    await laneOf(workbench, 'Task-1 , coroutine main , done').waitFor()
    for (const worker of ['worker-0', 'worker-1', 'worker-2']) {
      await laneOf(workbench, `${worker} , coroutine work , cancelled`).waitFor()
    }
    await expect.poll(() => laneOf(workbench, 'worker-0').getAttribute('aria-level')).toBe('3')
  })

  it('leads to the line where a task was created, by keyboard alone', async () => {
    const { workbench } = window()
    const line = lineInPipeline('workers = [')
    await workbench.openFile('pipeline.looptrace')
    await selectLane(workbench, 'worker-1')
    await workbench.trace
      .getByRole('button', { name: `pipeline.py:${line}` })
      .first()
      .press('Enter')
    await workbench.tab('pipeline.py').waitFor()
    await workbench.cursorAt(line)
  })

  it('shows one trace twice, side by side', async () => {
    const { workbench } = window()
    await workbench.openFile('single.looptrace')
    await laneOf(workbench, 'first').waitFor()
    await workbench.titleAction('Split Editor Right').click()
    const pages = workbench.page.locator('iframe.webview.ready')
    await pages.nth(1).waitFor()
    const frames = [pages.nth(0), pages.nth(1)].map((page) => page.contentFrame().frameLocator('#active-frame'))
    for (const frame of frames) await frame.getByRole('treeitem').filter({ hasText: 'second' }).waitFor()
    // The same object in both, not a copy: the trace was read once.
    const models = await frames[1].locator('body').evaluate(() => {
      const all = top!
      const pages = Array.from(
        { length: all.length },
        (_, i) => all[i][0] as Window & { loopscopeTrace?: { model: object } },
      )
      return pages
        .map((page) => page?.loopscopeTrace?.model)
        .filter((model) => model !== undefined)
        .map((model, _, found) => found.indexOf(model))
    })
    expect(models).toEqual([0, 0])
    expect(logOfExtension(window().logs)).toContain('taken from another panel')
  })

  it('offers the other processes of a program, and shows all on one clock, also one that starts meanwhile', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('server.looptrace')
    await laneOf(workbench, 'serve').waitFor()
    await workbench.trace.getByRole('button', { name: 'Show all on one clock' }).click()
    await laneOf(workbench, 'server.py').waitFor()
    await laneOf(workbench, 'worker.py').waitFor()
    // Both tabs are called as the trace; the one of several processes has their sign.
    const signs = (): Promise<string[]> =>
      workbench
        .tab(/^server\.looptrace/)
        .locator('.monaco-icon-label')
        .evaluateAll((labels) => labels.map((label) => getComputedStyle(label, '::after').content))
    await expect.poll(signs).toEqual([expect.not.stringContaining('◆'), expect.stringContaining('◆')])
    await expect.poll(() => laneOf(workbench, 'answer').getAttribute('aria-level')).toBe('2')
    await selectLane(workbench, 'server.py')
    await workbench.page.keyboard.press('ArrowLeft')
    await laneOf(workbench, 'serve ,').waitFor({ state: 'hidden' })
    writeFileSync(join(folder, 'later.looptrace'), process(73, 71, 5, 'later.py', 'last : =#...'))
    await laneOf(workbench, 'last').waitFor()
    // Hidden and shown again it is as it was.
    await workbench.openFile('notes.txt')
    await workbench.page.locator('iframe.webview.ready:visible').waitFor({ state: 'hidden' })
    await workbench
      .tab(/^server\.looptrace/)
      .last()
      .click()
    await laneOf(workbench, 'server.py', { selected: true }).waitFor()
    await laneOf(workbench, 'last').waitFor()
    expect(await laneOf(workbench, 'serve ,').count()).toBe(0)
    const picture = env['LOOPSCOPE_SCREENSHOT']
    if (picture) await workbench.page.screenshot({ path: picture })
  })

  it('shows traces that were selected in the explorer on one clock', async () => {
    const { workbench } = window()
    const file = (name: string): Locator => workbench.explorer.filter({ hasText: name })
    // The explorer selects what is opened once more when it has opened.
    await workbench.openFile('single.looptrace')
    await laneOf(workbench, 'second').waitFor()
    const select = async (): Promise<void> => {
      await file('single.looptrace').click()
      await file('worker.looptrace').click({ modifiers: ['ControlOrMeta'] })
    }
    const worker = file('worker.looptrace')
    await chooseFromMenu(workbench, worker, 'Open Together', laneOf(workbench, 'worker.py'), select)
    await laneOf(workbench, 'answer').waitFor()
    await laneOf(workbench, 'second').waitFor()
    await leavePicture(workbench, 'together')
  })

  it('keeps a selection that was made just before its tab was hidden', async () => {
    const { workbench } = window()
    await workbench.openFile('notes.txt')
    await workbench.openFile('single.looptrace')
    await selectLane(workbench, 'second')
    await workbench.tab('notes.txt').click()
    await workbench.page.locator('iframe.webview.ready:visible').waitFor({ state: 'hidden' })
    await workbench.tab('single.looptrace').click()
    await laneOf(workbench, 'second', { selected: true }).waitFor()
  })

  it('shows a trace anew when its file is replaced', async () => {
    const { workbench, folder } = window()
    const cut = workbench.trace.getByText(/The file is cut at byte/).first()
    await workbench.openFile('cut.looptrace')
    await cut.waitFor()
    copyFileSync(join(folder, 'pipeline.looptrace'), join(folder, 'cut.looptrace'))
    await cut.waitFor({ state: 'detached' })
    await laneOf(workbench, 'worker-0 , coroutine work , cancelled').waitFor()
  })

  it.each([
    ['empty.looptrace', /This file is empty: .* Record the program again\./],
    ['text.looptrace', /This is not a Loopscope trace: it does not begin with the letters LOOPTRC\./],
    ['ff.looptrace', /This is not a Loopscope trace/],
    ['newer.looptrace', /This trace has format version 99\.0 .* update Loopscope/],
  ])('says in one sentence what is wrong with %s', async (name, sentence) => {
    const { workbench } = window()
    await workbench.openFile(name)
    await workbench.trace.getByText(sentence).first().waitFor()
  })

  it('says that a trace is cut inside its header', async () => {
    const { workbench } = window()
    await workbench.openFile('header.looptrace')
    await workbench.trace.getByText('This trace is cut inside its header').first().waitFor()
  })

  it('says that a file is gone when its tab comes back', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('notes.txt')
    await workbench.openFile('gone.looptrace')
    await laneOf(workbench, 'first').waitFor()
    await workbench.tab('notes.txt').click()
    rmSync(join(folder, 'gone.looptrace'))
    await workbench.tab('gone.looptrace').click()
    await workbench.trace.getByText('This file does not exist any more').first().waitFor()
  })
})

/** All that the extension logged, in all windows. */
function logOfExtension(logs: string): string {
  const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('Loopscope.log'),
  )
  return files.map((name) => readFileSync(join(logs, name), 'utf8')).join('')
}
