import type * as vscode from 'vscode'
import type { PanelCommand } from '../../trace/panel/commands.ts'
import { asFromPanel, type FromPanel, type ToPanel } from '../../trace/panel/messages.ts'
import { openSource } from '../source/openSource.ts'
import { saveFile } from './saveFile.ts'
import { savePage } from './savePage.ts'

/** A file's beginning by which it is known again: it holds the moment at which the recording began. */
export const HEAD_BYTES = 4096
/** A file that is replaced is written in bursts: it is read again once it has been quiet for this long. */
export const REPLACED_QUIET_MS = 400
/** While files grow they are looked at this often; those that have not grown for `GROWS_MS` are left to the watcher. */
const LOOK_EVERY_MS = 100
const GROWS_MS = 2000

/**
 * The extension's side of one page. The page says `ready` whenever it starts, also after its tab was hidden and shown again; its files are
 * read then and sent. A load that is overtaken by a newer one stops. What is written to the files afterwards is sent by itself, a part
 * whenever the page says that it has shown the last one.
 */
export abstract class PanelSession {
  /** The first program's working directory as the trace's header tells it; empty until the trace is read. */
  protected programFolder = ''
  protected load = 0
  protected isReady = false
  /** The page shows all that was sent, or why it shows nothing. */
  protected isShown = false
  /** The page has what it needs to show lanes: what it is told now, it keeps until they are there. */
  private isSent = false
  private grownAtMs = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private untold: ToPanel[] = []
  private readonly subscriptions: vscode.Disposable[]

  constructor(
    private readonly document: vscode.Uri,
    /** Whose program's lines the page names. */
    private readonly trace: vscode.Uri,
    /** The folder of the panel's bundles. */
    private readonly dist: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => void this.receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.leave()
      }),
    ]
  }

  /** Reads what there is and sends it. `begin` comes first, `sent` last. */
  protected abstract send(): Promise<void>
  /** Sends what has come since; `grown` or `quiet` says which. */
  protected abstract sendMore(): Promise<void>
  /** The traces on the page. */
  protected abstract shown(): readonly vscode.Uri[]
  /** What only one kind of page says. */
  protected received(message: FromPanel): unknown {
    return message
  }

  /** Shows the files as they are now. A hidden page reads them anyway when it comes back. */
  fileChanged(): void {
    if (!this.isReady) return
    this.grownAtMs = Date.now()
    this.lookIn(0)
  }

  /** Does in the page what one of its keys does. */
  run(command: PanelCommand): void {
    if (this.isReady) void this.post({ type: 'command', command })
  }

  /** Tells the page something about its lanes, as soon as it has the trace. */
  tell(message: ToPanel): void {
    if (this.isSent) void this.post(message)
    else this.untold.push(message)
  }

  dispose(): void {
    this.leave()
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  /** The page is gone: what is being sent to it stops, and nothing more is queued for it. */
  private leave(): void {
    this.isReady = false
    this.begin()
  }

  /** Forgets what was sent; whether this is still the load is asked of what it answers. */
  protected begin(): () => boolean {
    const load = ++this.load
    clearTimeout(this.timer)
    this.isShown = this.isSent = false
    return () => load === this.load
  }

  /** All is sent but what the page was to be told. */
  protected async sent(about: string): Promise<void> {
    this.isSent = true
    for (const message of this.untold.splice(0)) await this.post(message)
    this.log.info(`${this.document.toString()}: ${about}`)
  }

  protected get hasLanes(): boolean {
    return this.isSent
  }

  protected lookIn(delayMs: number): void {
    this.after(delayMs, () => this.look())
  }

  protected sendIn(delayMs: number): void {
    this.after(delayMs, () => this.send())
  }

  private after(delayMs: number, action: () => Promise<void>): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void action(), delayMs)
  }

  private async look(): Promise<void> {
    // A page that is busy asks for more as soon as it is not.
    if (this.isReady && this.isShown) await this.sendMore()
  }

  /** Something was sent that the page has to show before it gets more. */
  protected grown(): number {
    this.isShown = false
    this.grownAtMs = Date.now()
    return this.grownAtMs
  }

  protected quiet(): void {
    if (Date.now() - this.grownAtMs < GROWS_MS) this.lookIn(LOOK_EVERY_MS)
  }

  private async receive(value: unknown): Promise<unknown> {
    const message = asFromPanel(value)
    switch (message?.type) {
      case 'ready':
        this.isReady = true
        return this.send()
      case 'shown':
        this.isShown = true
        // They may have grown while they were read.
        return this.lookIn(this.grownAtMs === 0 ? 0 : LOOK_EVERY_MS / 2)
      case 'openSource':
        return openSource(message, {
          trace: this.trace,
          programFolder: this.programFolder,
          viewColumn: this.panel.viewColumn,
        })
      case 'save':
        return saveFile(this.trace, message.name, message.bytes)
      case 'savePage':
        return savePage(this.dist, this.shown(), message.name)
      case 'unreadable':
        this.isShown = true
        this.log.warn(`${this.document.toString()}: ${message.message}`)
        return this.received(message)
      case 'has':
      case 'openProgram':
        return this.received(message)
      case undefined:
        return this.log.error('The panel sent a message that is not known; it was dropped.')
    }
  }

  protected post(message: ToPanel): Thenable<boolean> {
    return this.panel.webview.postMessage(message)
  }
}

export const nameOf = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1)
