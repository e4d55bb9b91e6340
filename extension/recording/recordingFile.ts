import * as vscode from 'vscode'

const IGNORE_ALL = new TextEncoder().encode('*\n')

/** Where the next recording of `program` goes, with `name` and the time in its name. Neither the file nor its folder need exist: `preparedFolder` makes it. */
export async function newRecordingFile(
  program: vscode.Uri,
  name: string,
  context: vscode.ExtensionContext,
): Promise<vscode.Uri> {
  const folder = folderFor(vscode.workspace.getWorkspaceFolder(program), context)
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-').replace('T', '_')
  return unused(folder, `${name}-${time}`)
}

/**
 * Where recordings of a workspace folder's programs go: the setting's folder below it (git ignores it), or the extension's storage where there
 * is no such folder on a disk. It exists afterwards.
 */
export async function preparedFolder(
  workspaceFolder: vscode.WorkspaceFolder | undefined,
  context: vscode.ExtensionContext,
): Promise<vscode.Uri> {
  const onDisk = workspaceFolder?.uri.scheme === 'file' ? workspaceFolder : undefined
  const folder = folderFor(onDisk, context)
  await vscode.workspace.fs.createDirectory(folder)
  if (onDisk && isInside(folder, onDisk.uri)) await ignore(folder)
  return folder
}

function folderFor(workspaceFolder: vscode.WorkspaceFolder | undefined, context: vscode.ExtensionContext): vscode.Uri {
  const configuration = vscode.workspace.getConfiguration('loopscope', workspaceFolder?.uri)
  return recordingsFolder(workspaceFolder, configuration.get('recordingsFolder', '').trim(), context)
}

export function recordingsFolder(
  workspaceFolder: vscode.WorkspaceFolder | undefined,
  setting: string,
  context: vscode.ExtensionContext,
): vscode.Uri {
  if (/^([\\/]|[a-z]:[\\/])/i.test(setting)) return vscode.Uri.file(setting)
  if (!workspaceFolder) return vscode.Uri.joinPath(context.globalStorageUri, 'recordings')
  return vscode.Uri.joinPath(workspaceFolder.uri, setting || '.loopscope')
}

const isInside = (folder: vscode.Uri, outer: vscode.Uri): boolean => folder.path.startsWith(`${outer.path}/`)

async function ignore(folder: vscode.Uri): Promise<void> {
  const file = vscode.Uri.joinPath(folder, '.gitignore')
  if (!(await exists(file))) await vscode.workspace.fs.writeFile(file, IGNORE_ALL)
}

async function unused(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let n = 1; ; n++) {
    const file = vscode.Uri.joinPath(folder, `${n === 1 ? name : `${name}-${n}`}.looptrace`)
    if (!(await exists(file))) return file
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return (await sizeOf(uri)) !== undefined
}

/** The file's length in bytes; `undefined` where there is none. */
export async function sizeOf(uri: vscode.Uri): Promise<number | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).size
  } catch {
    return undefined
  }
}
