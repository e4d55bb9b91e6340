import * as vscode from 'vscode'
import { sizeOf } from './recordingFile.ts'
import type { RunningTask } from './recordingTask.ts'

const REPORT_EVERY_MS = 1_000

/** Shows how long the recording runs and how much it wrote, until it ends; *Cancel* stops it. Returns the exit code. */
export async function withRecordingProgress(
  name: string,
  trace: vscode.Uri,
  task: RunningTask,
): Promise<number | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Recording {0}', name),
    cancellable: true,
  }
  return vscode.window.withProgress(options, async (progress, cancellation) => {
    const started = Date.now()
    const report = async (): Promise<void> => {
      const size = (await sizeOf(trace)) ?? 0
      progress.report({
        message: vscode.l10n.t('{0} s, {1}', Math.round((Date.now() - started) / 1000), inWords(size)),
      })
    }
    const timer = setInterval(() => void report(), REPORT_EVERY_MS)
    const onCancel = cancellation.onCancellationRequested(() => task.stop())
    try {
      return await task.exitCode
    } finally {
      clearInterval(timer)
      onCancel.dispose()
    }
  })
}

function inWords(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`
}
