import * as vscode from 'vscode'
import type { TraceIndexes } from '../index/traceIndexes.ts'
import { formatCount } from '../words/numbers.ts'

/** Loopscope in the status bar: how many findings there are, whether terminals or debug sessions are recorded; a click offers what can be done. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('loopscope.menu', vscode.StatusBarAlignment.Left, -1)
  private readonly subscriptions: vscode.Disposable[]

  constructor(private readonly indexes: TraceIndexes) {
    this.item.name = 'Loopscope'
    this.item.command = 'loopscope.showMenu'
    this.subscriptions = [
      this.item,
      indexes.onDidChange(() => this.update()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('loopscope')) this.update()
      }),
    ]
    this.update()
    this.item.show()
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  private update(): void {
    const findings = this.indexes.traces.flatMap(({ index }) => index.findings)
    const serious = findings.filter(({ severity }) => severity !== 'info').length
    const settings = vscode.workspace.getConfiguration('loopscope')
    const recorded = [
      settings.get('recordTerminals', false) && vscode.l10n.t('Python in new terminals is recorded.'),
      settings.get('recordDebugSessions', false) && vscode.l10n.t('Python debug sessions are recorded.'),
    ].filter((sentence) => sentence !== false)
    const found =
      serious === 1
        ? vscode.l10n.t('1 finding in the newest traces.')
        : vscode.l10n.t('{0} findings in the newest traces.', formatCount(serious))
    this.item.text = [
      '$(pulse)',
      recorded.length > 0 && '$(circle-filled)',
      'Loopscope',
      serious > 0 && `$(bug) ${formatCount(serious)}`,
    ]
      .filter(Boolean)
      .join(' ')
    this.item.tooltip =
      [...(serious > 0 ? [found] : []), ...recorded].join('\n') || vscode.l10n.t('Record, open, settings')
  }
}

/** The command `loopscope.showMenu`: what can be done, in one list. */
export async function showMenu(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('loopscope')
  const { t } = vscode.l10n
  const toggle = (setting: string, isOnByDefault: boolean): string =>
    settings.get(setting, isOnByDefault) ? '$(check)' : '$(circle-large-outline)'
  const items = [
    { label: `$(record) ${t('Record Python File')}`, command: 'loopscope.recordPythonFile' },
    { label: `$(beaker) ${t('Record Test at Cursor')}`, command: 'loopscope.recordTest' },
    { label: `$(debug-rerun) ${t('Record Last Launch')}`, command: 'loopscope.recordLastLaunch' },
    { label: `$(history) ${t('Open Latest Recording')}`, command: 'loopscope.openLatestRecording' },
    { label: `$(list-tree) ${t('Show Recordings and Findings')}`, command: 'loopscope.recordings.focus' },
    {
      label: `${toggle('recordTerminals', false)} ${t('Record Python Started in Terminals')}`,
      command: 'loopscope.toggleRecordTerminals',
    },
    {
      label: `${toggle('recordDebugSessions', false)} ${t('Record Debug Sessions')}`,
      command: 'loopscope.toggleRecordDebugSessions',
    },
    {
      label: `${toggle('awaitDecorations', true)} ${t('Show Time Waited at Each Await')}`,
      command: 'loopscope.toggleAwaitDecorations',
    },
  ]
  const chosen = await vscode.window.showQuickPick(items, { title: 'Loopscope' })
  if (chosen) await vscode.commands.executeCommand(chosen.command)
}
