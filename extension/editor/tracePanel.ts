import type * as vscode from 'vscode'
import { asFromPanel, type FromPanel, type ToPanel } from '../../trace/panel/messages.ts'
import { openSource } from '../source/openSource.ts'
import { chunksOf, readTraceFile, type TraceBytes } from './traceFile.ts'

/**
 * One page that shows one trace. The page says `ready` whenever it starts, also after its tab was hidden and shown again; the file is
 * read then and sent. A load that is overtaken by a newer one stops.
 */
export class TracePanel {
  /** The program's working directory as the trace's header tells it; empty until the trace is read. */
  private programFolder = ''
  private load = 0
  private isReady = false
  /** The page has what it needs to show lanes: what it is told now, it keeps until they are there. */
  private isSent = false
  private untold: ToPanel[] = []
  private readonly subscriptions: vscode.Disposable[]

  constructor(
    private readonly uri: vscode.Uri,
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

  /** Shows the file as it is now. A hidden page reads it anyway when it comes back. */
  fileChanged(): void {
    if (this.isReady) void this.send()
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
    this.isSent = false
    this.load++
  }

  private async receive(value: unknown): Promise<void> {
    const message: FromPanel | undefined = asFromPanel(value)
    switch (message?.type) {
      case 'ready':
        this.isReady = true
        return this.send()
      case 'openSource':
        return openSource(message, {
          trace: this.uri,
          programFolder: this.programFolder,
          viewColumn: this.panel.viewColumn,
        })
      case 'unreadable':
        return this.log.warn(`${this.uri.toString()}: ${message.message}`)
      case undefined:
        return this.log.error('The panel sent a message that is not known; it was dropped.')
    }
  }

  private async send(): Promise<void> {
    const load = ++this.load
    const isCurrent = (): boolean => load === this.load
    const started = performance.now()
    const file = await readTraceFile(this.uri)
    if (!isCurrent()) return
    if (typeof file === 'string') {
      this.log.warn(`${this.uri.toString()}: ${file}`)
      await this.post({ type: 'failed', message: file })
      return
    }
    this.programFolder = file.programFolder
    await this.sendBytes(file, isCurrent)
    const duration = (performance.now() - started).toFixed(0)
    if (isCurrent()) this.log.info(`${this.uri.toString()}: ${file.bytes.length} bytes sent in ${duration} ms`)
  }

  private async sendBytes({ bytes }: TraceBytes, isCurrent: () => boolean): Promise<void> {
    const fileName = this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1)
    await this.post({ type: 'begin', fileName, byteLength: bytes.length })
    for (const chunk of chunksOf(bytes)) {
      if (!isCurrent()) return
      await this.post({ type: 'chunk', bytes: chunk })
    }
    if (!isCurrent()) return
    await this.post({ type: 'end' })
    this.isSent = true
    for (const message of this.untold.splice(0)) await this.post(message)
  }

  private post(message: ToPanel): Thenable<boolean> {
    return this.panel.webview.postMessage(message)
  }
}
