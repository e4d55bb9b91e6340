import * as vscode from 'vscode'
import { findingKinds } from '../../trace/findings/registry.ts'
import type { Finding } from '../../trace/findings/types.ts'
import type { IndexedTrace, TraceIndexes } from '../index/traceIndexes.ts'

/** A trace with findings, or one of its findings. */
type Node = { readonly trace: IndexedTrace; readonly finding?: Finding }

const ICONS = {
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground')),
  info: new vscode.ThemeIcon('info', new vscode.ThemeColor('problemsInfoIcon.foreground')),
} as const

/** What is wrong in each program's newest trace, the cause first. */
export class FindingsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>()
  readonly onDidChangeTreeData = this.changed.event
  private readonly subscription: vscode.Disposable

  constructor(private readonly indexes: TraceIndexes) {
    this.subscription = indexes.onDidChange(() => this.changed.fire())
  }

  getChildren(parent?: Node): Node[] {
    if (parent?.finding) return []
    if (parent) return parent.trace.index.findings.map((finding) => ({ trace: parent.trace, finding }))
    return this.indexes.traces.filter(({ index }) => index.findings.length > 0).map((trace) => ({ trace }))
  }

  getTreeItem({ trace, finding }: Node): vscode.TreeItem {
    return finding ? findingItem(trace, finding) : traceItem(trace)
  }

  dispose(): void {
    this.subscription.dispose()
    this.changed.dispose()
  }
}

function traceItem({ uri, index }: IndexedTrace): vscode.TreeItem {
  const { program } = index.program
  const name = program.slice(program.search(/[^\\/]*$/)).replace(/^-m /, '')
  const item = new vscode.TreeItem(name || uri.path, vscode.TreeItemCollapsibleState.Expanded)
  item.id = uri.toString()
  item.description = new Date(index.program.startedMs).toLocaleString(vscode.env.language)
  item.contextValue = 'tracedProgram'
  return item
}

function findingItem(trace: IndexedTrace, finding: Finding): vscode.TreeItem {
  const item = new vscode.TreeItem(findingKinds[finding.kind].title, vscode.TreeItemCollapsibleState.None)
  item.id = `${trace.uri.toString()} ${finding.id}`
  item.description = finding.message
  item.iconPath = ICONS[finding.severity]
  item.contextValue = 'finding'
  const tooltip = new vscode.MarkdownString()
  tooltip.appendText(`${finding.message}\n\n${findingKinds[finding.kind].advice}`)
  item.tooltip = tooltip
  const file = finding.file === null ? undefined : trace.files.get(finding.file)
  if (file && finding.line !== null) {
    const range = new vscode.Range(finding.line - 1, 0, finding.line - 1, 0)
    item.command = {
      command: 'vscode.open',
      title: vscode.l10n.t('Go to Line'),
      arguments: [file, { selection: range, preserveFocus: true } satisfies vscode.TextDocumentShowOptions],
    }
  } else item.command = showInTraceCommand(trace, finding)
  return item
}

function showInTraceCommand({ uri }: IndexedTrace, { tasks, startNs }: Finding): vscode.Command {
  const target = tasks.length > 0 ? { task: tasks[0], atNs: startNs } : {}
  return {
    command: 'loopscope.showInTrace',
    title: vscode.l10n.t('Show in Lanes'),
    arguments: [uri.toString(), target],
  }
}

/** The command `loopscope.showFindingInLanes`, of a finding's menu. */
export async function showFindingInLanes(node: unknown): Promise<void> {
  const { trace, finding } = node as Partial<Node>
  if (!trace) return
  const { command, arguments: args } = finding
    ? showInTraceCommand(trace, finding)
    : { command: 'loopscope.openTrace', arguments: [trace.uri] as unknown[] }
  await vscode.commands.executeCommand(command, ...(args as unknown[]))
}

/** The kind of a finding whose menu was used. */
export const kindOfNode = (node: unknown): unknown => (node as Partial<Node> | undefined)?.finding?.kind
