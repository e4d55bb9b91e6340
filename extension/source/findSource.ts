import * as vscode from 'vscode'
import { hasScheme, isAbsolute, isNetworkPath, isPseudoFile, pathsBelowAFolder } from './sourcePaths.ts'

export interface SourceContext {
  readonly trace: vscode.Uri
  /** The recorded program's working directory; empty where the trace does not tell. */
  readonly programFolder: string
}

/** The existing file that the trace calls `file`, or a sentence for the user. */
export async function findSource(file: string, context: SourceContext): Promise<vscode.Uri | string> {
  if (isPseudoFile(file))
    return vscode.l10n.t(
      'There is no source to open: this code has no file ({0}).',
      file || vscode.l10n.t('its place is not known'),
    )
  if (isNetworkPath(file) || hasScheme(file)) {
    return vscode.l10n.t('“{0}” is not a path on this machine, so it was not opened.', file)
  }
  for (const candidate of candidates(file, context)) {
    if (await isFile(candidate)) return candidate
  }
  return vscode.l10n.t(
    '“{0}” was not found on this machine. Open the folder that holds the program’s source, then try again.',
    file,
  )
}

function candidates(file: string, { trace, programFolder }: SourceContext): vscode.Uri[] {
  const folders = [...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri), vscode.Uri.joinPath(trace, '..')]
  const below = pathsBelowAFolder(file, programFolder)
  const inFolders = below.flatMap((path) => folders.map((folder) => vscode.Uri.joinPath(folder, path)))
  if (isAbsolute(file)) return [vscode.Uri.file(file), ...inFolders]
  const started = isAbsolute(programFolder) && !isNetworkPath(programFolder)
  return started ? [vscode.Uri.joinPath(vscode.Uri.file(programFolder), ...below), ...inFolders] : inFolders
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri)
    return (type & vscode.FileType.File) !== 0
  } catch {
    return false
  }
}
