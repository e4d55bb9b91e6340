import { delimiter } from 'node:path'
import * as vscode from 'vscode'
import { findInterpreter } from './interpreter.ts'
import type { Launch } from './launch.ts'
import { hasModule } from './process.ts'
import type { RecordedRun } from './recordingTask.ts'
import { pytestCommand, unittestCommand } from './testCommand.ts'

/** How a Python file or test is run under the recorder; `undefined` where it cannot be, and the user has been told why. */
export async function pythonRun(
  launch: Launch,
  trace: vscode.Uri,
  context: vscode.ExtensionContext,
): Promise<RecordedRun | undefined> {
  const interpreter = await findInterpreter(launch.file)
  if (typeof interpreter === 'string') {
    await offerSetting(interpreter)
    return undefined
  }
  const run = await commandOf(launch, interpreter.path)
  if (typeof run === 'string') {
    void vscode.window.showErrorMessage(run)
    return undefined
  }
  const recorder = vscode.Uri.joinPath(context.extensionUri, 'runtime', 'python').fsPath
  const inherited = process.env['PYTHONPATH']
  return {
    executable: interpreter.path,
    args: ['-m', 'loopscope', 'run', '--children', '-o', trace.fsPath, ...run.command],
    env: { PYTHONPATH: inherited ? `${recorder}${delimiter}${inherited}` : recorder },
    cwd: run.cwd,
  }
}

/** What follows `python`, and where it runs, or one sentence why it cannot. */
async function commandOf(launch: Launch, python: string): Promise<{ command: string[]; cwd: string } | string> {
  const { file, test } = launch
  const folder = vscode.Uri.joinPath(file, '..').fsPath
  const cwd = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? folder
  if (test === undefined) {
    const programArguments = vscode.workspace.getConfiguration('loopscope', file).get<string[]>('arguments', [])
    return { command: [file.fsPath, ...programArguments], cwd }
  }
  const place = { file: file.fsPath, name: test }
  if (await hasModule(python, 'pytest')) return { command: pytestCommand(place), cwd }
  const command = unittestCommand(place)
  return command
    ? { command, cwd: folder }
    : vscode.l10n.t('This test needs pytest, and {0} has none: install pytest there, or select another Python.', python)
}

async function offerSetting(message: string): Promise<void> {
  const open = vscode.l10n.t('Open Setting')
  if ((await vscode.window.showErrorMessage(message, open)) !== open) return
  // Which Python a program needs is its workspace's to say; and where VS Code runs remotely, the user's settings do not show one of a machine's.
  const settings = vscode.workspace.workspaceFolders ? 'openWorkspaceSettings' : 'openSettings'
  await vscode.commands.executeCommand(`workbench.action.${settings}`, '@id:loopscope.pythonPath')
}
