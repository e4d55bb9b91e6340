import * as vscode from 'vscode'

/** Calls `changed` after the file was written or replaced. The folder is watched, for a name may hold characters of a glob. */
export function watchFile(uri: vscode.Uri, changed: () => void): vscode.Disposable {
  return watchFolder(uri, (touched) => {
    if (touched.toString() === uri.toString()) changed()
  })
}

/** The same for all traces beside a file. */
export function watchFolder(
  uri: vscode.Uri,
  noticed: (touched: vscode.Uri, isNew: boolean) => void,
): vscode.Disposable {
  const folder = vscode.Uri.joinPath(uri, '..')
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'), false, false, true)
  const subscriptions = [
    watcher,
    watcher.onDidChange((touched) => noticed(touched, false)),
    watcher.onDidCreate((touched) => noticed(touched, true)),
  ]
  return new vscode.Disposable(() => {
    for (const subscription of subscriptions) subscription.dispose()
  })
}
