import * as vscode from 'vscode'
import { formatCounts, sumOf, type RecordingCounts } from './recordingCounts.ts'

/** A program that is being recorded. */
export interface Recording {
  readonly name: string
  stop(): void
}

/** A place among what is being recorded; disposed when that has ended. */
export interface RecordingEntry extends vscode.Disposable {
  /** Tells what has been recorded so far. */
  report(counts: RecordingCounts): void
}

/** What is being recorded now: the status bar shows it, and *Stop Recording* ends it. */
export class Recordings {
  private readonly running = new Map<Recording, RecordingCounts | undefined>()
  private readonly status = vscode.window.createStatusBarItem('loopscope.recording', vscode.StatusBarAlignment.Left)

  constructor() {
    this.status.name = vscode.l10n.t('Loopscope Recording')
    this.status.command = 'loopscope.stopRecording'
  }

  /** Holds `recording` until the result is disposed. */
  add(recording: Recording): RecordingEntry {
    this.running.set(recording, undefined)
    this.show()
    return {
      report: (counts) => {
        if (!this.running.has(recording)) return
        this.running.set(recording, counts)
        this.show()
      },
      dispose: () => {
        this.running.delete(recording)
        this.show()
      },
    }
  }

  /** Stops the one recording, or asks which. */
  async stop(): Promise<void> {
    const all = [...this.running.keys()]
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
    const names = [...this.running.keys()].map(({ name }) => name)
    void vscode.commands.executeCommand('setContext', 'loopscope.recording', names.length > 0)
    if (names.length === 0) return this.status.hide()
    const what =
      names.length === 1
        ? vscode.l10n.t('Recording {0}', names[0])
        : vscode.l10n.t('Recording {0} programs', names.length)
    const counts = [...this.running.values()].filter((each) => each !== undefined)
    const soFar = counts.length > 0 && formatCounts(vscode.l10n.t, sumOf(counts))
    this.status.text = ['$(debug-stop)', what, soFar && `· ${soFar}`].filter(Boolean).join(' ')
    this.status.tooltip = vscode.l10n.t('Stop Recording')
    this.status.show()
  }
}
