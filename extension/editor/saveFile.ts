import * as vscode from 'vscode'

/** Asks where to save what was made of a trace, beside the trace at first. `name` is a proposal from the panel. */
export async function askWhere(trace: vscode.Uri, name: string): Promise<vscode.Uri | undefined> {
  const safe = name.replaceAll(/[^\p{L}\p{N}._ -]/gu, '-').slice(0, 200) || 'lanes'
  const format = safe.slice(safe.lastIndexOf('.') + 1)
  return vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(trace, '..', safe),
    filters: { [format.toUpperCase()]: [format] },
    title: vscode.l10n.t('Save'),
  })
}

/** Asks where to save these bytes, and saves them. */
export async function saveFile(trace: vscode.Uri, name: string, bytes: Uint8Array): Promise<void> {
  const target = await askWhere(trace, name)
  if (target) await write(target, bytes)
}

/** Whether it could be written; where not, the user is told. */
export async function write(target: vscode.Uri, bytes: Uint8Array): Promise<boolean> {
  try {
    await vscode.workspace.fs.writeFile(target, bytes)
    return true
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The file could not be saved: {0}. Choose another folder.', reason),
    )
    return false
  }
}
