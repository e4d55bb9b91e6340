import { chromium, type Browser, type FrameLocator, type Locator, type Page } from 'playwright-core'
import { chromiumArgs } from './chromium.ts'
import type { Server } from './vscodeServer.ts'

/** No wait for the window takes so long on a machine that works: a deadline, not a measure. */
const SLOW_MS = 60_000
const PALETTE_MS = 6_000
/** What the palette does not offer by then it did not know when it was opened. */
const KNOWN_MS = 1_500
const VIEWPORT = { width: 1440, height: 900 }

export const launchBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: chromiumArgs })

/** The VS Code window in a browser, in the words of the person in front of it. */
export class Workbench {
  private constructor(
    readonly page: Page,
    private readonly known: string,
  ) {}

  /** `known`: a command of the extension, as it is called in the window's language. */
  static async open(
    browser: Browser,
    server: Server,
    folder: string,
    known = 'Loopscope: Open Trace…',
  ): Promise<Workbench> {
    const page = await browser.newPage({ viewport: VIEWPORT })
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    page.setDefaultTimeout(SLOW_MS)
    await page.goto(server.addressOf(folder))
    const workbench = new Workbench(page, known)
    await workbench.explorer.first().waitFor()
    await workbench.untilExtensionIsKnown()
    return workbench
  }

  /** The window is there before its extensions are: a trace opened then would open as a binary file. */
  private async untilExtensionIsKnown(): Promise<void> {
    await this.choose(this.known, KNOWN_MS)
    await this.page.keyboard.press('Escape')
  }

  /** The rows of the explorer. */
  get explorer(): Locator {
    return this.page.locator('.explorer-folders-view').getByRole('treeitem')
  }

  /** The page of the trace editor in front: a frame inside the webview's frame. */
  get trace(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame')
  }

  /** The lanes, as assistive technology sees them. */
  get lanes(): Locator {
    return this.trace.getByRole('treeitem')
  }

