import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Workbench } from '../real/workbench.ts'
import { installDebugpy } from '../real/debugpy.ts'
import { chooseFromMenu, leavePicture, useWindow } from './window.ts'

const debugpyFolder = await installDebugpy()
const STARTS_MS = 15_000
const LOOKS_MS = 5_000
const STANDS = `import asyncio

async def courier(box):
    while True:
        parcel = await box.get()
        print("got", parcel)

async def main():
    box = asyncio.Queue()
    running = asyncio.create_task(courier(box), name="courier")
    await asyncio.sleep(0.01)
    breakpoint()
    await box.put("parcel")
    await asyncio.sleep(0.01)
    running.cancel()

asyncio.run(main())
`
const HANGS = `import asyncio

async def consumer(box):
    return await box.get()

async def main():
    box = asyncio.Queue()
    await asyncio.create_task(consumer(box), name="consumer")

asyncio.run(main())
`
const BLOCKS = `import asyncio

def crunch():
    number = 0
    while True:
        number += 1

async def handler():
    await asyncio.sleep(0.01)
    crunch()

asyncio.run(handler())
`
const window = useWindow('debugged-tasks', {
  files: { 'stands.py': STANDS, 'hangs.py': HANGS, 'blocks.py': BLOCKS },
  programs: ['deadlock.py'],
  probe: true,
  prepare: writeLaunch,
})

/** Three that are recorded, and two that are not. */
function writeLaunch(folder: string): void {
  mkdirSync(join(folder, '.vscode'), { recursive: true })
  const launch = (name: string, more: object = {}): object => ({
    name,
    type: 'debugpy',
    request: 'launch',
    program: `\${workspaceFolder}/${name.split(' ').at(-1)!}`,
    console: 'internalConsole',
    debugpyFolder,
    ...more,
  })
  const configurations = [
    launch('deadlock.py'),
    launch('stands.py'),
    ...['deadlock', 'hangs', 'blocks'].map((name) => launch(`recorded ${name}.py`, { loopscope: true })),
  ]
  const breakOn = ['deadlock', 'hung-task', 'blocked-loop']
  writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify({ 'loopscope.breakOn': breakOn }))
  writeFileSync(join(folder, '.vscode/launch.json'), JSON.stringify({ version: '0.2.0', configurations }))
}

/** The rows of a view, by its title. */
const rowsOf = ({ page }: Workbench, view: string): Locator =>
  page
    .locator('.pane')
    .filter({ has: page.getByRole('button', { name: `${view} Section` }) })
    .getByRole('treeitem')

async function debug(workbench: Workbench, program: string): Promise<void> {
  const { page } = workbench
  const toolbar = page.locator('.debug-toolbar')
  // A command that comes while extensions are still starting reaches none of them.
  const starts = (): Promise<boolean> =>
    toolbar.waitFor({ timeout: STARTS_MS }).then(
      () => true,
      () => false,
    )
  do await workbench.runCommandAndPick('Debug: Select and Start Debugging', program)
  while (!(await starts()))
}

const stop = async ({ page }: Workbench): Promise<void> => {
  await page.locator('.debug-toolbar').getByRole('button', { name: /^Stop/ }).click()
  await page.locator('.debug-toolbar').waitFor({ state: 'hidden' })
}

describe('a program in the debugger that is not recorded', () => {
  it('shows its deadlock while it hangs, with nothing stopped', async () => {
    const { workbench } = window()
    await workbench.openFile('deadlock.py')
    await debug(workbench, 'deadlock.py')
    await workbench.runCommand('Loopscope: Focus on Live Tasks View')
    const rows = rowsOf(workbench, 'Live Tasks')
    const shows = (): Promise<boolean> =>
      rows
        .filter({ hasText: /^Deadlock/ })
        .waitFor({ timeout: LOOKS_MS })
        .then(
          () => true,
          () => false,
        )
    // It may not have come to its locks when the view was opened.
    while (!(await shows())) await workbench.runCommand('Loopscope: Refresh Live Tasks')
    await leavePicture(workbench, 'debugged-deadlock')
    const texts = (await rows.allTextContents()).map((text) => text.replace(/pid \d+/, 'pid'))
    expect(texts[0]).toBe('deadlock.pypid · 3 tasks · 2 stuck · in the debugger')
    expect(texts.filter((text) => / which holds Lock \d/.test(text))).toHaveLength(2)
    await rows
      .filter({ hasText: /^savings-to-giro/ })
      .first()
      .click()
    await workbench.cursorAt(9)
    await stop(workbench)
    await rows.first().waitFor({ state: 'detached' })
  })

  it('fills the tree at a breakpoint, and stops when a task goes on', async () => {
    const { workbench } = window()
    await workbench.runCommand('View: Show Explorer')
    await workbench.openFile('stands.py')
    await debug(workbench, 'stands.py')
    await workbench.cursorAt(13)
    await workbench.runCommand('Run and Debug: Focus on asyncio Tasks View')
    const courier = rowsOf(workbench, 'asyncio Tasks')
      .filter({ hasText: /^courier/ })
      .first()
    await expect.poll(() => courier.textContent()).toBe('courierwaits for Queue.get · Queue 1 · stands.py:5')
    await courier.click()
    await workbench.cursorAt(5)
    await leavePicture(workbench, 'debugged-breakpoint')
    const breakpoint = workbench.page.locator('.debug-breakpoints .breakpoint').filter({ hasText: 'stands.py' }).first()
    await chooseFromMenu(workbench, courier, 'Break When This Task Resumes', breakpoint)
    await workbench.page
      .locator('.debug-toolbar')
      .getByRole('button', { name: /^Continue/ })
      .click()
    await workbench.cursorAt(6)
    await leavePicture(workbench, 'debugged-resumed')
    await stop(workbench)
  })
})

it('a debug session that is recorded is paused on a deadlock, and says which', async () => {
  const { workbench } = window()
  await workbench.runCommand('View: Show Explorer')
  await workbench.openFile('deadlock.py')
  await debug(workbench, 'recorded deadlock.py')
  const said = workbench.notification('Deadlock: 2 tasks wait for each other')
  await workbench.page
    .locator('.debug-toolbar')
    .getByRole('button', { name: /^Continue/ })
    .waitFor()
  await said.getByRole('button', { name: 'Show Live Tasks' }).click()
  const program = rowsOf(workbench, 'asyncio Tasks').filter({
    hasText: /^deadlock\.py.*2 stuck · stopped in the debugger$/,
  })
  await program.waitFor()
  await leavePicture(workbench, 'debugged-break-on-deadlock')
  await stop(workbench)
})

it.each([
  { program: 'hangs.py', says: 'Task hangs: consumer waits' },
  { program: 'blocks.py', says: 'Event loop blocked: Task-1 held the event loop' },
])('a debug session of $program that is recorded is paused, and says why', async ({ program, says }) => {
  const { workbench } = window()
  await debug(workbench, `recorded ${program}`)
  await workbench.page
    .locator('.debug-toolbar')
    .getByRole('button', { name: /^Continue/ })
    .waitFor()
  await workbench.notification(says).getByRole('button', { name: 'Show Live Tasks' }).click()
  const stopped = new RegExp(`^${program}.*stopped in the debugger$`)
  await rowsOf(workbench, 'asyncio Tasks').filter({ hasText: stopped }).waitFor()
  await leavePicture(workbench, `debugged-break-on-${program}`)
  await stop(workbench)
})
