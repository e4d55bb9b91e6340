import * as vscode from 'vscode'
import type { NodeProject } from './nodeCommand.ts'
import { askNodeVersion } from './process.ts'

const TSX = process.platform === 'win32' ? 'tsx.cmd' : 'tsx'
/** Where compilers put what they make of `src` or of the file's own folder. */
const OUTPUT_FOLDERS = ['dist', 'out', 'build', 'lib']

/** Looks around a file for what can run it. */
export async function nodeProject(file: vscode.Uri): Promise<NodeProject> {
  const folders = foldersOutwards(file)
  return {
    node: await askNodeVersion(),
    tsx: (await firstFile(folders.map((folder) => vscode.Uri.joinPath(folder, 'node_modules', '.bin', TSX))))?.fsPath,
    compiled: (await compiledFrom(file, folders))?.fsPath,
  }
}

/** The file's folder and those around it, up to the workspace folder's. */
function foldersOutwards(file: vscode.Uri): vscode.Uri[] {
  const outermost = vscode.workspace.getWorkspaceFolder(file)?.uri.path
  const folders = [vscode.Uri.joinPath(file, '..')]
  while (outermost !== undefined && folders.at(-1)!.path.startsWith(`${outermost}/`))
    folders.push(vscode.Uri.joinPath(folders.at(-1)!, '..'))
  return folders
}

async function compiledFrom(file: vscode.Uri, folders: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  for (const folder of folders) {
    const below = file.path.slice(folder.path.length + 1).replace(/\.([cm]?)tsx?$/, '.$1js')
    const places = [
      below,
      ...OUTPUT_FOLDERS.flatMap((name) => [`${name}/${below}`, `${name}/${below.replace(/^src\//, '')}`]),
    ]
    for (const place of places) {
      const compiled = vscode.Uri.joinPath(folder, place)
      if (await isMadeFrom(compiled, file)) return compiled
    }
  }
  return undefined
}

/** Whether the source map beside a file names the source. */
async function isMadeFrom(compiled: vscode.Uri, source: vscode.Uri): Promise<boolean> {
  try {
    const bytes = await vscode.workspace.fs.readFile(compiled.with({ path: `${compiled.path}.map` }))
    const { sources = [], sourceRoot = '' } = JSON.parse(new TextDecoder().decode(bytes)) as {
      readonly sources?: readonly string[]
      readonly sourceRoot?: string
    }
    const folder = vscode.Uri.joinPath(compiled, '..')
    return sources.some((name) => vscode.Uri.joinPath(folder, sourceRoot, name).path === source.path)
  } catch {
    return false
  }
}

async function firstFile(candidates: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  for (const uri of candidates) {
    const isThere = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    )
    if (isThere) return uri
  }
  return undefined
}
