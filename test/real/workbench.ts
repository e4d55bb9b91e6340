import { chromium, type Browser, type FrameLocator, type Locator, type Page } from 'playwright-core'
import { chromiumArguments } from './chromium.ts'

const SLOW_MS = 60_000
const VIEWPORT = { width: 1440, height: 900 }

export const launchBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: [...chromiumArguments] })

/** The VS Code window in a browser, in the words of the person in front of it. */
export class Workbench {
  private constructor(readonly page: Page) {}

  static async open(browser: Browser, address: string): Promise<Workbench> {
    const page = await browser.newPage({ viewport: VIEWPORT })
    page.setDefaultTimeout(SLOW_MS)
    await page.goto(address)
    const workbench = new Workbench(page)
    await workbench.explorer.first().waitFor()
    await workbench.untilExtensionIsThere()
    return workbench
  }

  /** The rows of the explorer. */
  get explorer(): Locator {
    return this.page.locator('.explorer-folders-view').getByRole('treeitem')
  }

  /** The frame of the trace editor in front. */
  get tracePage(): Locator {
    return this.page.locator('iframe.webview.ready:visible')
  }

  /** What is in it: VS Code nests the extension's page in a frame of its own. */
  get trace(): FrameLocator {
    return this.tracePage.contentFrame().frameLocator('#active-frame')
  }

  /** The lanes, as assistive technology sees them. */
  get lanes(): Locator {
    return this.trace.getByRole('treeitem')
  }

  /** The lane of a task: its accessible name begins with the task's name. */
  lane(task: string): Locator {
    return this.trace.getByRole('treeitem', { name: new RegExp(`^${task}(?![\\w-])`) })
  }

  selectedLane(task: string): Locator {
    return this.trace.getByRole('treeitem', { name: new RegExp(`^${task}(?![\\w-])`), selected: true })
  }

  async selectLane(task: string): Promise<void> {
    await this.lane(task).click()
    await this.selectedLane(task).waitFor()
  }

  get tabs(): Locator {
    return this.page.locator('.editor-group-container .tabs-container').getByRole('tab')
  }

  tab(name: string | RegExp): Locator {
    return this.page.locator('.editor-group-container .tabs-container').getByRole('tab', { name }).first()
  }

  /** The columns of editors. */
  get groups(): Locator {
    return this.page.locator('.editor-group-container')
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast-container').filter({ hasText: text }).first()
  }

  /** `Ln 12, Col 1`: where the cursor of the active text editor is. */
  get cursor(): Locator {
    return this.page.locator('#status\\.editor\\.selection')
  }

  async openFile(name: string): Promise<void> {
    await this.explorer.filter({ hasText: name }).dblclick()
    await this.tab(name).waitFor()
  }

  /** Closes tabs and notifications. */
  async clear(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications')
    await this.runCommand('View: Close All Editors')
    await this.tabs.first().waitFor({ state: 'detached' })
  }

  /** Runs a command by its title, through the command palette. */
  async runCommand(title: string): Promise<void> {
    await this.typeInPalette(`>${title}`)
    await this.offered(title).waitFor()
    await this.page.keyboard.press('Enter')
    await this.offered(title).waitFor({ state: 'hidden' })
  }

  /** The entry of the open palette whose label this is. */
  private offered(title: string): Locator {
    return this.page.locator('.quick-input-list [role=option]').filter({ hasText: title }).first()
  }

  private async typeInPalette(text: string): Promise<void> {
    await this.page.keyboard.press('F1')
    await this.page.locator('.quick-input-widget input[type=text]').fill(text)
  }

  /** The explorer is there before the extensions are; a trace that is opened between opens as text. The palette does not refresh itself. */
  private async untilExtensionIsThere(): Promise<void> {
    const deadline = Date.now() + SLOW_MS
    const title = 'Loopscope: Open Trace'
    while (Date.now() < deadline) {
      await this.typeInPalette(`>${title}`)
      const found = await this.offered(title)
        .waitFor({ timeout: 1_000 })
        .then(
          () => true,
          () => false,
        )
      await this.page.keyboard.press('Escape')
      await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' })
      if (found) return
    }
    throw new Error('The extension did not appear in VS Code: its commands are not in the palette.')
  }
}
