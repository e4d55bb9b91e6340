import { describe, expect, it } from 'vitest'
import { recordPipeline } from './pipeline.ts'
import { laneOf, leavePicture, useWindow } from './window.ts'

const window = useWindow('themes', { programs: ['pipeline.py'], prepare: recordPipeline })

describe('the panel takes the colours of', () => {
  it.each(['Default Dark Modern', 'Default Light Modern', 'Default High Contrast', 'Default High Contrast Light'])(
    '%s',
    async (theme) => {
      const { workbench } = window()
      await workbench.changeSetting('workbench.colorTheme', theme)
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
    },
  )
})

/** `#1f1f1f` of `rgb(31, 31, 31)`. */
function hexOf(colour: string): string {
  const parts = colour.match(/\d+/g)!.slice(0, 3).map(Number)
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
