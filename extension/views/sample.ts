import * as vscode from 'vscode'

/** The command `loopscope.openSample`: a copy of the bundled program, which the user may change and record; the walkthrough stays where it is. */
export async function openSample(context: vscode.ExtensionContext): Promise<void> {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, 'sample')
  const copy = vscode.Uri.joinPath(folder, 'kitchen.py')
  await vscode.workspace.fs.createDirectory(folder)
  await vscode.workspace.fs.copy(
    vscode.Uri.joinPath(context.extensionUri, 'media', 'walkthrough', 'kitchen.py'),
    copy,
    {
      overwrite: true,
    },
  )
  const isInText = vscode.window.activeTextEditor !== undefined
  const viewColumn = isInText ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside
  await vscode.window.showTextDocument(copy, { viewColumn, preview: false })
}
