import { describe, expect, it } from 'vitest'
import { panelCommands, type PanelCommand } from '../../trace/panel/commands.ts'
import { isOldestEditor } from '../real/codeServer.ts'
import { panelView } from './panelView.ts'
import { recordPipeline } from './pipeline.ts'
import { laneOf, leavePicture, selectLane, useWindow } from './window.ts'

const window = useWindow('panelCommands', { programs: ['pipeline.py'], prepare: recordPipeline })

/** In this order each has something to do, from a trace in which a worker is selected. */
const TOUR: readonly PanelCommand[] = [
  ...(['zoomIn', 'panRight', 'panLeft', 'zoomOut', 'frame', 'whole', 'back', 'forward'] as const),
  ...(['up', 'down', 'first', 'pageDown', 'pageUp', 'down', 'collapse', 'expand', 'last', 'up', 'pin'] as const),
  ...(['group', 'sort', 'resources', 'connections', 'nextSegment', 'nextSegment', 'previousSegment'] as const),
  ...(['cursorOn', 'cursorBack', 'cursorFarOn', 'cursorFarBack', 'sites', 'range', 'why'] as const),
  ...(['awaitGraph', 'awaits', 'tasks', 'findings', 'copy', 'clear', 'search', 'help'] as const),
]
/** They ask where to save, or open an editor: what they do is tested in panel.test.ts. */
const ELSEWHERE: readonly PanelCommand[] = [
  ...(['saveSvg', 'savePng', 'savePage', 'savePerfetto', 'openSource', 'openSourceToSide'] as const),
]

describe('the commands of the panel', () => {
  it('do in VS Code what their keys do, each of them', async () => {
    const { workbench } = window()
    expect(new Set([...TOUR, ...ELSEWHERE])).toEqual(new Set(panelCommands.map(({ id }) => id)))
    await workbench.openFile('pipeline.looptrace')
    await selectLane(workbench, 'worker-1')
    for (const command of TOUR) {
      const before = await panelView(workbench)
      await workbench.runCommand(`Loopscope Panel: ${panelCommands.find(({ id }) => id === command)!.title}`)
      const changed = async (): Promise<boolean> => (await panelView(workbench)) !== before
      await expect.poll(changed, { timeout: 20_000, message: `${command} changes what is seen` }).toBe(true)
    }
  })

  it('are not offered without a trace in front', async () => {
    const { workbench } = window()
    await workbench.openFile('pipeline.py')
    await workbench.page.locator('.monaco-editor:visible').first().click()
    await workbench.page.keyboard.press('F1')
    await workbench.page.locator('.quick-input-widget:visible input[type="text"]').fill('>Loopscope Panel: Zoom')
    const offered = workbench.page.locator('.quick-input-list').getByRole('option')
    await offered.first().waitFor()
    await expect.poll(() => offered.filter({ hasText: 'Loopscope Panel' }).count()).toBe(0)
    await workbench.page.keyboard.press('Escape')
  })
})

/** What VS Code itself looks like by default, dark and light, and with high contrast. */
const THEMES = [
  ...(isOldestEditor() ? ['Default Dark Modern', 'Default Light Modern'] : ['Dark 2026', 'Light 2026']),
  ...['Default High Contrast', 'Default High Contrast Light'],
]

describe('the panel takes the colours of', () => {
  it.each(THEMES)('%s', async (theme) => {
    const { workbench, changeSetting } = window()
    await changeSetting('workbench.colorTheme', theme)
    await workbench.reload()
    await workbench.openFile('pipeline.looptrace')
    await laneOf(workbench, 'worker-1').click()
    await workbench.trace.locator(`body[data-vscode-theme-id="${theme}"]`).waitFor()
    const [panel, editor] = await Promise.all([
      workbench.trace.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor),
      workbench.trace
        .locator('html')
        .evaluate((html) => getComputedStyle(html).getPropertyValue('--vscode-editor-background')),
    ])
    expect(hexOf(panel)).toBe(editor.trim().slice(0, 7).toLowerCase())
    await leavePicture(workbench, `theme ${theme}`)
  })
})

/** `#1f1f1f` of `rgb(31, 31, 31)`. */
function hexOf(colour: string): string {
  const parts = colour.match(/\d+/g)!.slice(0, 3).map(Number)
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
