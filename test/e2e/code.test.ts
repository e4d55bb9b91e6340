import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { repository } from '../real/folders.ts'
import type { Workbench } from '../real/workbench.ts'
import { chooseFromMenu, laneOf, leavePicture, useWindow } from './window.ts'

const window = useWindow('code', {
  programs: ['asking.py', 'bank.py'],
  probe: true,
  prepare(folder) {
    record(folder, 'bank.py', 'bank-first.looptrace')
    // The same recorded where the program is no longer, as on another machine.
    const elsewhere = mkdtempSync(join(tmpdir(), 'loopscope-'))
    copyFileSync(join(folder, 'bank.py'), join(elsewhere, 'bank.py'))
    record(elsewhere, 'bank.py', 'bank-far.looptrace')
    cpSync(elsewhere, join(folder, 'virtual'), { recursive: true })
    rmSync(elsewhere, { recursive: true })
  },
})

function record(folder: string, program: string, trace: string): void {
  mkdirSync(join(folder, '.loopscope'), { recursive: true })
  execFileSync('python3', ['-m', 'loopscope', 'run', '-o', join('.loopscope', trace), program], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: join(repository, 'runtime/python') },
  })
}

/** The line where a text stands for the nth time; counts from 1. */
function lineOf(folder: string, program: string, text: RegExp, nth: number): number {
  const source = readFileSync(join(folder, program), 'utf8')
  return source.slice(0, [...source.matchAll(text)][nth - 1].index).split('\n').length
}

/** In the order in which the probe asks. */
const TOOLS = ['loopscope_tasks', 'loopscope_findings', 'loopscope_await_graph', 'loopscope_slowest_awaits']

