import * as vscode from 'vscode'
import { TRACE_VIEW_TYPE } from '../editor/openTrace.ts'
import { formatDuration } from '../../trace/model/time.ts'
import type { TraceFacts, TraceIndexes } from '../index/traceIndexes.ts'
import { recordedTraces, type RecordedTrace } from '../recording/recordedTraces.ts'
import { formatCount } from '../words/numbers.ts'

/** Recordings, the newest first, each with when it was made, how long it is, how many tasks and findings it has. */
export class RecordingsTree implements vscode.TreeDataProvider<RecordedTrace>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>()
  readonly onDidChangeTreeData = this.changed.event
  private readonly subscription: vscode.Disposable

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly indexes: TraceIndexes,
  ) {
    this.subscription = indexes.onDidChange(() => this.changed.fire())
  }

  async getChildren(parent?: RecordedTrace): Promise<RecordedTrace[]> {
    if (parent) return []
    this.indexes.start()
    return recordedTraces(this.context)
  }

  async getTreeItem(recorded: RecordedTrace): Promise<vscode.TreeItem> {
    const facts = await this.indexes.facts(recorded)
    const item = new vscode.TreeItem(recorded.uri, vscode.TreeItemCollapsibleState.None)
    const name = recorded.uri.path.slice(recorded.uri.path.lastIndexOf('/') + 1)
    item.id = recorded.uri.toString()
    item.label = name.replace(/\.looptrace$/, '')
    item.contextValue = 'recording'
    // A command of VS Code itself: others are forgotten as soon as the tree is drawn anew.
    item.command = {
      command: 'vscode.openWith',
      title: vscode.l10n.t('Open Trace'),
      arguments: [recorded.uri, TRACE_VIEW_TYPE],
    }
    if (typeof facts === 'string') {
      item.iconPath = new vscode.ThemeIcon('warning')
      item.description = facts
      item.tooltip = `${name}\n${facts}`
      return item
    }
    item.iconPath = new vscode.ThemeIcon(facts.findings > 0 ? 'bug' : 'pulse')
    item.description = description(facts)
    item.tooltip = [
      name,
      new Date(facts.program.startedMs).toLocaleString(vscode.env.language),
      facts.program.program,
      description(facts),
    ].join('\n')
    return item
  }

  dispose(): void {
    this.subscription.dispose()
    this.changed.dispose()
  }
}

/** `14:02 · 3 findings · 41 tasks · 2 pending · 1.20 s`: views are narrow, so what matters most stands first. */
function description({ program, durationNs, tasks, pending, findings }: TraceFacts): string {
  const { t } = vscode.l10n
  const started = new Date(program.startedMs)
  const isToday = started.toDateString() === new Date().toDateString()
  const time = started.toLocaleString(
    vscode.env.language,
    isToday ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' },
  )
  return [
    time,
    findings === 1 ? t('1 finding') : findings > 0 && t('{0} findings', formatCount(findings)),
    tasks === 1 ? t('1 task') : t('{0} tasks', formatCount(tasks)),
    pending > 0 && t('{0} pending', formatCount(pending)),
    formatDuration(durationNs),
  ]
    .filter(Boolean)
    .join(' · ')
}
