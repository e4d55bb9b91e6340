import * as vscode from 'vscode'

/** Asks where to save what the panel made, beside the trace at first, and saves it. `name` is a proposal from the panel. */
export async function savePicture(trace: vscode.Uri, name: string, bytes: Uint8Array): Promise<void> {
  const safe = name.replaceAll(/[^\p{L}\p{N}._ -]/gu, '-').slice(0, 200) || 'lanes'
  const format = safe.slice(safe.lastIndexOf('.') + 1)
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(trace, '..', safe),
    filters: { [format.toUpperCase()]: [format] },
    title: 'Save Picture',
  })
  if (!target) return
  try {
    await vscode.workspace.fs.writeFile(target, bytes)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    void vscode.window.showErrorMessage(`The picture could not be saved: ${reason}. Choose another folder.`)
  }
}
