import * as vscode from 'vscode'
import { findingKinds } from '../../trace/findings/registry.ts'
import type { LiveTask } from '../../trace/live/tree.ts'
import type { SourceLine } from '../../trace/model/describe.ts'
import { isLibraryFile } from '../../trace/model/describe.ts'
import { processTitle } from '../../trace/model/processName.ts'
import { formatCount } from '../words/numbers.ts'
import { programNodesFrom, type LiveNode } from './liveNodes.ts'
import { loopWords, placeWords, processWords, rowWords, stuckIn, taskWords } from './liveWords.ts'

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState
const icon = (id: string, color?: string): vscode.ThemeIcon =>
  new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color))

const SEVERITY = {
  error: icon('error', 'problemsErrorIcon.foreground'),
  warning: icon('warning', 'problemsWarningIcon.foreground'),
  info: icon('info', 'problemsInfoIcon.foreground'),
} as const
const STUCK = {
  deadlock: icon('sync-ignored', 'problemsErrorIcon.foreground'),
  hung: icon('watch', 'problemsWarningIcon.foreground'),
} as const
const STATE = {
  running: icon('play', 'charts.green'),
  ready: icon('debug-pause', 'charts.blue'),
  waiting: icon('watch'),
} as const

/** How a node looks. `source` is the file of its place, where it was found. */
export function itemOf(node: LiveNode, source: vscode.Uri | undefined): vscode.TreeItem {
  const item = bareItem(node)
  item.id = node.id
  const place = placeOf(node)
  // A command of VS Code itself: others are forgotten as soon as the tree is drawn anew, and it is every second.
  if (place && source)
    item.command = {
      command: 'vscode.open',
      title: vscode.l10n.t('Go to Line'),
      arguments: [
        source,
        { selection: lineRange(place), preserveFocus: true } satisfies vscode.TextDocumentShowOptions,
      ],
    }
  return item
}

/** The line that a node is about: where a task waits, else where its coroutine is defined. */
export function placeOf(node: LiveNode): SourceLine | undefined {
  if (node.kind === 'frame') return node.frame
  if (node.kind === 'finding') {
    const { file, line } = node.finding
    return file !== null && line !== null ? { file, line, function: '' } : undefined
  }
  if (node.kind !== 'task') return undefined
  const { at, definition } = node.looked.live.waits[node.row].task
  return at ?? definition
}

export const lineRange = ({ line }: SourceLine): vscode.Range =>
  new vscode.Range(Math.max(line - 1, 0), 0, Math.max(line - 1, 0), 0)

function bareItem(node: LiveNode): vscode.TreeItem {
  const { t } = vscode.l10n
  switch (node.kind) {
    case 'program':
      return programItem(node)
    case 'note':
      return { label: node.text, tooltip: node.text, iconPath: icon('info'), collapsibleState: None }
    case 'finding': {
      const { finding, looked } = node
      const names = finding.tasks
        .map((id) => looked.live.tasks.find((task) => task.id === id)?.name ?? '')
        .filter(Boolean)
      const message = looked.live.isMoment ? names.join(' ⇄ ') : finding.message
      const item = new vscode.TreeItem(findingKinds[finding.kind].title, None)
      item.description = message
      item.iconPath = SEVERITY[finding.severity]
      item.tooltip = `${message}\n\n${findingKinds[finding.kind].advice}`
      item.contextValue = 'liveFinding'
      return item
    }
    case 'loop': {
      const { loop, looked } = node
      const blocked = loop.state === 'blocked'
      const item = new vscode.TreeItem(loop.name, loop.frames.length === 0 ? None : blocked ? Expanded : Collapsed)
      item.description = loopWords(looked, loop, t)
      item.iconPath = blocked ? icon('stop-circle', 'problemsErrorIcon.foreground') : icon('sync')
      item.tooltip = `${loop.name}: ${item.description}`
      return item
    }
    case 'task':
      return taskItem(node)
    case 'frame': {
      const { frame } = node
      const item = new vscode.TreeItem(frame.function || placeWords(frame), None)
      item.description = placeWords(frame)
      item.iconPath = icon(isLibraryFile(frame.file) ? 'library' : 'debug-stackframe')
      item.tooltip = `${frame.file}:${frame.line}`
      item.contextValue = 'liveFrame'
      return item
    }
    case 'more':
      return new vscode.TreeItem(t('{0} more tasks', formatCount(node.rows.length)), Collapsed)
  }
}

function programItem(node: LiveNode & { readonly kind: 'program' }): vscode.TreeItem {
  const { t } = vscode.l10n
  const { program, children } = node
  const { entry, debugged, looked } = program
  const called = looked?.live ?? entry
  const name = (called && processTitle(called)) || debugged?.session.name || String(called?.pid ?? '')
  const item = new vscode.TreeItem(name, Expanded)
  const processes = [...programNodesFrom(node)].map((each) => each.program)
  const stuckBelow = processes.slice(1).reduce((sum, each) => sum + stuckIn(each), 0)
  const how = debugged && (debugged.stopped === undefined ? t('in the debugger') : t('stopped in the debugger'))
  item.description = [
    looked && processWords(looked, t),
    children.length > 0 && t('{0} processes', formatCount(processes.length)),
    stuckBelow > 0 && t('{0} stuck in its processes', formatCount(stuckBelow)),
    how,
  ]
    .filter(Boolean)
    .join(' · ')
  item.iconPath = icon(debugged ? 'debug-alt' : 'vm-running')
  // In a further word what its menu offers: to stop the recording, or to start one.
  item.contextValue = `liveProgram ${entry ? (entry.trace === null ? 'resting' : 'recorded') : 'debugged'}`
  item.tooltip = [looked?.live.argv.join(' ') ?? name, looked?.live.interpreter, entry?.trace]
    .filter(Boolean)
    .join('\n')
  return item
}

function taskItem(node: LiveNode & { readonly kind: 'task' }): vscode.TreeItem {
  const { program, looked, row, below } = node
  const line = looked.live.waits[row]
  const { task } = line
  const words = taskWords(looked, task, vscode.l10n.t)
  const canUnfold = below !== 'nothing' || (task.stack > 0 && !line.isRepeated)
  // What is stuck is open from the start: it is what one came for.
  const state = !canUnfold ? None : below === 'stuck' ? Expanded : Collapsed
  const item = new vscode.TreeItem(rowWords(line, vscode.l10n.t), state)
  item.description = line.isRepeated ? vscode.l10n.t('as above') : words
  item.iconPath = line.isCycle ? STUCK.deadlock : iconOf(task)
  item.tooltip = tooltip(task, words)
  item.contextValue = `liveTask ${program.entry ? 'recorded' : 'debugged'}`
  item.accessibilityInformation = { label: `${task.name}, ${task.stuck ?? task.state}, ${words}` }
  return item
}

const iconOf = ({ stuck, state }: LiveTask): vscode.ThemeIcon => (stuck ? STUCK[stuck] : STATE[state])

const tooltip = ({ name, coroutine, finding }: LiveTask, words: string): string =>
  [`${name} (${coroutine})`, words, finding?.message].filter(Boolean).join('\n')
