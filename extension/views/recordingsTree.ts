import * as vscode from 'vscode'
import { TRACE_VIEW_TYPE } from '../editor/openTrace.ts'
import { programAddress } from '../editor/togetherAddress.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { processName } from '../../trace/model/processName.ts'
import type { TraceFacts, TraceIndexes } from '../index/traceIndexes.ts'
import { recordedTraces } from '../recording/recordedTraces.ts'
import { formatCount } from '../words/numbers.ts'
import { processCount, recordingNodes, type RecordingNode } from './recordingNodes.ts'

/**
 * Recordings, the newest run first, each with when it was made, how long it is, how many tasks and findings it has; below each the processes that
 * came from it, in the order in which they began.
 */
export class RecordingsTree implements vscode.TreeDataProvider<RecordingNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>()
  readonly onDidChangeTreeData = this.changed.event
  private readonly subscription: vscode.Disposable

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly indexes: TraceIndexes,
  ) {
    this.subscription = indexes.onDidChange(() => this.changed.fire())
  }

  async getChildren(parent?: RecordingNode): Promise<RecordingNode[]> {
    if (parent) return [...parent.children]
    this.indexes.start()
    return recordingNodes(await this.indexes.families.kinships(await recordedTraces(this.context)))
  }

  async getTreeItem(node: RecordingNode): Promise<vscode.TreeItem> {
    const { recorded, program, parent, children } = node
    const facts = await this.indexes.facts(recorded)
    const { None, Collapsed } = vscode.TreeItemCollapsibleState
    const item = new vscode.TreeItem(recorded.uri, children.length > 0 ? Collapsed : None)
    const name = recorded.uri.path.slice(recorded.uri.path.lastIndexOf('/') + 1)
    item.id = recorded.uri.toString()
    // The name of a process's file says what its parent's does: what it is called says more.
    const called = parent !== undefined && program ? processName(program) : ''
    item.label = called || name.replace(/\.looptrace$/, '')
    item.contextValue = 'recording'
    // A command of VS Code itself: others are forgotten as soon as the tree is drawn anew.
    item.command = {
      command: 'vscode.openWith',
      title: vscode.l10n.t('Open Trace'),
      arguments: [children.length > 0 ? programAddress(recorded.uri) : recorded.uri, TRACE_VIEW_TYPE],
    }
    if (typeof facts === 'string') {
      item.iconPath = new vscode.ThemeIcon('warning')
      item.description = facts
      item.tooltip = `${name}\n${facts}`
      return item
    }
    item.iconPath = new vscode.ThemeIcon(facts.findings > 0 ? 'bug' : 'pulse')
    const processes = processCount(node)
    const words = [processes > 1 && vscode.l10n.t('{0} processes', formatCount(processes)), description(facts)]
    item.description = words.filter(Boolean).join(' · ')
    item.tooltip = [
      name,
      new Date(facts.program.startedMs).toLocaleString(vscode.env.language),
      facts.program.program,
      vscode.l10n.t('pid {0}', facts.program.pid),
      item.description,
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
