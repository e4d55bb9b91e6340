import * as vscode from 'vscode'
import type { Coroutine } from '../code/coroutine.ts'
import type { SourceAge } from '../code/sourceAge.ts'
import type { SourceFiles } from '../code/sourceFiles.ts'
import type { ShowTarget } from '../editor/showInTrace.ts'
import type { TraceIndexes } from '../index/traceIndexes.ts'
import { coroutineText, functionText } from './lensText.ts'
import { knownAs } from './match.ts'

/** Over each coroutine: *Record* where it can be started, and what the newest trace that knows it says. */
export class CoroutineLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>()
  readonly onDidChangeCodeLenses = this.changed.event
  private readonly subscriptions: vscode.Disposable[]

  constructor(
    private readonly files: SourceFiles,
    private readonly indexes: TraceIndexes,
    private readonly age: SourceAge,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      this.changed,
      indexes.onDidChange(() => this.changed.fire()),
      vscode.workspace.onDidSaveTextDocument(() => this.changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('loopscope.codeLens')) this.changed.fire()
      }),
    ]
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!vscode.workspace.getConfiguration('loopscope', document).get('codeLens', true)) return []
    const began = performance.now()
    const coroutines = await this.files.coroutines(document)
    if (coroutines.length === 0) return []
    const lenses: vscode.CodeLens[] = []
    for (const coroutine of coroutines) {
      const range = new vscode.Range(coroutine.line, 0, coroutine.line, 0)
      const record = recordCommand(document, coroutine)
      if (record) lenses.push(new vscode.CodeLens(range, record))
      const known = await this.known(document, coroutine)
      if (known) lenses.push(new vscode.CodeLens(range, known))
    }
    const duration = (performance.now() - began).toFixed(1)
    this.log.debug(`${lenses.length} lenses over ${document.lineCount} lines in ${duration} ms`)
    return lenses
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  /** What the newest run that knows the coroutine says of it: of its processes, the one that ran it most. */
  private async known(document: vscode.TextDocument, coroutine: Coroutine): Promise<vscode.Command | undefined> {
    const all = this.indexes.of(document.uri)
    for (const { trace, file } of all) {
      const { summary, program } = trace.index
      const inFile = <Item extends { readonly file: string }>(items: readonly Item[]): Item[] =>
        items.filter((item) => item.file === file)
      const line = coroutine.line + 1
      const isNewer = await this.age.isNewerThan(document, program.startedMs)
      if (knownAs(inFile(summary.coroutines), coroutine.function, line)) {
        const ran = all
          .filter((other) => other.trace.family === trace.family)
          .flatMap((other) => {
            const { coroutines } = other.trace.index.summary
            const known = knownAs(
              coroutines.filter((each) => each.file === other.file),
              coroutine.function,
              line,
            )
            return known ? [{ known, uri: other.trace.uri }] : []
          })
        const most = ran.reduce((best, each) => (each.known.tasks > best.known.tasks ? each : best))
        const target: ShowTarget = { query: most.known.function }
        const text = coroutineText(vscode.l10n.t, most.known, isNewer, ran.length - 1)
        return showCommand(text, most.uri, target)
      }
      const within = knownAs(inFile(summary.functions), coroutine.function, line)
      if (within) {
        const slowest = inFile(summary.awaitLines).find((each) => each.function === within.function)?.slowest[0]
        const target: ShowTarget = slowest ? { task: slowest.task, atNs: slowest.atNs } : {}
        return showCommand(functionText(vscode.l10n.t, within, isNewer), trace.uri, target)
      }
    }
    return undefined
  }
}

const showCommand = (title: string, trace: vscode.Uri, target: ShowTarget): vscode.Command => ({
  title,
  tooltip: vscode.l10n.t('Show these tasks in the newest trace'),
  command: 'loopscope.showInTrace',
  arguments: [trace.toString(), target],
})

function recordCommand(
  { uri, languageId }: vscode.TextDocument,
  { start, function: name }: Coroutine,
): vscode.Command | undefined {
  if (start === undefined || uri.scheme !== 'file') return undefined
  const title = `▶ ${vscode.l10n.t('Record')}`
  return start === 'test'
    ? {
        title,
        command: 'loopscope.recordTest',
        arguments: [uri, name],
        tooltip: vscode.l10n.t('Run this test and record it'),
      }
    : {
        title,
        command: languageId === 'python' ? 'loopscope.recordPythonFile' : 'loopscope.recordNodeFile',
        arguments: [uri],
        tooltip: vscode.l10n.t('Run this file and record it'),
      }
}
