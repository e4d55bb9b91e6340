import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { trace } from '../ascii/trace.ts'
import { useWindow } from './window.ts'
import { record } from './workspace.ts'

const before = trace('before : =##===##✓')
const window = useWindow('opening', { 'replaced.looptrace': before })

describe('a trace in the explorer', () => {
  beforeAll(() => record(window().folder, 'pipeline.py', 'pipeline.looptrace'))

  it('opens as lanes of its tasks by a double-click', async () => {
    const { workbench } = window()
    await workbench.openFile('pipeline.looptrace')
    for (const name of ['producer-0', 'producer-1', 'transformer-0', 'transformer-1', 'transformer-2', 'consumer']) {
      await workbench.lane(name).waitFor()
    }
    expect(await workbench.lane('transformer-0').textContent()).toContain('cancelled')
    expect(await workbench.lane('producer-0').textContent()).not.toContain('cancelled')
  })

  it('is as it was after its tab was hidden', async () => {
    const { workbench } = window()
    await workbench.openFile('pipeline.looptrace')
    await workbench.selectLane('producer-1')
    await workbench.openFile('blocking.py')
    await workbench.tracePage.waitFor({ state: 'hidden' })
    await workbench.tab('pipeline.looptrace').click()
    await workbench.selectedLane('producer-1').waitFor()
  })

  it('opens twice, side by side', async () => {
    const { workbench } = window()
    await workbench.openFile('pipeline.looptrace')
    await workbench.lane('consumer').waitFor()
    await workbench.runCommand('View: Split Editor Right')
    const pages = workbench.page.locator('iframe.webview.ready')
    await pages.nth(1).waitFor()
    for (const page of [pages.nth(0), pages.nth(1)]) {
      const lanes = page.contentFrame().frameLocator('#active-frame').getByRole('treeitem')
      await lanes.filter({ hasText: 'consumer' }).waitFor()
    }
  })

  it('is read again when its file is replaced', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('replaced.looptrace')
    await workbench.lane('before').waitFor()
    writeFileSync(join(folder, 'replaced.looptrace'), trace('after : =##===##✓'))
    await workbench.lane('after').waitFor()
    expect(await workbench.lane('before').count()).toBe(0)
  })
})
