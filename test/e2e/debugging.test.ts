import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { installDebugpy } from '../real/debugpy.ts'
import { leavePicture, useWindow } from './window.ts'

const debugpyFolder = await installDebugpy()
const STARTS_MS = 15_000
const window = useWindow('debugging', { programs: ['bank.py'], probe: true, prepare: writeLaunch })

/** Stops before the first line, as with a breakpoint there; then runs on. */
function writeLaunch(folder: string): void {
  mkdirSync(join(folder, '.vscode'), { recursive: true })
  const bank = {
    name: 'Bank',
    type: 'debugpy',
    request: 'launch',
    program: '${workspaceFolder}/bank.py',
    console: 'internalConsole',
    stopOnEntry: true,
    loopscope: true,
    debugpyFolder,
  }
  writeFileSync(join(folder, '.vscode/launch.json'), JSON.stringify({ version: '0.2.0', configurations: [bank] }))
}

/** What was recorded in the workspace so far. */
function recorded(folder: string): string {
  const traces = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.looptrace'),
  )
  return traces.map((name) => readFileSync(join(folder, name), 'latin1')).join('')
}

it('a program that the debugger launches is recorded, and stops where it should', async () => {
  const { workbench, folder } = window()
  await workbench.openFile('bank.py')
  await workbench.page.locator('.codelens-decoration a').filter({ hasText: 'Record' }).waitFor()
  const toolbar = workbench.page.locator('.debug-toolbar')
  // A key that is pressed while extensions are still starting reaches none of them.
  const debugs = (): Promise<boolean> =>
    toolbar.waitFor({ timeout: STARTS_MS }).then(
      () => true,
      () => false,
    )
  do await workbench.page.keyboard.press('F5')
  while (!(await debugs()))
  await toolbar.getByRole('button', { name: /^Continue/ }).waitFor()
  await workbench.page.locator('.debug-call-stack').getByText('<module>').waitFor()
  await leavePicture(workbench, 'debugging')
  await toolbar.getByRole('button', { name: /^Continue/ }).click()
  await toolbar.waitFor({ state: 'hidden' })
  await expect.poll(() => recorded(folder), { timeout: 30_000 }).toContain('giro-to-savings')
  await workbench.page
    .locator('.codelens-decoration a')
    .filter({ hasText: /5 runs/ })
    .waitFor()
})
