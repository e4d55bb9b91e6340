import * as vscode from 'vscode'

/** Calls `changed` after the file was written or replaced. The folder is watched, for a name may hold characters of a glob. */
export function watchFile(uri: vscode.Uri, changed: () => void): vscode.Disposable {
  const folder = vscode.Uri.joinPath(uri, '..')
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'), false, false, true)
  const noticed = (touched: vscode.Uri): void => {
    if (touched.toString() === uri.toString()) changed()
  }
  const subscriptions = [watcher, watcher.onDidChange(noticed), watcher.onDidCreate(noticed)]
  return new vscode.Disposable(() => {
    for (const subscription of subscriptions) subscription.dispose()
  })
}
