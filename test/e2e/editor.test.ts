import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trace } from '../ascii/trace.ts'
import { laneOf, selectLane, useWindow } from './window.ts'

const drawn = trace('first : =##===##✓\nsecond : =====#==#✓')
const window = useWindow('editor', {
  'single.looptrace': drawn,
  'header.looptrace': drawn.slice(0, 40),
  'gone.looptrace': drawn,
  'notes.txt': 'a text beside the traces\n',
})

describe('the trace editor', () => {
  it('sleeps until a trace opens', async () => {
    const { workbench } = window()
    await workbench.runCommand('Developer: Show Running Extensions')
    const rows = workbench.page.locator('.runtime-extensions-editor .extension')
    await rows.first().waitFor()
    expect(await rows.filter({ hasText: 'Loopscope' }).count()).toBe(0)
    await workbench.openFile('single.looptrace')
    await laneOf(workbench, 'first').waitFor()
    await workbench.tab('Running Extensions').click()
    await rows.filter({ hasText: 'Loopscope' }).waitFor()
    console.log((await rows.filter({ hasText: 'Loopscope' }).innerText()).replaceAll(/\s+/g, ' '))
  })

  it('shows one trace twice, side by side', async () => {
    const { workbench } = window()
    await workbench.openFile('single.looptrace')
    await laneOf(workbench, 'first').waitFor()
    await workbench.titleAction('Split Editor Right').click()
    const pages = workbench.page.locator('iframe.webview.ready')
    await pages.nth(1).waitFor()
    for (const page of [pages.nth(0), pages.nth(1)]) {
      const lanes = page.contentFrame().frameLocator('#active-frame').getByRole('treeitem')
      await lanes.filter({ hasText: 'second' }).waitFor()
    }
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
