import * as vscode from 'vscode'

export const TRACE_VIEW_TYPE = 'loopscope.trace'

/** Opens `uri` in the trace editor, or asks for files. */
export async function openTrace(uri?: vscode.Uri): Promise<void> {
  const chosen = uri
    ? [uri]
    : await vscode.window.showOpenDialog({
        canSelectMany: true,
        filters: { 'Loopscope traces': ['looptrace'], 'All files': ['*'] },
        openLabel: 'Open Trace',
        title: 'Open Trace',
      })
  for (const trace of chosen ?? []) await vscode.commands.executeCommand('vscode.openWith', trace, TRACE_VIEW_TYPE)
}
