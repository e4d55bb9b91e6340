import * as vscode from 'vscode'

/** A program that is being recorded. */
export interface Recording {
  readonly name: string
  stop(): void
}

/** What is being recorded now: the status bar shows it, and *Stop Recording* ends it. */
export class Recordings {
  private readonly running = new Set<Recording>()
  private readonly status = vscode.window.createStatusBarItem('loopscope.recording', vscode.StatusBarAlignment.Left)

  constructor() {
    this.status.name = vscode.l10n.t('Loopscope Recording')
    this.status.command = 'loopscope.stopRecording'
  }

  /** Holds `recording` until the result is disposed. */
  add(recording: Recording): vscode.Disposable {
    this.running.add(recording)
    this.show()
    return new vscode.Disposable(() => {
      this.running.delete(recording)
      this.show()
    })
  }

  /** Stops the one recording, or asks which. */
  async stop(): Promise<void> {
    const all = [...this.running]
    if (all.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is being recorded.'))
    if (all.length <= 1) return all[0]?.stop()
    const items = all.map((recording) => ({ label: recording.name, recording }))
    const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Stop Recording') })
    chosen?.recording.stop()
  }

  dispose(): void {
    this.status.dispose()
  }

  private show(): void {
    const names = [...this.running].map(({ name }) => name)
    void vscode.commands.executeCommand('setContext', 'loopscope.recording', names.length > 0)
    if (names.length === 0) return this.status.hide()
    const what =
      names.length === 1
        ? vscode.l10n.t('Recording {0}', names[0])
        : vscode.l10n.t('Recording {0} programs', names.length)
    this.status.text = `$(debug-stop) ${what}`
    this.status.tooltip = vscode.l10n.t('Stop Recording')
    this.status.show()
  }
}
