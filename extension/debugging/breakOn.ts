import * as vscode from 'vscode'
import { findingKinds, type FindingKind } from '../../trace/findings/registry.ts'
import type { Finding } from '../../trace/findings/types.ts'
import type { LivePrograms } from '../live/livePrograms.ts'
import type { DebuggedProgram, DebuggedPrograms } from './debuggedPrograms.ts'

/** What the setting `loopscope.breakOn` can name, and the findings that each means. */
const KINDS: Readonly<Record<string, readonly FindingKind[]>> = {
  deadlock: ['deadlock'],
  'hung-task': ['hung-task'],
  'blocked-loop': ['blocked-loop', 'sync-in-async'],
}

/** Pauses a debug session that is recorded as soon as the recorder sees what the setting names, each finding once. */
export class BreakOn implements vscode.Disposable {
  private readonly told = new WeakMap<DebuggedProgram, Set<string>>()
  private readonly subscriptions: vscode.Disposable[]
  private watching: vscode.Disposable | undefined

  constructor(
    private readonly programs: LivePrograms,
    private readonly debugged: DebuggedPrograms,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      programs.onDidChange(() => this.look()),
      debugged.onDidChange(() => this.watch()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('loopscope.breakOn')) this.watch()
      }),
    ]
  }

  dispose(): void {
    this.watching?.dispose()
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  /** Programs are asked, also with their tree out of sight, while there is something to break on. */
  private watch(): void {
    if (kindsToBreakOn().length > 0 && this.debugged.programs.length > 0) this.watching ??= this.programs.watch()
    else {
      this.watching?.dispose()
      this.watching = undefined
    }
  }

  private look(): void {
    const kinds = kindsToBreakOn()
    if (kinds.length === 0) return
    for (const { entry, debugged, looked } of this.programs.programs) {
      if (!entry || !debugged || !looked || debugged.stopped !== undefined) continue
      const told = this.told.get(debugged) ?? new Set<string>()
      this.told.set(debugged, told)
      const keyOf = ({ kind, tasks, startNs }: Finding): string => `${kind} ${startNs} ${tasks.join()}`
      const found = looked.live.findings.find((each) => kinds.includes(each.kind) && !told.has(keyOf(each)))
      if (!found) continue
      told.add(keyOf(found))
      this.pause(debugged, found).catch((error: unknown) => this.log.error(`Breaking failed: ${String(error)}`))
    }
  }

  private async pause(program: DebuggedProgram, { kind, message }: Finding): Promise<void> {
    const { threads } = (await program.session.customRequest('threads')) as { threads: readonly { id: number }[] }
    await program.session.customRequest('pause', { threadId: threads[0].id })
    // It pauses where Python runs: a loop that waits in its selector is woken for it.
    await this.debugged.ask(program, 'wake()')
    const show = vscode.l10n.t('Show Live Tasks')
    if ((await vscode.window.showWarningMessage(`${findingKinds[kind].title}: ${message}`, show)) === show)
      await vscode.commands.executeCommand('loopscope.debuggedTasks.focus')
  }
}

function kindsToBreakOn(): FindingKind[] {
  const named = vscode.workspace.getConfiguration('loopscope').get<unknown>('breakOn', [])
  return Array.isArray(named) ? named.flatMap((name) => KINDS[String(name)] ?? []) : []
}

/** The command `loopscope.live.breakOn`: chooses what the setting names. */
export async function chooseBreakOn(): Promise<void> {
  const { t } = vscode.l10n
  const settings = vscode.workspace.getConfiguration('loopscope')
  const named = settings.get<readonly string[]>('breakOn', [])
  const labels: Readonly<Record<string, string>> = {
    deadlock: t('Deadlock'),
    'hung-task': t('Task that hangs'),
    'blocked-loop': t('Blocked event loop'),
  }
  const items = Object.keys(KINDS).map((name) => ({ name, label: labels[name], picked: named.includes(name) }))
  const title = t('Break recorded debug sessions on')
  const chosen = await vscode.window.showQuickPick(items, { title, canPickMany: true })
  if (!chosen) return
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global
  await settings.update(
    'breakOn',
    chosen.map(({ name }) => name),
    target,
  )
}