  tab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name })
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast-container, .notification-list-item').filter({ hasText: text }).first()
  }

  /** What the bell in the status bar says where nothing was told, or all was cleared. */
  private get noNotifications(): Locator {
    return this.page.locator('#status\\.notifications').getByLabel('No Notifications', { exact: true })
  }

  /** `Ln 12, Col 1`: where the cursor of the active text editor is. */
  get cursor(): Locator {
    return this.page.locator('#status\\.editor\\.selection')
  }

  /** Waits until the cursor of the active text editor stands on this line. */
  async cursorAt(line: number): Promise<void> {
    await this.cursor.filter({ hasText: new RegExp(`^Ln ${line}, `) }).waitFor()
  }

  /** The text that was copied last. */
  clipboard(): Promise<string> {
    return this.page.evaluate('navigator.clipboard.readText()')
  }

  /** A button in the active editor's title. */
  titleAction(title: string): Locator {
    return this.page.locator('.editor-actions').getByRole('button', { name: title })
  }

  /** Opens the window anew, with what it keeps for the next one. */
  async reload(): Promise<void> {
    await this.page.reload()
    await this.explorer.first().waitFor()
    await this.untilExtensionIsKnown()
  }

  /** Whether VS Code has stored this of its editors: in a browser it does so every few seconds, and a window that closes does not wait for it. */
  hasStoredOfEditors(text: string): Promise<boolean> {
    return this.page.evaluate(storedEditorsHave, text)
  }

  /** Opens a file from the explorer; a click that meets a list which is just being drawn anew opens nothing, and is made again. */
  async openFile(name: string): Promise<void> {
    const deadline = Date.now() + SLOW_MS
    do await this.explorer.filter({ hasText: name }).dblclick()
    while (!(await appears(this.tab(name))) && Date.now() < deadline)
    await this.tab(name).waitFor()
  }

  /** Gives the trace the width of the window, for a picture: the explorer goes, and so do notifications. */
  async showPanelWide(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications')
    await this.runCommand('View: Toggle Primary Side Bar Visibility')
    await this.explorer.first().waitFor({ state: 'hidden' })
  }

  /** What the window shows, in words: its title, its editors, what asks and what speaks, the trace in front, and then everything, as assistive technology has it. */
  async shown(): Promise<{ readonly brief: string; readonly whole: string }> {
    const { page } = this
    const texts = (name: string, selector: string): Promise<string> =>
      page
        .locator(`${selector} >> visible=true`)
        .allInnerTexts()
        .then((found) => found.map((text) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 300)).filter(Boolean))
        .then((found) => (found.length > 0 ? `${name}: ${found.join(' | ')}\n` : ''))
    const tree = (root: Locator): Promise<string> =>
      root.ariaSnapshot({ timeout: PALETTE_MS }).catch((error: Error) => `(${error.message.split('\n')[0]})`)
    const brief = await Promise.all([
      page.title().then((title) => `window: ${title}\n`),
      texts('editors', '.tabs-container .tab'),
      texts('palette', '.quick-input-widget'),
      texts('dialog', '.monaco-dialog-box'),
      texts('notifications', '.notification-toast-container .notification-list-item'),
      texts('status bar', '.statusbar-item'),
      page.evaluate<string>('`focus: ${document.activeElement?.tagName} ${document.activeElement?.className}`'),
    ])
    return {
      brief: brief.join(''),
      whole: `${await tree(page.locator('body'))}\n\n${await tree(this.trace.locator('body'))}`,
    }
  }

  /** Closes every editor and every notification. */
  async closeAllTabs(): Promise<void> {
    if ((await this.noNotifications.count()) === 0) await this.runCommand('Notifications: Clear All Notifications')
    if ((await this.tab(/./).count()) > 0) await this.runCommand('View: Close All Editors')
    await this.tab(/./).first().waitFor({ state: 'detached' })
  }

  /** Runs a command by its title, through the command palette. */
  async runCommand(title: string): Promise<void> {
    await this.startCommand(title)
    await this.paletteInput.waitFor({ state: 'hidden' })
  }

  /** The same for a command that asks something, in the place of the palette. */
  async startCommand(title: string): Promise<void> {
    await this.choose(title)
    await this.page.keyboard.press('Enter')
  }

  /** Runs a command that offers a list, and takes the entry of this name. */
  async runCommandAndPick(title: string, entry: string): Promise<void> {
    await this.choose(title)
    await this.page.keyboard.press('Enter')
    await this.page.locator('.quick-input-list').getByRole('option', { name: entry }).first().click()
    await this.paletteInput.waitFor({ state: 'hidden' })
  }

  private get paletteInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input[type="text"]')
  }

  /**
   * Types a command's title into the palette until it is the first one offered: what the palette offers, it decides when it opens,
   * and a key pressed while the focus moves between the window and a webview reaches neither.
   */
  private async choose(title: string, patienceMs = PALETTE_MS): Promise<void> {
    const { page } = this
    const option = page.locator('.quick-input-list').getByRole('option').first()
    const offered = option.and(page.getByRole('option', { name: title }))
    const deadline = Date.now() + SLOW_MS
    while (Date.now() < deadline) {
      await page.keyboard.press('F1')
      if (!(await appears(this.paletteInput))) continue
      if ((await isFilled(this.paletteInput, `>${title}`)) && (await appears(offered, patienceMs))) return
      await page.keyboard.press('Escape')
    }
    throw new Error(`VS Code does not offer the command “${title}”.`)
  }
}

/** Runs in the page. */
async function storedEditorsHave(text: string): Promise<boolean> {
  const done = <Result>(request: IDBRequest<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error!)
    })
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith('vscode-web-state-db-')) continue
    const database = await done(indexedDB.open(name))
    try {
      const items = database.transaction('ItemTable').objectStore('ItemTable')
      const editors: unknown = await done(items.get('memento/workbench.parts.editor'))
      if (typeof editors === 'string' && editors.includes(text)) return true
    } finally {
      database.close()
    }
  }
  return false
}

/** Whether it took the text: the palette closes where the focus goes to a webview that has just been opened. */
function isFilled(input: Locator, text: string): Promise<boolean> {
  return input.fill(text, { timeout: PALETTE_MS }).then(
    () => true,
    () => false,
  )
}

/** Whether it is shown within the time that the palette takes on a slow machine. */
function appears(locator: Locator, timeout = PALETTE_MS): Promise<boolean> {
  return locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  )
}
