import * as vscode from 'vscode'
import { recordingsFolder } from './recordingFile.ts'

export interface RecordedTrace {
  readonly uri: vscode.Uri
  /** Milliseconds since the epoch. */
  readonly modified: number
  readonly bytes: number
}

/** Tells one state of a recording from all others. */
export const stampOf = ({ modified, bytes }: RecordedTrace): string => `${modified} ${bytes}`

/** Where recordings are written: a folder for each workspace folder, and the extension's own. */
export function recordingFolders(context: vscode.ExtensionContext): vscode.Uri[] {
  return [...(vscode.workspace.workspaceFolders ?? []), undefined].map((workspaceFolder) => {
    const configuration = vscode.workspace.getConfiguration('loopscope', workspaceFolder?.uri)
    return recordingsFolder(workspaceFolder, configuration.get('recordingsFolder', '').trim(), context)
  })
}

/** All recordings, the newest first. */
export async function recordedTraces(context: vscode.ExtensionContext): Promise<RecordedTrace[]> {
  const byUri = new Map<string, RecordedTrace>()
  for (const found of (await Promise.all(recordingFolders(context).map(tracesIn))).flat())
    byUri.set(found.uri.toString(), found)
  return [...byUri.values()].sort((a, b) => b.modified - a.modified)
}

/** In no order. */
export async function tracesIn(folder: vscode.Uri): Promise<RecordedTrace[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder).then(
    (found) => found,
    () => [],
  )
  const names = entries.map(([name]) => name).filter((name) => name.endsWith('.looptrace'))
  const traces = await Promise.all(names.map((name) => traceAt(vscode.Uri.joinPath(folder, name))))
  return traces.filter((found) => found !== undefined)
}

/** `undefined` where there is no such file (any more). */
export async function traceAt(uri: vscode.Uri): Promise<RecordedTrace | undefined> {
  try {
    const { mtime, size, type } = await vscode.workspace.fs.stat(uri)
    return (type & vscode.FileType.File) === 0 ? undefined : { uri, modified: mtime, bytes: size }
  } catch {
    return undefined
  }
}
