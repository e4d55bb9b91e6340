import * as vscode from 'vscode'
import { nodeCommand } from './nodeCommand.ts'
import { nodeProject } from './nodeProject.ts'
import type { RecordedRun } from './recordingTask.ts'

export const isNodeFile = ({ path }: vscode.Uri): boolean => /\.[cm]?[jt]sx?$/.test(path)

/**
 * How a program on `@loopscope/asyncio` is run so that it records itself; `undefined` where nothing here runs it, and the user has been told.
 */
export async function nodeRun(file: vscode.Uri, trace: vscode.Uri): Promise<RecordedRun | undefined> {
  const command = nodeCommand(file.fsPath, await nodeProject(file))
  if (command === 'noNode') {
    void vscode.window.showErrorMessage(vscode.l10n.t('No Node.js was found: node could not be run.'))
    return undefined
  }
  if (command === 'noRunner') {
    const message = vscode.l10n.t(
      'Nothing here runs TypeScript: install tsx in this project, use Node.js 22.6 or newer, or compile the file with source maps.',
    )
    void vscode.window.showErrorMessage(message)
    return undefined
  }
  const configuration = vscode.workspace.getConfiguration('loopscope', file)
  return {
    executable: command.executable,
    args: [...command.args, ...configuration.get<string[]>('arguments', [])],
    env: { LOOPSCOPE: trace.fsPath },
    cwd: (vscode.workspace.getWorkspaceFolder(file)?.uri ?? vscode.Uri.joinPath(file, '..')).fsPath,
  }
}
