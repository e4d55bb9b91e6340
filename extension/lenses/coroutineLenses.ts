import * as vscode from 'vscode'
import type { Coroutine } from '../code/coroutine.ts'
import type { SourceAge } from '../code/sourceAge.ts'
import type { SourceFiles } from '../code/sourceFiles.ts'
import type { ShowTarget } from '../editor/showInTrace.ts'
import { joinCoroutines, joinFunctions } from '../../trace/summary/together.ts'
import type { TraceSummary } from '../../trace/summary/types.ts'
import { runsOf } from '../index/busiestFirst.ts'
import type { IndexedTrace, TraceIndexes } from '../index/traceIndexes.ts'
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

  /** What the newest run that knows the coroutine says of it, all its processes together; a click leads to the one that ran it most. */
  private async known(document: vscode.TextDocument, coroutine: Coroutine): Promise<vscode.Command | undefined> {
    const line = coroutine.line + 1
    for (const run of runsOf(this.indexes.of(document.uri))) {
      const knownIn = <Item extends Known>(items: (summary: TraceSummary) => readonly Item[]): Found<Item>[] =>
        run.flatMap(({ trace, file }) => {
          const inFile = items(trace.index.summary).filter((item) => item.file === file)
          const known = knownAs(inFile, coroutine.function, line)
          return known ? [{ trace, known }] : []
        })
      const ran = knownIn(({ coroutines }) => coroutines)
      const isNewer = await this.age.isNewerThan(document, run[0].trace.index.program.startedMs)
      if (ran.length > 0) {
        const most = ran.reduce((best, each) => (each.known.tasks > best.known.tasks ? each : best))
        const target: ShowTarget = { query: most.known.function }
        const text = coroutineText(vscode.l10n.t, joinCoroutines(ran.map(({ known }) => known)), isNewer, ran.length)
        return showCommand(text, most.trace.uri, target)
      }
      const within = knownIn(({ functions }) => functions)
      if (within.length > 0) {
        const most = within.reduce((best, each) => (each.known.waits > best.known.waits ? each : best))
        const lines = most.trace.index.summary.awaitLines
        const slowest = lines.find((each) => each.file === most.known.file && each.function === most.known.function)
          ?.slowest[0]
        const target: ShowTarget = slowest ? { task: slowest.task, atNs: slowest.atNs } : {}
        const text = functionText(
          vscode.l10n.t,
          joinFunctions(within.map(({ known }) => known)),
          isNewer,
          within.length,
        )
        return showCommand(text, most.trace.uri, target)
      }
    }
    return undefined
  }
}

type Known = { readonly file: string; readonly function: string; readonly line: number }

interface Found<Item> {
  readonly trace: IndexedTrace
  readonly known: Item
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
