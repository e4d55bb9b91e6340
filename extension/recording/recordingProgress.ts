import * as vscode from 'vscode'
import { formatCounts, type RecordingCounts } from './recordingCounts.ts'
import type { RecordingEntry } from './recordings.ts'
import type { RunningTask } from './recordingTask.ts'

const REPORT_EVERY_MS = 1_000

interface Recorded {
  readonly task: RunningTask
  readonly entry: RecordingEntry
  /** What has been recorded so far; `isLast`: nobody asks again. */
  readonly count: (isLast: boolean) => Promise<RecordingCounts>
}

/** Shows how long the recording runs and what it has, until it ends; *Cancel* stops it. Returns the exit code. */
export async function withRecordingProgress(
  name: string,
  { task, entry, count }: Recorded,
): Promise<number | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Recording {0}', name),
    cancellable: true,
  }
  return vscode.window.withProgress(options, async (progress, cancellation) => {
    const started = Date.now()
    let isCounting = false
    const report = async (): Promise<void> => {
      if (isCounting) return
      isCounting = true
      const counts = await count(false).finally(() => (isCounting = false))
      entry.report(counts)
      const seconds = vscode.l10n.t('{0} s', Math.round((Date.now() - started) / 1000))
      const message = [seconds, formatCounts(vscode.l10n.t, counts), inWords(counts.bytes)].join(' · ')
      progress.report({ message })
    }
    const timer = setInterval(() => void report().catch(() => undefined), REPORT_EVERY_MS)
    const onCancel = cancellation.onCancellationRequested(() => task.stop())
    try {
      return await task.exitCode
    } finally {
      clearInterval(timer)
      onCancel.dispose()
      void count(true).catch(() => undefined)
    }
  })
}

function inWords(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`
}
