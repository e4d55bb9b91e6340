import * as vscode from 'vscode'
import { findingKinds } from '../../trace/findings/registry.ts'
import type { Finding } from '../../trace/findings/types.ts'
import type { IndexedTrace, TraceIndexes } from '../index/traceIndexes.ts'
import { explanationOf } from './explainFinding.ts'

const SEVERITIES = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} as const
/** Further than any line goes: VS Code takes the line's end. */
const LINE_END = 10_000

/** Findings of the traces in force, at their lines in the Problems view. What a newer trace of a program no longer has goes with the older trace. */
export class Problems implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('loopscope')
  private readonly subscriptions: vscode.Disposable[]

  constructor(private readonly indexes: TraceIndexes) {
    this.subscriptions = [
      this.diagnostics,
      indexes.onDidChange(() => this.update()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('loopscope.problems')) this.update()
      }),
      // An open document tells where its lines begin and end.
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        if (this.diagnostics.has(uri)) this.update()
      }),
    ]
    this.update()
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  private update(): void {
    const isShown = vscode.workspace.getConfiguration('loopscope').get('problems', true)
    const byFile = new Map<string, { readonly uri: vscode.Uri; readonly diagnostics: vscode.Diagnostic[] }>()
    const { traces } = this.indexes
    for (const trace of isShown ? traces : []) {
      const family = traces.filter((other) => other.family === trace.family)
      for (const finding of trace.index.findings) {
        const uri = finding.file === null ? undefined : trace.files.get(finding.file)
        if (!uri || finding.line === null) continue
        const diagnostic = diagnosticOf(finding, uri, trace, family)
        const entry = byFile.get(uri.toString())
        if (entry) entry.diagnostics.push(diagnostic)
        else byFile.set(uri.toString(), { uri, diagnostics: [diagnostic] })
      }
    }
    this.diagnostics.clear()
    this.diagnostics.set([...byFile.values()].map(({ uri, diagnostics }) => [uri, diagnostics]))
  }
}

/** `family`: the traces of the processes that ran together with this one's, itself among them: the other lines involved may be theirs. */
function diagnosticOf(
  finding: Finding,
  uri: vscode.Uri,
  trace: IndexedTrace,
  family: readonly IndexedTrace[],
): vscode.Diagnostic {
  const message = `${findingKinds[finding.kind].title}: ${finding.message}`
  const diagnostic = new vscode.Diagnostic(lineRange(uri, finding.line!), message, SEVERITIES[finding.severity])
  diagnostic.source = 'loopscope'
  diagnostic.code = { value: finding.kind, target: explanationOf(finding.kind) }
  const at = (file: string | null, line: number | null, words: string): vscode.DiagnosticRelatedInformation[] => {
    if (file === null || line === null || line < 1) return []
    const found = trace.files.get(file) ?? family.map(({ files }) => files.get(file)).find(Boolean)
    if (!found) return []
    return [new vscode.DiagnosticRelatedInformation(new vscode.Location(found, lineRange(found, line)), words)]
  }
  const caused = ({ process, message: said }: Finding): string =>
    process === finding.process
      ? vscode.l10n.t('Caused by: {0}', said)
      : vscode.l10n.t('Caused by, in process {0}: {1}', process, said)
  const causes = finding.because.flatMap((id) => trace.findingsById.get(id) ?? [])
  diagnostic.relatedInformation = [
    ...finding.related.flatMap(({ file, line, message: said }) => at(file, line, said)),
    ...causes.flatMap((cause) => at(cause.file, cause.line, caused(cause))),
  ]
  return diagnostic
}

/** The text of a line (from 1), as far as its document is open; else the whole line. */
function lineRange(uri: vscode.Uri, line: number): vscode.Range {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString())
  if (!document || line > document.lineCount) return new vscode.Range(line - 1, 0, line - 1, LINE_END)
  const { firstNonWhitespaceCharacterIndex, range } = document.lineAt(line - 1)
  return range.with(range.start.translate(0, firstNonWhitespaceCharacterIndex))
}
