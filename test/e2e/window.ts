import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { installChromium } from '../real/chromium.ts'
import { ensureCodeServer } from '../real/codeServer.ts'
import { cache, repository } from '../real/folders.ts'
import { startServer, type Server } from '../real/vscodeServer.ts'
import { launchBrowser, Workbench } from '../real/workbench.ts'

export interface Window {
  readonly workbench: Workbench
  readonly folder: string
}

type Files = Readonly<Record<string, Uint8Array | string>>

/**
 * A VS Code of its own for the tests of a file: each gets a fresh window on one workspace with these files, and with these sample programs.
 * A picture is left of a window in which a test failed.
 */
export function useWindow(name: string, files: Files, programs: readonly string[] = []): () => Window {
  const folder = join(cache, `e2e-${name}-workspace`)
  let server: Server | undefined
  let browser: Browser | undefined
  let workbench: Workbench | undefined
  const say = (line: string): void => console.log(line)
  beforeAll(async () => {
    makeFolder(folder, files, programs)
    const vsix = join(repository, 'dist/loopscope.vsix')
    server = await startServer({ server: await ensureCodeServer(say), home: join(cache, `e2e-${name}`), vsix })
    browser = await launchBrowser(await installChromium(say))
    workbench = await Workbench.open(browser, server, folder)
  })
  afterEach(async ({ task }) => {
    if (!workbench) return
    if (task.result?.state === 'fail') {
      const picture = join(repository, 'test-results', `${task.name.replaceAll(/\W+/g, '-')}.png`)
      mkdirSync(dirname(picture), { recursive: true })
      await workbench.page.screenshot({ path: picture })
    }
    await workbench.page.close()
    workbench = await Workbench.open(browser!, server!, folder)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })
  return () => {
    if (!workbench) throw new Error('The window is not open yet.')
    return { workbench, folder }
  }
}

/** The lane of a task, by the start of its accessible name. */
export function laneOf({ trace }: Workbench, task: string, options: { readonly selected?: true } = {}): Locator {
  return trace.getByRole('treeitem', { name: new RegExp(`^${task}(?![\\w-])`), ...options }).first()
}

export async function selectLane(workbench: Workbench, task: string): Promise<void> {
  await laneOf(workbench, task).click()
  await laneOf(workbench, task, { selected: true }).waitFor()
}

function makeFolder(folder: string, files: Files, programs: readonly string[]): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const program of programs) copyFileSync(join(repository, 'test/programs', program), join(folder, program))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}
