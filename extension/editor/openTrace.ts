import * as vscode from 'vscode'
import { programAddress, togetherAddress } from './togetherAddress.ts'

export const TRACE_VIEW_TYPE = 'loopscope.trace'

/** Opens these traces in one editor, on one clock; one alone as it is. */
export async function openTogether(traces: readonly vscode.Uri[]): Promise<void> {
  if (traces.length > 0) await openTrace(traces.length === 1 ? traces[0] : togetherAddress(traces))
}

/** Opens a trace with those of all processes of its program, also of those that are started later. */
export const openProgram = (trace: vscode.Uri, options?: vscode.TextDocumentShowOptions): Promise<void> =>
  openTrace(programAddress(trace), options)

/** Opens `uri` in the trace editor, or asks for files. */
export async function openTrace(uri?: vscode.Uri, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
  const chosen = uri
    ? [uri]
    : await vscode.window.showOpenDialog({
        canSelectMany: true,
        filters: { [vscode.l10n.t('Loopscope traces')]: ['looptrace'], [vscode.l10n.t('All files')]: ['*'] },
        openLabel: vscode.l10n.t('Open Trace'),
        title: vscode.l10n.t('Open Trace'),
      })
  for (const trace of chosen ?? [])
    await vscode.commands.executeCommand('vscode.openWith', trace, TRACE_VIEW_TYPE, options)
}
