import * as vscode from 'vscode'
import { joinAwaitLines, type JoinedAwaitLine } from '../../trace/summary/together.ts'
import type { AwaitLineSummary } from '../../trace/summary/types.ts'
import { coroutineAt, type Coroutine } from '../code/coroutine.ts'
import type { SourceAge } from '../code/sourceAge.ts'
import type { SourceFiles } from '../code/sourceFiles.ts'
import { runsOf } from '../index/busiestFirst.ts'
import type { IndexedTrace, TraceIndexes } from '../index/traceIndexes.ts'
import { lastPart } from '../lenses/match.ts'
import { awaitHover } from './awaitHover.ts'
import { HEAT_LEVELS, heatOf, lineText } from './awaitText.ts'
import { heatIcon } from './heatIcon.ts'

const SETTING = 'loopscope.awaitDecorations'
/** While somebody types, decorations move along by themselves; they are made anew when the text has been quiet for this long. */
const QUIET_MS = 400

interface Code {
  readonly coroutines: readonly Coroutine[]
  readonly awaitLines: readonly number[]
}

/** At each line with an `await`: how long was waited there and how often, heat in the gutter, and more on hovering. */
export class AwaitDecorations implements vscode.Disposable {
  /** One for each level of heat, made when there is something to show: making them takes longer than all else that activation does. */
  private levels: readonly vscode.TextEditorDecorationType[] = []
  private readonly timers = new Map<vscode.TextEditor, ReturnType<typeof setTimeout>>()
  private readonly subscriptions: vscode.Disposable[]

  constructor(
    private readonly files: SourceFiles,
    private readonly indexes: TraceIndexes,
    private readonly age: SourceAge,
  ) {
    this.subscriptions = [
      indexes.onDidChange(() => this.updateAll()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.updateAll()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) this.updateSoon(editor)
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTING)) this.updateAll()
      }),
    ]
    this.updateAll()
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer)
    for (const disposable of [...this.levels, ...this.subscriptions]) disposable.dispose()
  }

  private updateAll(): void {
    for (const editor of vscode.window.visibleTextEditors) void this.update(editor)
  }

  private updateSoon(editor: vscode.TextEditor): void {
    clearTimeout(this.timers.get(editor))
    const update = (): void => {
      this.timers.delete(editor)
      if (vscode.window.visibleTextEditors.includes(editor)) void this.update(editor)
    }
    this.timers.set(editor, setTimeout(update, QUIET_MS))
  }

  private async code(document: vscode.TextDocument): Promise<Code> {
    const coroutines = await this.files.coroutines(document)
    return { coroutines, awaitLines: await this.files.awaitLines(document) }
  }

  private async update(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor
    const { version } = document
    const isOn = vscode.workspace.getConfiguration(undefined, document).get(SETTING, true)
    const run = isOn ? (runsOf(this.indexes.of(document.uri))[0] ?? []) : []
    const byLevel = Array.from({ length: HEAT_LEVELS }, (): vscode.DecorationOptions[] => [])
    if (run.length > 0) {
      const isNewer = await this.age.isNewerThan(document, run[0].trace.index.program.startedMs)
      const code = isNewer ? await this.code(document) : undefined
      if (document.version !== version) return
      const lines = linesOf(run)
      const hottestNs = Math.max(0, ...run.map(({ trace }) => hottestOf(trace)), ...lines.map((line) => line.waitedNs))
      const traces = run.map(({ trace }) => trace.uri)
      for (const line of lines) {
        if (line.line > document.lineCount) continue
        if (code && !isStillThere(line, code)) continue
        const { range, firstNonWhitespaceCharacterIndex } = document.lineAt(line.line - 1)
        byLevel[heatOf(line.waitedNs, hottestNs)].push({
          range: range.with(range.start.translate(0, firstNonWhitespaceCharacterIndex)),
          hoverMessage: awaitHover(line, traces),
          renderOptions: { after: { contentText: lineText(vscode.l10n.t, line) } },
        })
      }
    }
    if (this.levels.length === 0 && byLevel.some((options) => options.length > 0)) this.levels = decorationTypes()
    this.levels.forEach((level, i) => editor.setDecorations(level, byLevel[i]))
  }
}

type InFile = { readonly trace: IndexedTrace; readonly file: string }

/** What the processes of a run say of the file's lines, all together. */
function linesOf(run: readonly InFile[]): JoinedAwaitLine[] {
  const byLine = new Map<number, (AwaitLineSummary | undefined)[]>()
  run.forEach(({ trace, file }, i) => {
    for (const summary of trace.index.summary.awaitLines) {
      if (summary.file !== file) continue
      const known = byLine.get(summary.line) ?? run.map(() => undefined)
      known[i] = summary
      byLine.set(summary.line, known)
    }
  })
  return [...byLine.values()].map(joinAwaitLines)
}

/** Its lines stand with the most waited one first. */
const hottestOf = ({ index }: IndexedTrace): number => index.summary.awaitLines[0]?.waitedNs ?? 0

const decorationTypes = (): vscode.TextEditorDecorationType[] =>
  Array.from({ length: HEAT_LEVELS }, (_, level) =>
    vscode.window.createTextEditorDecorationType({
      gutterIconPath: heatIcon(level),
      gutterIconSize: 'contain',
      after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 3em' },
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  )

/** Whether, in a source that is newer than the trace, this is an `await` of the same function still. */
function isStillThere(line: JoinedAwaitLine, code: Code): boolean {
  if (!code.awaitLines.includes(line.line - 1)) return false
  const around = coroutineAt(code.coroutines, line.line - 1)
  return around !== undefined && lastPart(around.function) === lastPart(line.function)
}

/** The command `loopscope.toggleAwaitDecorations`. */
export async function toggleAwaitDecorations(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration()
  const isOn = configuration.get(SETTING, true)
  await configuration.update(SETTING, !isOn, vscode.ConfigurationTarget.Global)
}
