import * as vscode from 'vscode'
import type { PanelCommand } from '../../trace/panel/commands.ts'
import { asFromPanel, MAX_FILES, type ToPanel } from '../../trace/panel/messages.ts'
import { openSource } from '../source/openSource.ts'
import { saveFile } from './saveFile.ts'
import { savePage } from './savePage.ts'
import { firstTrace } from './togetherAddress.ts'
import { chunksOf, readAppended, readTraceFile } from './traceFile.ts'

/** See `TracePanel`. */
const HEAD_BYTES = 4096
const LOOK_EVERY_MS = 150
const GROWS_MS = 2000
const QUIET_MS = 400

/** What the page has of one of the files; undefined where it cannot be read. */
interface Sent {
  readonly trace: vscode.Uri
  part: { readonly head: Uint8Array; readonly bytes: number } | undefined
}

/** One page that shows the traces of several processes: as `TracePanel`, with every part saying whose it is, and with traces that come while it is open. */
export class TogetherPanel {
  private readonly first: vscode.Uri
  private files: Sent[] = []
  private programFolder = ''
  private load = 0
  private isReady = false
  private isShown = false
  private isSent = false
  private grownAtMs = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private untold: ToPanel[] = []
  private readonly subscriptions: vscode.Disposable[]

  constructor(
    private readonly document: vscode.Uri,
    /** Its traces as they are now. */
    private readonly traces: () => Promise<readonly vscode.Uri[]>,
    private readonly dist: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.first = firstTrace(document)
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => void this.receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.leave()
      }),
    ]
  }

  /** One of the files was written, or there is another one. */
  fileChanged(): void {
    if (!this.isReady) return
    this.grownAtMs = Date.now()
    this.lookIn(0)
  }

  run(command: PanelCommand): void {
    if (this.isReady) void this.post({ type: 'command', command })
  }

  tell(message: ToPanel): void {
    if (this.isSent) void this.post(message)
    else this.untold.push(message)
  }

  dispose(): void {
    this.leave()
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  private leave(): void {
    this.isReady = this.isShown = this.isSent = false
    this.files = []
    clearTimeout(this.timer)
    this.load++
  }

  private async receive(value: unknown): Promise<void> {
    const message = asFromPanel(value)
    switch (message?.type) {
      case 'ready':
        this.isReady = true
        return this.send()
      case 'has':
      case 'openProgram':
        return
      case 'shown':
        this.isShown = true
        return this.lookIn(this.grownAtMs === 0 ? 0 : LOOK_EVERY_MS / 2)
      case 'openSource':
        return openSource(message, {
          trace: this.first,
          programFolder: this.programFolder,
          viewColumn: this.panel.viewColumn,
        })
      case 'save':
        return saveFile(this.first, message.name, message.bytes)
      case 'savePage':
        return savePage(
          this.dist,
          this.files.map(({ trace }) => trace),
          message.name,
        )
      case 'unreadable':
        this.isShown = true
        return this.log.warn(`${this.document.toString()}: ${message.message}`)
      case undefined:
        return this.log.error('The panel sent a message that is not known; it was dropped.')
    }
  }

  private async send(): Promise<void> {
    const load = ++this.load
    clearTimeout(this.timer)
    this.isShown = false
    this.files = []
    const traces = await this.traces()
    if (load !== this.load) return
    const name =
      traces.length > 1 ? vscode.l10n.t('{0} and {1} more', nameOf(this.first), traces.length - 1) : nameOf(this.first)
    await this.post({ type: 'together', name, byteLength: await lengthOf(traces) })
    for (const trace of traces.slice(0, MAX_FILES)) {
      if (load !== this.load) return
      await this.sendWhole(trace, load)
    }
    if (load !== this.load) return
    await this.join()
    this.isSent = true
    for (const message of this.untold.splice(0)) await this.post(message)
    this.log.info(`${this.document.toString()}: ${this.files.length} traces sent`)
  }

  /** Sends a file that the page has nothing of. */
  private async sendWhole(trace: vscode.Uri, load: number): Promise<void> {
    const sent: Sent = { trace, part: undefined }
    const file = this.files.push(sent) - 1
    const name = nameOf(trace)
    const read = await readTraceFile(trace)
    if (load !== this.load) return
    if (typeof read === 'string') return void (await this.post({ type: 'fileFailed', file, name, message: read }))
    if (file === 0) this.programFolder = read.programFolder
    await this.post({ type: 'file', file, name })
    for (const bytes of chunksOf(read.bytes)) {
      if (load !== this.load) return
      await this.post({ type: 'part', file, bytes })
    }
    sent.part = { head: Uint8Array.from(read.bytes.subarray(0, HEAD_BYTES)), bytes: read.bytes.length }
  }

  private lookIn(delayMs: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.look(), delayMs)
  }

  /** Sends what was appended to any of the files, and those that have come. A page that is busy asks for more as soon as it is not. */
  private async look(): Promise<void> {
    const { load } = this
    if (!this.isReady || !this.isShown) return
    let isMore = false
    for (const [file, sent] of this.files.entries()) {
      if (!sent.part) continue
      const { head, bytes: before } = sent.part
      const bytes = await readAppended(sent.trace, before, head)
      if (load !== this.load) return
      // Another file of that name: all is read anew once it has been quiet.
      if (!bytes) {
        this.timer = setTimeout(() => void this.send(), QUIET_MS)
        return
      }
      if (bytes.length === 0) continue
      // Until its header was there, no beginning was known by which it is recognised.
      sent.part = { head: head.length > 0 ? head : bytes.slice(0, HEAD_BYTES), bytes: before + bytes.length }
      await this.post({ type: 'part', file, bytes })
      isMore = true
    }
    const known = new Set(this.files.map(({ trace }) => trace.toString()))
    for (const trace of await this.traces()) {
      if (load !== this.load) return
      if (known.has(trace.toString()) || this.files.length >= MAX_FILES) continue
      await this.sendWhole(trace, load)
      isMore = true
    }
    if (load !== this.load) return
    if (isMore) {
      this.grownAtMs = Date.now()
      await this.join()
    } else if (Date.now() - this.grownAtMs < GROWS_MS) this.lookIn(LOOK_EVERY_MS)
  }

  private async join(): Promise<void> {
    this.isShown = false
    await this.post({ type: 'join', sentAtMs: Date.now() })
  }

  private post(message: ToPanel): Thenable<boolean> {
    return this.panel.webview.postMessage(message)
  }
}

const nameOf = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1)

/** For the progress bar: what cannot be read counts nothing. */
async function lengthOf(traces: readonly vscode.Uri[]): Promise<number> {
  const sizes = traces.map((trace) =>
    vscode.workspace.fs.stat(trace).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
