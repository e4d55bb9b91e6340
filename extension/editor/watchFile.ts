import * as vscode from 'vscode'

/** A recorder writes in bursts: a change counts once the file has been quiet for this long. */
const QUIET_MS = 400

/** Calls `changed` after the file was written or replaced. The folder is watched, for a name may hold characters of a glob. */
export function watchFile(uri: vscode.Uri, changed: () => void): vscode.Disposable {
  const folder = vscode.Uri.joinPath(uri, '..')
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'), false, false, true)
  let timer: ReturnType<typeof setTimeout> | undefined
  const noticed = (touched: vscode.Uri): void => {
    if (touched.toString() !== uri.toString()) return
    clearTimeout(timer)
    timer = setTimeout(changed, QUIET_MS)
  }
  const subscriptions = [watcher, watcher.onDidChange(noticed), watcher.onDidCreate(noticed)]
  return new vscode.Disposable(() => {
    clearTimeout(timer)
    for (const subscription of subscriptions) subscription.dispose()
  })
}
