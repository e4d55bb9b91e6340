import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { pictures, useWindow } from './window.ts'
import { record } from './workspace.ts'

const window = useWindow('themes')

describe('the colours of the theme', () => {
  beforeAll(() => record(window().folder, 'pipeline.py', 'pipeline.looptrace'))

  it.each([
    ['Default Light Modern', 'vscode-light'],
    ['Default Dark Modern', 'vscode-dark'],
    ['Default High Contrast', 'vscode-high-contrast'],
    ['Default High Contrast Light', 'vscode-high-contrast-light'],
  ])('%s reach the lanes', async (theme, bodyClass) => {
    const { workbench } = window()
    const settings = JSON.parse(readFileSync(inject('settingsFile'), 'utf8')) as Record<string, unknown>
    writeFileSync(inject('settingsFile'), JSON.stringify({ ...settings, 'workbench.colorTheme': theme }))
    await workbench.openFile('pipeline.looptrace')
    await workbench.selectLane('producer-0')
    const body = workbench.trace.locator('body')
    await expect.poll(async () => (await body.getAttribute('class'))?.split(' ')).toContain(bodyClass)
    mkdirSync(pictures, { recursive: true })
    await workbench.page.screenshot({ path: join(pictures, `theme-${bodyClass}.png`) })
  })
})
