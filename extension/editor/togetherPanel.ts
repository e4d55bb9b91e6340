import * as vscode from 'vscode'
import { MAX_FILES } from '../../trace/panel/messages.ts'
import { HEAD_BYTES, nameOf, PanelSession, REPLACED_QUIET_MS } from './panelSession.ts'
import { firstTrace } from './togetherAddress.ts'
import { chunksOf, readAppended, readTraceFile } from './traceFile.ts'

/** What the page has of one of the files; undefined where it cannot be read. */
interface Sent {
  readonly trace: vscode.Uri
  part: { readonly head: Uint8Array; readonly bytes: number } | undefined
}

/** One page that shows the traces of several processes: every part says whose it is, and traces come while it is open. */
export class TogetherPanel extends PanelSession {
  private readonly first: vscode.Uri
  private files: Sent[] = []

  constructor(
    document: vscode.Uri,
    /** Its traces as they are now. */
    private readonly traces: () => Promise<readonly vscode.Uri[]>,
    dist: vscode.Uri,
    panel: vscode.WebviewPanel,
    log: vscode.LogOutputChannel,
  ) {
    const first = firstTrace(document)
    super(document, first, dist, panel, log)
    this.first = first
  }

  protected shown(): readonly vscode.Uri[] {
    return this.files.map(({ trace }) => trace)
  }

  protected override begin(): () => boolean {
    this.files = []
    return super.begin()
  }

  protected async send(): Promise<void> {
    const isCurrent = this.begin()
    const traces = await this.traces()
    if (!isCurrent()) return
    const name =
      traces.length > 1 ? vscode.l10n.t('{0} and {1} more', nameOf(this.first), traces.length - 1) : nameOf(this.first)
    await this.post({ type: 'together', name, byteLength: await lengthOf(traces) })
    for (const trace of traces.slice(0, MAX_FILES)) {
      if (!isCurrent()) return
      await this.sendWhole(trace, isCurrent)
    }
    if (!isCurrent()) return
    await this.join()
    await this.sent(`${this.files.length} traces sent`)
  }

  /** Sends a file that the page has nothing of. */
  private async sendWhole(trace: vscode.Uri, isCurrent: () => boolean): Promise<void> {
    const sent: Sent = { trace, part: undefined }
    const file = this.files.push(sent) - 1
    const name = nameOf(trace)
    const read = await readTraceFile(trace)
    if (!isCurrent()) return
    if (typeof read === 'string') return void (await this.post({ type: 'fileFailed', file, name, message: read }))
    if (file === 0) this.programFolder = read.programFolder
    await this.post({ type: 'file', file, name })
    for (const bytes of chunksOf(read.bytes)) {
      if (!isCurrent()) return
      await this.post({ type: 'part', file, bytes })
    }
    sent.part = { head: Uint8Array.from(read.bytes.subarray(0, HEAD_BYTES)), bytes: read.bytes.length }
  }

  /** What was appended to any of the files, and those that have come. */
  protected async sendMore(): Promise<void> {
    const { load } = this
    const isCurrent = (): boolean => load === this.load
    let isMore = false
    for (const [file, sent] of this.files.entries()) {
      if (!sent.part) continue
      const { head, bytes: before } = sent.part
      const bytes = await readAppended(sent.trace, before, head)
      if (!isCurrent()) return
      // Another file of that name: all is read anew once it has been quiet.
      if (!bytes) return this.sendIn(REPLACED_QUIET_MS)
      if (bytes.length === 0) continue
      // Until its header was there, no beginning was known by which it is recognised.
      sent.part = { head: head.length > 0 ? head : bytes.slice(0, HEAD_BYTES), bytes: before + bytes.length }
      await this.post({ type: 'part', file, bytes })
      isMore = true
    }
    const known = new Set(this.files.map(({ trace }) => trace.toString()))
    for (const trace of await this.traces()) {
      if (!isCurrent()) return
      if (known.has(trace.toString()) || this.files.length >= MAX_FILES) continue
      await this.sendWhole(trace, isCurrent)
      isMore = true
    }
    if (!isCurrent()) return
    if (isMore) await this.join()
    else this.quiet()
  }

  private async join(): Promise<void> {
    await this.post({ type: 'join', sentAtMs: this.grown() })
  }
}

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
