import * as vscode from 'vscode'
import { recordedTraces } from './recordedTraces.ts'

/** Opens the newest trace of the folders that recordings are written to. */
export async function openLatestRecording(
  context: vscode.ExtensionContext,
  open: (trace: vscode.Uri) => Promise<void>,
): Promise<void> {
  const [newest] = await recordedTraces(context)
  if (newest) return open(newest.uri)
  void vscode.window.showInformationMessage(vscode.l10n.t('There is no recording yet. Record a Python file first.'))
}