/** What the probe has been told so far. */
function answered(folder: string): string {
  const file = join(folder, 'tools.json')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

const lens = ({ page }: Workbench, text: RegExp): Locator =>
  page.locator('.codelens-decoration a').filter({ hasText: text }).first()
const problem = ({ page }: Workbench, text: RegExp): Locator =>
  page.locator('.markers-panel').getByRole('treeitem').filter({ hasText: text }).first()
const row = ({ page }: Workbench, text: RegExp): Locator =>
  page.locator('.pane-body').getByRole('treeitem').filter({ hasText: text }).first()

describe('a recorded program', () => {
  it('has what the newest trace tells over its coroutines, and leads to those tasks', async () => {
    const { workbench } = window()
    await workbench.openFile('bank.py')
    await lens(workbench, /5 runs · p50 \d/).waitFor()
    await lens(workbench, /waited \d.* in 15 awaits/).waitFor()
    await lens(workbench, /▶ Record/).waitFor()
    await leavePicture(workbench, 'lenses')
    await lens(workbench, /2 runs · .*2 pending/).click()
    await workbench.tab('bank-first.looptrace').waitFor()
    await laneOf(workbench, 'giro-to-savings').waitFor()
    await expect
      .poll(() => workbench.trace.getByRole('combobox', { name: 'Filter tasks' }).inputValue())
      .toBe('transfer')
  })

  it('has what was waited for at its awaits, in the hover with the way to the longest', async () => {
    const { workbench } = window()
    await workbench.openFile('bank.py')
    await lens(workbench, /5 runs/).waitFor()
    const line = workbench.page.locator('.view-line').filter({ hasText: 'await asyncio.sleep(0.02)' })
    await line.getByText('await').hover()
    const hover = workbench.page.locator('.monaco-hover:visible')
    await hover.filter({ hasText: /Waited\s.*in\s15\sawaits/ }).waitFor()
    await leavePicture(workbench, 'hover')
    await hover.getByRole('link').first().click()
    await workbench.tab('bank-first.looptrace').waitFor()
    await workbench.trace.getByRole('treeitem', { selected: true }).first().waitFor()
  })

  it('answers a language model', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('bank.py')
    await lens(workbench, /5 runs/).waitFor()
    await workbench.runCommand('Probe: Ask Language-Model Tools')
    for (const tool of TOOLS) {
      const dialog = workbench.page.getByRole('dialog', { name: 'Read a Loopscope trace' })
      await dialog.filter({ hasText: 'bank-first.looptrace' }).getByRole('button', { name: 'Yes' }).click()
      await expect.poll(() => answered(folder), { timeout: 30_000, message: tool }).toContain(tool)
    }
    expect(answered(folder)).toContain('\\"kind\\":\\"deadlock\\"')
    expect(answered(folder)).toContain('\\"heldBy\\":\\"giro-to-savings\\"')
  })

  it('is read and shown in a virtual workspace, where nothing is recorded, which is said', async () => {
    const { another, folder } = window()
    const virtual = await another(`probe:${folder}/virtual`)
    await virtual.openFile('bank.py')
    await lens(virtual, /5 runs · p50 \d/).waitFor()
    expect(await lens(virtual, /Record/).count()).toBe(0)
    await lens(virtual, /2 runs · .*2 pending/).click()
    await virtual.tab('bank-far.looptrace').waitFor()
    await laneOf(virtual, 'giro-to-savings').waitFor()
    await leavePicture(virtual, 'virtual')
    await virtual.tab('bank.py').click()
    await virtual.runCommand('Loopscope: Record Python File')
    await virtual.notification('this workspace is virtual').waitFor()
    await virtual.page.close()
  })

  it('of two processes has in Problems which finding of the other one is the cause, and both recordings opened together', async () => {
    const { workbench, folder } = window()
    const traces = join(folder, '.loopscope')
    // A client whose server hangs; the client kills both.
    spawnSync(
      'python3',
      ['-m', 'loopscope', 'run', '--children', '-o', join(traces, 'asking.looptrace'), 'asking.py'],
      {
        cwd: folder,
        env: { ...process.env, PYTHONPATH: join(repository, 'runtime/python') },
      },
    )
    await workbench.openFile('asking.py')
    await workbench.runCommand('Problems: Focus on Problems View')
    const cause = problem(workbench, /Caused by, in process \d+: .*waits? .*lock/i)
    await problem(workbench, /Task hangs: .*which should end that, itself hangs/).waitFor()
    await cause.waitFor()
    await leavePicture(workbench, 'problems-across')
    await cause.dblclick()
    await workbench.cursorAt(lineOf(folder, 'asking.py', /await lock\.acquire\(\)/g, 2))
    await workbench.runCommand('Loopscope: Focus on Recordings View')
    const bank = row(workbench, /^bank-first/)
    const select = async (): Promise<void> => {
      await bank.click()
      await row(workbench, /^asking/).click({ modifiers: ['ControlOrMeta'] })
    }
    await chooseFromMenu(workbench, bank, 'Open Together', laneOf(workbench, 'bank.py'), select)
    // A program with its processes: the client and its server.
    await workbench.trace.getByRole('heading', { name: '3 processes on one clock' }).waitFor()
    await workbench.trace
      .getByText(/asking\.py \(\d+\): \d+ tasks/)
      .first()
      .waitFor()
    await leavePicture(workbench, 'recordings-together')
    for (const name of readdirSync(traces).filter((each) => each.startsWith('asking'))) rmSync(join(traces, name))
    await row(workbench, /^asking/).waitFor({ state: 'detached' })
    await workbench.runCommand('View: Show Explorer')
  })

  it('says so where its source is newer than the trace, until it is recorded anew; what awaits cost is hidden and shown', async () => {
    const { workbench, folder } = window()
    const { page } = workbench
    await workbench.openFile('bank.py')
    await lens(workbench, /5 runs/).waitFor()
    // Decorations are content of the style sheet.
    const decorated = (): Promise<number> =>
      page
        .locator('.view-line span')
        .evaluateAll(
          (spans) => spans.filter((span) => getComputedStyle(span, '::after').content.includes('waited')).length,
        )
    await expect.poll(decorated).toBeGreaterThan(0)
    await workbench.runCommand('Loopscope: Toggle Time Waited at Each Await')
    await expect.poll(decorated).toBe(0)
    await workbench.runCommand('Loopscope: Toggle Time Waited at Each Await')
    await expect.poll(decorated).toBeGreaterThan(0)

    const newer = lens(workbench, /source is newer than the trace/)
    expect(await newer.count()).toBe(0)
    await page.locator('.monaco-editor .view-line').first().click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('# changed')
    await page.keyboard.press('Control+s')
    await newer.waitFor()
    await leavePicture(workbench, 'lenses-older')
    record(folder, 'bank.py', 'bank-second.looptrace')
    await newer.waitFor({ state: 'detached' })
    await lens(workbench, /5 runs/).waitFor()
    rmSync(join(folder, '.loopscope/bank-second.looptrace'))
  })

  it('has its findings in Problems and in the Loopscope view, until its recording is deleted there', async () => {
    const { workbench } = window()
    await workbench.openFile('bank.py')
    await workbench.runCommand('Problems: Focus on Problems View')
    await problem(workbench, /Deadlock: .*loopscope.*deadlock/).waitFor()
    await workbench.page.getByRole('tab', { name: 'Loopscope' }).click()
    await row(workbench, /bank-first.*1 finding · 8 tasks · 3 pending/).waitFor()
    await row(workbench, /Deadlock/).waitFor()
    await leavePicture(workbench, 'views')
    await row(workbench, /bank-first/).hover()
    await row(workbench, /bank-first/)
      .getByRole('button', { name: 'Delete' })
      .click()
    await workbench.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await workbench.page.locator('.pane-body').getByText('There is no recording yet').waitFor()
    await leavePicture(workbench, 'views-welcome')
    await problem(workbench, /Deadlock/).waitFor({ state: 'detached' })
    await lens(workbench, /runs/).waitFor({ state: 'detached' })
  })
})
