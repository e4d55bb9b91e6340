import * as vscode from 'vscode'
import { openTrace } from '../editor/openTrace.ts'
import { recordingsFolder } from './recordingFile.ts'

/** Opens the newest trace of the folders that recordings are written to. */
export async function openLatestRecording(context: vscode.ExtensionContext): Promise<void> {
  const folders = [undefined, ...(vscode.workspace.workspaceFolders ?? [])].map((workspaceFolder) => {
    const configuration = vscode.workspace.getConfiguration('loopscope', workspaceFolder?.uri)
    return recordingsFolder(workspaceFolder, configuration.get('recordingsFolder', '').trim(), context)
  })
  const traces = (await Promise.all(folders.map(tracesIn))).flat().sort((a, b) => b.modified - a.modified)
  if (traces[0]) return openTrace(traces[0].uri)
  void vscode.window.showInformationMessage('There is no recording yet. Record a Python file first.')
}

interface Trace {
  readonly uri: vscode.Uri
  /** Milliseconds since the epoch. */
  readonly modified: number
}

async function tracesIn(folder: vscode.Uri): Promise<Trace[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder).then(
    (found) => found,
    () => [],
  )
  const names = entries.map(([name]) => name).filter((name) => name.endsWith('.looptrace'))
  return Promise.all(
    names.map(async (name) => {
      const uri = vscode.Uri.joinPath(folder, name)
      return { uri, modified: (await vscode.workspace.fs.stat(uri)).mtime }
    }),
  )
}
