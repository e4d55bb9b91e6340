import * as vscode from 'vscode'

export const TRACE_VIEW_TYPE = 'loopscope.trace'

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
