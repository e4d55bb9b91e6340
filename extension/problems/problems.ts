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
    for (const trace of isShown ? this.indexes.traces : []) {
      for (const finding of trace.index.findings) {
        const uri = finding.file === null ? undefined : trace.files.get(finding.file)
        if (!uri || finding.line === null) continue
        const diagnostic = diagnosticOf(finding, uri, trace)
        const entry = byFile.get(uri.toString())
        if (entry) entry.diagnostics.push(diagnostic)
        else byFile.set(uri.toString(), { uri, diagnostics: [diagnostic] })
      }
    }
    this.diagnostics.clear()
    this.diagnostics.set([...byFile.values()].map(({ uri, diagnostics }) => [uri, diagnostics]))
  }
}

function diagnosticOf(finding: Finding, uri: vscode.Uri, trace: IndexedTrace): vscode.Diagnostic {
  const message = `${findingKinds[finding.kind].title}: ${finding.message}`
  const diagnostic = new vscode.Diagnostic(lineRange(uri, finding.line!), message, SEVERITIES[finding.severity])
  diagnostic.source = 'loopscope'
  diagnostic.code = { value: finding.kind, target: explanationOf(finding.kind) }
  diagnostic.relatedInformation = [
    ...finding.related.flatMap((related) => {
      const file = trace.files.get(related.file)
      if (!file || related.line < 1) return []
      const location = new vscode.Location(file, lineRange(file, related.line))
      return [new vscode.DiagnosticRelatedInformation(location, related.message)]
    }),
    ...finding.because.flatMap((id) => {
      const cause = trace.index.findings.find((other) => other.id === id)
      const file = cause?.file ? trace.files.get(cause.file) : undefined
      if (!cause || !file || cause.line === null) return []
      const location = new vscode.Location(file, lineRange(file, cause.line))
      return [new vscode.DiagnosticRelatedInformation(location, vscode.l10n.t('Caused by: {0}', cause.message))]
    }),
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
