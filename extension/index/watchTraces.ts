import * as vscode from 'vscode'

/** Calls back when a trace of a folder comes, goes or changes, or the folder itself goes. */
export function watchTraces(folder: vscode.Uri, then: () => void): vscode.Disposable[] {
  const traces = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*.looptrace'))
  // A folder that goes takes its traces with it, and only its own going is told.
  const name = folder.path.slice(folder.path.lastIndexOf('/') + 1).replaceAll(/[[\]{}*?]/g, '?')
  const itself = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.joinPath(folder, '..'), name),
    true,
    true,
  )
  const { onDidChange, onDidCreate, onDidDelete } = traces
  return [traces, itself, ...[onDidChange, onDidCreate, onDidDelete, itself.onDidDelete].map((on) => on(then))]
}
