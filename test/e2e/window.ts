import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, afterEach, beforeAll, type RunnerTask } from 'vitest'
import { installChromium } from '../real/chromium.ts'
import { ensureCodeServer } from '../real/codeServer.ts'
import { cache, repository } from '../real/folders.ts'
import { startServer, type Server, type ServerOptions } from '../real/vscodeServer.ts'
import { launchBrowser, Workbench } from '../real/workbench.ts'

export interface Window {
  readonly workbench: Workbench
  readonly folder: string
  /** The folder of all logs of this VS Code. */
  readonly logs: string
  /** Opens a further window: on the same folder, or on another, which may be an address such as `probe:/tmp`. */
  another(folder?: string): Promise<Workbench>
  /** Changes a setting of the user, which is in force in windows that are opened after that. */
  changeSetting(key: string, value: unknown): Promise<void>
  /** What a recorded program needs in its environment, for this VS Code to see it. */
  readonly env: Readonly<Record<string, string>>
}

export interface Workspace {
  readonly files?: Readonly<Record<string, Uint8Array | string>>
  /** Of the sample programs in `test/programs`. */
  readonly programs?: readonly string[]
  /** Adds what only that folder can hold, such as a recording made in it. */
  readonly prepare?: (folder: string) => void
  /** How VS Code itself is set up. */
  readonly server?: Pick<ServerOptions, 'settings' | 'language' | 'asksForTrust' | 'through'>
  /** What _Open Trace…_ is called in its language, where that is not English. */
  readonly openTrace?: string
  /** Installs the extension in `probe` as well. */
  readonly probe?: true
}

/**
 * A VS Code of its own for the tests of a file, on one workspace; its first test finds a fresh window, the others one without open editors.
 * Of a window in which a test failed a picture is left, and it is told what it showed; the next test gets a new one.
 */
export function useWindow(name: string, workspace: Workspace): () => Window {
  const home = join(cache, `e2e-${name}`)
  const folder = join(cache, `e2e-${name}-workspace`)
  // Programs of other tests on this machine are recorded as well: this window's own have a folder for themselves.
  const env = { LOOPSCOPE_CONTROL: join(home, 'control') }
  let server: Server | undefined
  let browser: Browser | undefined
  let workbench: Workbench | undefined
  const say = (line: string): void => console.log(line)
  beforeAll(async () => {
    makeFolder(folder, workspace)
    const vsix = join(repository, 'dist/loopscope.vsix')
    const more = workspace.probe ? [await packProbe()] : []
    server = await startServer({ server: await ensureCodeServer(say), home, vsix, more, env, ...workspace.server })
    browser = await launchBrowser(await installChromium(say))
    workbench = await Workbench.open(browser, server, folder, workspace.openTrace)
  })
  afterEach(async ({ task }) => {
    if (!workbench) return
    if (task.result?.state !== 'fail') return workbench.closeAllTabs()
    await leavePicture(workbench, task.name)
    await tellWhatIsShown(workbench, task)
    await workbench.page.close()
    workbench = await Workbench.open(browser!, server!, folder, workspace.openTrace)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })
  return () => {
    if (!workbench) throw new Error('The window is not open yet.')
    const another = (other = folder): Promise<Workbench> =>
      Workbench.open(browser!, server!, other, workspace.openTrace)
    const { changeSetting } = server!
    return { workbench, another, folder, changeSetting, logs: join(home, 'data', 'logs'), env }
  }
}

/** Adds to why a test failed what the window shows; prints all of it. */
async function tellWhatIsShown(workbench: Workbench, { name, result }: RunnerTask): Promise<void> {
  const { brief, whole } = await workbench.shown()
  console.log(`When “${name}” failed, the window was:\n${whole}`)
  result?.errors?.push({ name: 'The window', message: brief, stack: brief })
}

/** Leaves a picture of the window in `test-results`. */
export async function leavePicture(workbench: Workbench, name: string): Promise<void> {
  const picture = join(repository, 'test-results', `${name.replaceAll(/\W+/g, '-')}.png`)
  mkdirSync(dirname(picture), { recursive: true })
  await workbench.page.screenshot({ path: picture })
}

/** The lane of a task, by the start of its accessible name. */
export function laneOf({ trace }: Workbench, task: string, options: { readonly selected?: true } = {}): Locator {
  return trace.getByRole('treeitem', { name: new RegExp(`^${task}(?![\\w-])`), ...options }).first()
}

const MENU_ACTS_MS = 8_000
/** VS Code's menus take no release of the button within their first 100 ms. */
const HELD_MS = 250

/** Chooses an entry of a row's menu, again where it had no effect: a menu takes no click as soon as it is shown, and a row may be drawn anew meanwhile. */
export async function chooseFromMenu(
  { page }: Workbench,
  row: Locator,
  name: string | RegExp,
  effect?: Locator,
  /** Selects what the menu shall act on beside the row: _Escape_, which closes a menu, takes back what was selected. */
  select?: () => Promise<void>,
): Promise<void> {
  const entry = page.getByRole('menuitem', { name })
  const acts = (): Promise<boolean> =>
    (effect?.waitFor({ timeout: MENU_ACTS_MS }) ?? entry.waitFor({ state: 'hidden', timeout: MENU_ACTS_MS })).then(
      () => true,
      () => false,
    )
  do {
    await page.keyboard.press('Escape')
    await select?.()
    await row.click({ button: 'right' })
    await entry.click({ delay: HELD_MS })
  } while (!(await acts()))
}

/** Asks for a menu, again where none came, for the focus is on its way back from the one before; returns what its entries say. */
export async function openedMenu(entries: Locator, ask: () => Promise<void>): Promise<string[]> {
  const isThere = (): Promise<boolean> =>
    entries
      .first()
      .waitFor({ timeout: MENU_ACTS_MS })
      .then(
        () => true,
        () => false,
      )
  do await ask()
  while (!(await isThere()))
  return entries.allTextContents()
}

export async function selectLane(workbench: Workbench, task: string): Promise<void> {
  await laneOf(workbench, task).click()
  await laneOf(workbench, task, { selected: true }).waitFor()
}

function makeFolder(folder: string, { files = {}, programs = [], prepare }: Workspace): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const program of programs) copyFileSync(join(repository, 'test/programs', program), join(folder, program))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  prepare?.(folder)
}

async function packProbe(): Promise<string> {
  const packagePath = join(cache, 'probe.vsix')
  const cwd = join(repository, 'test/e2e/probe')
  const { createVSIX } = await import('@vscode/vsce') // takes half a second, of the files that need it only
  await createVSIX({ cwd, packagePath, dependencies: false, allowMissingRepository: true, skipLicense: true })
  return packagePath
}
