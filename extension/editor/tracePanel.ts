import type * as vscode from 'vscode'
import type { PanelCommand } from '../../trace/panel/commands.ts'
import { asFromPanel, type FromPanel, type ToPanel } from '../../trace/panel/messages.ts'
import { openSource } from '../source/openSource.ts'
import { openProgram } from './openTrace.ts'
import { saveFile } from './saveFile.ts'
import { savePage } from './savePage.ts'
import { chunksOf, readAppended, readTraceFile, type TraceBytes } from './traceFile.ts'

/** A file's beginning by which it is known again: it holds the moment at which the recording began. */
const HEAD_BYTES = 4096
/** While a file grows it is looked at this often; one that has not grown for `GROWS_MS` is left to the watcher. */
const LOOK_EVERY_MS = 100
const GROWS_MS = 2000
/** A file that is replaced is written in bursts: it is read again once it has been quiet for this long. */
const REPLACED_QUIET_MS = 400

/**
 * One page that shows one trace. The page says `ready` whenever it starts, also after its tab was hidden and shown again; the file is
 * read then and sent. A load that is overtaken by a newer one stops. What is written to the file afterwards is sent by itself, a part
 * whenever the page says that it has shown the last one.
 */
export class TracePanel {
  /** The program's working directory as the trace's header tells it; empty until the trace is read. */
  private programFolder = ''
  private load = 0
  private isReady = false
  /** What the page has of the file, once all of that was sent. */
  private sent: { readonly head: Uint8Array; readonly bytes: number } | undefined
  /** The page shows all that was sent, or why it shows nothing. */
  private isShown = false
  /** The file is another one than was sent, and is to be sent anew. */
  private isReplaced = false
  private grownAtMs = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  /** The page has what it needs to show lanes: what it is told now, it keeps until they are there. */
  private isSent = false
  /** The page has the file of this load from another panel. */
  private isTaken = false
  private untold: ToPanel[] = []
  private readonly subscriptions: vscode.Disposable[]

  constructor(
    private readonly uri: vscode.Uri,
    /** The folder of the panel's bundles. */
    private readonly dist: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly log: vscode.LogOutputChannel,
    /** The traces of the processes of the program, this one among them. */
    private readonly family: () => Promise<readonly vscode.Uri[]>,
  ) {
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => void this.receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.leave()
      }),
    ]
  }

  /** Shows the file as it is now. A hidden page reads it anyway when it comes back. */
  fileChanged(): void {
    if (!this.isReady) return
    this.grownAtMs = Date.now()
    if (this.isReplaced) this.sendWhenQuiet()
    else this.lookIn(0)
  }

  /** Looks for what was appended, or for another file of the name. */
  private lookIn(delayMs: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.look(), delayMs)
  }

  private async look(): Promise<void> {
    const { sent, load } = this
    // A page that is busy asks for more as soon as it is not.
    if (!this.isReady || !this.isShown) return
    const appended = sent && (await readAppended(this.uri, sent.bytes, sent.head))
    if (load !== this.load || sent !== this.sent) return
    if (!sent || !appended) this.sendWhenQuiet()
    else if (appended.length > 0) {
      this.isShown = false
      this.grownAtMs = Date.now()
      this.sent = { head: sent.head, bytes: sent.bytes + appended.length }
      await this.post({ type: 'append', bytes: appended, sentAtMs: this.grownAtMs })
    } else if (Date.now() - this.grownAtMs < GROWS_MS) this.lookIn(LOOK_EVERY_MS)
  }

  private sendWhenQuiet(): void {
    this.isReplaced = true
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.send(), REPLACED_QUIET_MS)
  }

  /** Says that there are other processes, now or as soon as the page has the trace. */
  async offerOthers(): Promise<void> {
    if (!this.isSent) return
    const { load } = this
    const count = (await this.family()).length - 1
    if (count > 0 && load === this.load) await this.post({ type: 'others', count })
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
    this.isReady = this.isShown = this.isReplaced = this.isSent = false
    this.sent = undefined
    clearTimeout(this.timer)
    this.load++
  }

  private async receive(value: unknown): Promise<void> {
    const message: FromPanel | undefined = asFromPanel(value)
    switch (message?.type) {
      case 'ready':
        this.isReady = true
        return this.send()
      case 'has':
        this.isTaken = true
        return
      case 'shown':
        this.isShown = true
        // It may have grown while it was read.
        return this.lookIn(this.grownAtMs === 0 ? 0 : LOOK_EVERY_MS / 2)
      case 'openSource':
        return openSource(message, {
          trace: this.uri,
          programFolder: this.programFolder,
          viewColumn: this.panel.viewColumn,
        })
      case 'save':
        return saveFile(this.uri, message.name, message.bytes)
      case 'savePage':
        return savePage(this.dist, [this.uri], message.name)
      case 'openProgram':
        return openProgram(this.uri)
      case 'unreadable':
        this.sent = undefined
        this.isShown = true
        return this.log.warn(`${this.uri.toString()}: ${message.message}`)
      case undefined:
        return this.log.error('The panel sent a message that is not known; it was dropped.')
    }
  }

  private async send(): Promise<void> {
    const load = ++this.load
    clearTimeout(this.timer)
    this.isShown = this.isReplaced = this.isTaken = false
    this.sent = undefined
    const isCurrent = (): boolean => load === this.load
    const started = performance.now()
    const file = await readTraceFile(this.uri)
    if (!isCurrent()) return
    if (typeof file === 'string') {
      this.log.warn(`${this.uri.toString()}: ${file}`)
      this.isShown = true
      await this.post({ type: 'failed', message: file })
      return
    }
    this.programFolder = file.programFolder
    await this.sendBytes(file, isCurrent)
    const duration = (performance.now() - started).toFixed(0)
    if (isCurrent())
      this.log.info(
        `${this.uri.toString()}: ${file.bytes.length} bytes ${this.isTaken ? 'taken from another panel' : 'sent'} in ${duration} ms`,
      )
  }

  private async sendBytes({ bytes, stamp }: TraceBytes, isCurrent: () => boolean): Promise<void> {
    const fileName = this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1)
    await this.post({ type: 'begin', fileName, byteLength: bytes.length, stamp })
    for (const chunk of chunksOf(bytes)) {
      if (!isCurrent()) return
      if (this.isTaken) break
      await this.post({ type: 'chunk', bytes: chunk })
    }
    if (!isCurrent()) return
    this.sent = { head: Uint8Array.from(bytes.subarray(0, HEAD_BYTES)), bytes: bytes.length }
    if (!this.isTaken) await this.post({ type: 'end' })
    this.isSent = true
    for (const message of this.untold.splice(0)) await this.post(message)
    void this.offerOthers()
  }

  private post(message: ToPanel): Thenable<boolean> {
    return this.panel.webview.postMessage(message)
  }
}
