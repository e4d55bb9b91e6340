import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { isOldestEditor } from '../real/codeServer.ts'
import { editorPython } from '../real/editorPython.ts'
import type { Workbench } from '../real/workbench.ts'
import { chooseFromMenu, laneOf, leavePicture, useWindow } from './window.ts'

const TESTS = `import asyncio

def test_plain():
    asyncio.run(asyncio.wait_for(asyncio.sleep(0.01), 5))
`
const python = await editorPython()
const KEPT = 2
const SAYS_MS = 3_000
const window = useWindow('terminals', {
  files: {
    'test_plain.py': TESTS,
    '.vscode/settings.json': JSON.stringify({
      'loopscope.recordTerminals': true,
      'loopscope.keepRecordings': KEPT,
      ...(python ? { 'loopscope.pythonPath': python } : {}),
    }),
  },
  programs: ['pipeline.py'],
})
const RECORDED = 'Python programs that are started in this terminal are recorded by Loopscope.'

async function openTerminal(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Terminal: Create New Terminal')
  const input = workbench.page.locator('.terminal-wrapper.active .xterm-helper-textarea:focus')
  await input.waitFor({ state: 'attached' })
}

/** Opens the side bar's view; the rows of its recordings. */
async function recordings(workbench: Workbench): Promise<Locator> {
  await workbench.runCommand('Loopscope: Focus on Recordings View')
  const section = workbench.page.getByRole('button', { name: 'Recordings Section' })
  return workbench.page.locator('.pane').filter({ has: section }).getByRole('treeitem')
}

/** The names of what was recorded so far. */
function recorded(folder: string): string[] {
  const traces = join(folder, '.loopscope')
  return existsSync(traces) ? readdirSync(traces).filter((name) => name.endsWith('.looptrace')) : []
}

describe('a terminal with the setting', () => {
  it('says that Python is recorded there, in a window where nothing else has been opened', async () => {
    const { workbench } = window()
    const { page } = workbench
    const contributions = page.locator('.view-lines').filter({ hasText: 'Terminal Environment Changes' })
    const says = async (): Promise<string> => {
      // Of a terminal that VS Code has started anew because of the change, it does not say why; of one that is not there yet, nothing.
      await openTerminal(workbench)
      await workbench.runCommand('Terminal: Show Environment Contributions')
      const text = contributions.first().innerText({ timeout: SAYS_MS })
      return text.then(
        (said) => said.replaceAll('\u00a0', ' '),
        () => '',
      )
    }
    // VS Code 1.100 starts no extension because of a terminal. It keeps the environment that one gave to terminals, for windows to come.
    if (isOldestEditor()) {
      await workbench.openFile('pipeline.py')
      await page.locator('.codelens-decoration a').filter({ hasText: 'Record' }).first().waitFor()
      // Not before: only what a terminal has had is kept for the next window.
      await expect.poll(says, { timeout: 60_000 }).toContain(RECORDED)
      await workbench.closeAllTabs()
      await workbench.reload()
    }
    await expect.poll(says, { timeout: 60_000 }).toContain(RECORDED)
  })

  it('leaves a recording in the view, which can be renamed and shown in the explorer', async () => {
    const { workbench, folder } = window()
    await openTerminal(workbench)
    await workbench.page.keyboard.type('python3 pipeline.py\n')
    const rows = await recordings(workbench)
    await rows.filter({ hasText: /^pipeline-\d{8}-\d{6}-\d+.* tasks/ }).waitFor()
    await leavePicture(workbench, 'terminal')
    const input = workbench.page.locator('.quick-input-widget:visible input[type="text"]')
    await chooseFromMenu(workbench, rows.first(), 'Rename…', input)
    await input.fill('the slow one')
    await workbench.page.keyboard.press('Enter')
    const renamed = rows.filter({ hasText: /^the slow one/ })
    await renamed.waitFor()
    expect(recorded(folder)).toEqual(['the slow one.looptrace'])
    const revealed = workbench.explorer.and(workbench.page.locator('.selected, [aria-selected="true"]'))
    await chooseFromMenu(workbench, renamed, 'Reveal', revealed.filter({ hasText: 'the slow one.looptrace' }))
  })

  it('keeps the newest recordings and the renamed one, which is deleted only where that is asked for', async () => {
    const { workbench, folder } = window()
    await openTerminal(workbench)
    const runs = KEPT + 2
    await workbench.page.keyboard.type(`for i in $(seq ${runs}); do python3 pipeline.py; done; touch done\n`)
    await expect.poll(() => existsSync(join(folder, 'done')), { timeout: 60_000 }).toBe(true)
    const rows = await recordings(workbench)
    const given = rows.filter({ hasText: /^pipeline-.* tasks/ })
    await expect.poll(() => given.count()).toBe(KEPT)
    const renamed = rows.filter({ hasText: /^the slow one/ })
    await renamed.click()
    await laneOf(workbench, 'worker-1').waitFor()
    const confirm = workbench.page.getByRole('dialog').getByRole('button', { name: 'Delete' })
    await chooseFromMenu(workbench, renamed, 'Delete', confirm)
    await confirm.click()
    await renamed.waitFor({ state: 'detached' })
    const left = recorded(folder)
    expect(left).toHaveLength(KEPT)
    await expect.poll(() => given.allTextContents()).toHaveLength(KEPT)
  })
})

it('the walkthrough leads to the first trace and what is wrong in it, in three steps', async () => {
  const { workbench } = window()
  const { page } = workbench
  await workbench.runCommandAndPick('Welcome: Open Walkthrough...', 'See what your asyncio program does')
  const step = (name: string): Locator => page.locator('.gettingStartedContainer').getByRole('button', { name }).first()
  await step('Open Sample Program').click()
  await workbench.tab('kitchen.py').waitFor()
  await step('Record it').click()
  await step('Record Python File').click()
  await workbench.tab(/^kitchen-.*\.looptrace/).waitFor()
  await laneOf(workbench, 'dishwasher').waitFor()
  await leavePicture(workbench, 'walkthrough')
  // Newer versions call it so, older ones by its title.
  await workbench.tab(/^(Welcome|Walkthrough)/).click()
  await step('Read it').click()
  await step('Show Findings').click()
  const finding = page
    .locator('.pane-body')
    .getByRole('treeitem')
    .filter({ hasText: 'Blocking call on the event loop' })
  await finding.waitFor()
  const done = page.locator('.gettingStartedContainer').getByRole('checkbox', { checked: true })
  await expect.poll(() => done.count()).toBe(3)
  await leavePicture(workbench, 'walkthrough-findings')
})

it.skipIf(!python)(python ? 'a test at the cursor runs in pytest' : 'no environment with pytest: no PyPI', async () => {
  const { workbench } = window()
  await workbench.runCommand('View: Show Explorer')
  await workbench.openFile('test_plain.py')
  await workbench.page.locator('.view-line').filter({ hasText: 'wait_for' }).click()
  await workbench.runCommand('Loopscope: Record Test at Cursor')
  await workbench.tab(/^test_plain-.*\.looptrace/).waitFor()
  await laneOf(workbench, 'Event loop').waitFor()
})
