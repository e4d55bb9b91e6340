import type * as vscode from 'vscode'
import type { FromPanel } from '../../trace/panel/messages.ts'
import { openProgram } from './openTrace.ts'
import { HEAD_BYTES, nameOf, PanelSession, REPLACED_QUIET_MS } from './panelSession.ts'
import { chunksOf, readAppended, readTraceFile, type TraceBytes } from './traceFile.ts'

/** One page that shows one trace. */
export class TracePanel extends PanelSession {
  /** What the page has of the file, once all of that was sent. */
  private part: { readonly head: Uint8Array; readonly bytes: number } | undefined
  /** The file is another one than was sent, and is to be sent anew. */
  private isReplaced = false
  /** The page has the file of this load from another panel. */
  private isTaken = false

  constructor(
    private readonly uri: vscode.Uri,
    dist: vscode.Uri,
    panel: vscode.WebviewPanel,
    private readonly output: vscode.LogOutputChannel,
    /** The traces of the processes of the program, this one among them. */
    private readonly family: () => Promise<readonly vscode.Uri[]>,
  ) {
    super(uri, uri, dist, panel, output)
  }

  override fileChanged(): void {
    if (this.isReady && this.isReplaced) this.sendWhenQuiet()
    else super.fileChanged()
  }

  protected shown(): readonly vscode.Uri[] {
    return [this.uri]
  }

  /** What was appended, unless it is another file of the name. */
  protected async sendMore(): Promise<void> {
    const { part, load } = this
    const appended = part && (await readAppended(this.uri, part.bytes, part.head))
    if (load !== this.load || part !== this.part) return
    if (!part || !appended) this.sendWhenQuiet()
    else if (appended.length > 0) {
      this.part = { head: part.head, bytes: part.bytes + appended.length }
      await this.post({ type: 'append', bytes: appended, sentAtMs: this.grown() })
    } else this.quiet()
  }

  private sendWhenQuiet(): void {
    this.isReplaced = true
    this.sendIn(REPLACED_QUIET_MS)
  }

  /** Says that there are other processes, now or as soon as the page has the trace. */
  async offerOthers(): Promise<void> {
    if (!this.hasLanes) return
    const { load } = this
    const count = (await this.family()).length - 1
    if (count > 0 && load === this.load) await this.post({ type: 'others', count })
  }

  protected override received(message: FromPanel): unknown {
    if (message.type === 'has') this.isTaken = true
    else if (message.type === 'unreadable') this.part = undefined
    else if (message.type === 'openProgram') return openProgram(this.uri)
    return undefined
  }

  protected override begin(): () => boolean {
    this.isReplaced = this.isTaken = false
    this.part = undefined
    return super.begin()
  }

  protected async send(): Promise<void> {
    const isCurrent = this.begin()
    const started = performance.now()
    const file = await readTraceFile(this.uri)
    if (!isCurrent()) return
    if (typeof file === 'string') {
      this.output.warn(`${this.uri.toString()}: ${file}`)
      this.isShown = true
      await this.post({ type: 'failed', message: file })
      return
    }
    this.programFolder = file.programFolder
    await this.sendBytes(file, isCurrent)
    if (!isCurrent()) return
    const durationMs = (performance.now() - started).toFixed(0)
    const how = this.isTaken ? 'taken from another panel' : 'sent'
    await this.sent(`${file.bytes.length} bytes ${how} in ${durationMs} ms`)
    void this.offerOthers()
  }

  private async sendBytes({ bytes, stamp }: TraceBytes, isCurrent: () => boolean): Promise<void> {
    await this.post({ type: 'begin', fileName: nameOf(this.uri), byteLength: bytes.length, stamp })
    for (const chunk of chunksOf(bytes)) {
      if (!isCurrent()) return
      if (this.isTaken) break
      await this.post({ type: 'chunk', bytes: chunk })
    }
    if (!isCurrent()) return
    this.part = { head: Uint8Array.from(bytes.subarray(0, HEAD_BYTES)), bytes: bytes.length }
    if (!this.isTaken) await this.post({ type: 'end' })
  }
}
