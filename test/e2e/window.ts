import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, inject } from 'vitest'
import { repository } from '../real/folders.ts'
import { launchBrowser, Workbench } from '../real/workbench.ts'
import { newWorkspace } from './workspace.ts'

export const pictures = join(repository, 'test-results', 'e2e')

export interface Window {
  readonly workbench: Workbench
  readonly folder: string
}

/**
 * One VS Code window for the tests of a file, on a workspace of its own with these files in it besides the sample programs.
 * Tabs are closed after each test; a picture is left of the window in which a test failed.
 */
export function useWindow(name: string, files: Readonly<Record<string, Uint8Array | string>> = {}): () => Window {
  let browser: Browser | undefined
  let window: Window | undefined
  beforeAll(async () => {
    const folder = newWorkspace(name, files)
    browser = await launchBrowser(inject('chromium'))
    const address = `${inject('address')}/?folder=${encodeURIComponent(folder)}`
    window = { workbench: await Workbench.open(browser, address), folder }
  })
  afterEach(async ({ task }) => {
    if (!window) return
    if (task.result?.state === 'fail') {
      mkdirSync(pictures, { recursive: true })
      const file = `${task.name.replaceAll(/\W+/g, '-')}.png`
      await window.workbench.page.screenshot({ path: join(pictures, file) })
    }
    await window.workbench.clear()
  })
  afterAll(async () => browser?.close())
  return () => {
    if (!window) throw new Error('The window is not open yet.')
    return window
  }
}
