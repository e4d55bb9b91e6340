import * as vscode from 'vscode'
import { familyOf, parentsOf, rootsOf } from '../../trace/model/family.ts'
import { recordedTraces, stampOf, traceAt, tracesIn, type RecordedTrace } from '../recording/recordedTraces.ts'
import type { Thread } from '../threads/thread.ts'
import type { Requests } from './messages.ts'
import type { ProgramHeader } from './traceIndex.ts'

/** How a recording stands to the others: by their addresses. */
export interface Kinship {
  readonly recorded: RecordedTrace
  /** `undefined`: no header can be read yet. */
  readonly program: ProgramHeader | undefined
  /** The recording of the process that it came from. */
  readonly parent: string | undefined
  /** The first recording of its family; its own where it has no other. */
  readonly root: string
}

/** What the headers of recordings tell, each read once for as long as the file stays as it is. */
export class RecordingFamilies {
  private readonly known = new Map<string, { readonly stamp: string; readonly header: ProgramHeader | undefined }>()

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly indexer: Thread<Requests>,
  ) {}

  /**
   * The recordings that are shown together with this one, itself among them, in the order in which they began (`familyOf`). They are looked for
   * beside it and where recordings are written. Reads no more than headers.
   */
  async of(uri: vscode.Uri): Promise<readonly RecordedTrace[]> {
    const itself = await traceAt(uri)
    if (!itself) return []
    const others = [...(await recordedTraces(this.context)), ...(await tracesIn(vscode.Uri.joinPath(uri, '..')))]
    const all = [...new Map([...others, itself].map((each) => [each.uri.toString(), each])).values()]
    const known = await this.withHeaders(all)
    const index = known.findIndex(({ recorded }) => recorded.uri.toString() === uri.toString())
    if (index < 0) return [itself]
    const headers = known.map(({ header }) => header)
    return familyOf(headers, index).map((each) => known[each].recorded)
  }

  /** What came from what, in the order that is given. Reads no more than headers. */
  async kinships(all: readonly RecordedTrace[]): Promise<readonly Kinship[]> {
    const known = await this.withHeaders(all)
    const names = known.map(({ recorded }) => recorded.uri.toString())
    const headers = known.map(({ header }) => header)
    const [parents, roots] = [parentsOf(headers), rootsOf(headers)]
    const place = new Map(names.map((name, i) => [name, i]))
    return all.map((recorded): Kinship => {
      const name = recorded.uri.toString()
      const i = place.get(name)
      if (i === undefined) return { recorded, program: undefined, parent: undefined, root: name }
      return { recorded, program: headers[i], parent: names[parents[i]], root: names[roots[i]] }
    })
  }

  private async withHeaders(
    all: readonly RecordedTrace[],
  ): Promise<{ readonly recorded: RecordedTrace; readonly header: ProgramHeader }[]> {
    await this.read(all)
    return all.flatMap((recorded) => {
      const header = this.known.get(recorded.uri.toString())?.header
      return header ? [{ recorded, header }] : []
    })
  }

  private async read(all: readonly RecordedTrace[]): Promise<void> {
    const unknown = all.filter((recorded) => {
      const known = this.known.get(recorded.uri.toString())
      return !known || (known.stamp !== stampOf(recorded) && recorded.bytes > 0)
    })
    const onDisk = unknown.filter(({ uri }) => uri.scheme === 'file')
    if (onDisk.length === 0) return
    const headers = await this.indexer.ask('headers', { paths: onDisk.map(({ uri }) => uri.fsPath) })
    onDisk.forEach((recorded, i) =>
      this.known.set(recorded.uri.toString(), { stamp: stampOf(recorded), header: headers[i] }),
    )
  }

  /** Forgets what is no longer there. */
  keep(present: ReadonlySet<string>): void {
    for (const name of this.known.keys()) if (!present.has(name)) this.known.delete(name)
  }
}
