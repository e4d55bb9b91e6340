import * as vscode from 'vscode'
import { openTrace } from '../editor/openTrace.ts'
import { recordedTraces } from './recordedTraces.ts'

/** Opens the newest trace of the folders that recordings are written to. */
export async function openLatestRecording(context: vscode.ExtensionContext): Promise<void> {
  const [newest] = await recordedTraces(context)
  if (newest) return openTrace(newest.uri)
  void vscode.window.showInformationMessage(vscode.l10n.t('There is no recording yet. Record a Python file first.'))
}
