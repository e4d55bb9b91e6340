import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { laneOf, useWindow } from './window.ts'

const RECORD = 'Loopscope: Record Python File'
const window = useWindow('recording', {}, ['deadlock.py', 'blocking.py'])

describe('recording', () => {
  it('begins by the button in the editor’s title, with what was typed last', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('blocking.py')
    await workbench.page.keyboard.press('Control+End')
    await workbench.page.keyboard.type('# typed last')
    await workbench.titleAction(RECORD).click()
    await workbench.tab(/^blocking-.*\.looptrace/).waitFor()
    await laneOf(workbench, 'heartbeat').waitFor()
    expect(readFileSync(join(folder, 'blocking.py'), 'utf8')).toContain('# typed last')
  })

  it('of a program that hangs is stopped from the status bar, and shows who waits', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('deadlock.py')
    await workbench.runCommand(RECORD)
    const hasBegun = (): boolean => sizes(join(folder, '.loopscope'), 'deadlock-').some((size) => size > 0)
    await expect.poll(hasBegun, { timeout: 30_000 }).toBe(true)
    await workbench.page.getByRole('button', { name: 'Recording deadlock.py' }).click()
    await workbench.tab(/^deadlock-.*\.looptrace/).waitFor()
    await laneOf(workbench, 'savings-to-giro').waitFor()
    await laneOf(workbench, 'giro-to-savings').waitFor()
    await workbench.notification('deadlock.py').waitFor()
  })

  it('is found again as the latest one', async () => {
    const { workbench } = window()
    await workbench.runCommand('Loopscope: Open Latest Recording')
    await workbench.tab(/^deadlock-.*\.looptrace/).waitFor()
  })

  it('without a Python that runs leads to the setting', async () => {
    const { workbench } = window()
    await workbench.changeSetting('loopscope.pythonPath', '/no/such/python')
    await workbench.openFile('deadlock.py')
    await workbench.runCommand(RECORD)
    const message = workbench.notification('/no/such/python could not be run')
    await message.getByRole('button', { name: 'Open Setting' }).click()
    await workbench.tab('Settings').waitFor()
  })
})

/** Of the files in a folder whose names begin so; none where there is no such folder yet. */
function sizes(folder: string, start: string): number[] {
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith(start))
    return names.map((name) => statSync(join(folder, name)).size)
  } catch {
    return []
  }
}
