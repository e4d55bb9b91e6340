import * as vscode from 'vscode'
import { openTrace } from '../editor/openTrace.ts'
import { findInterpreter } from './interpreter.ts'
import { newRecordingFile, sizeOf } from './recordingFile.ts'
import { withRecordingProgress } from './recordingProgress.ts'
import { runRecordingTask } from './recordingTask.ts'
import type { Recordings } from './recordings.ts'

interface Surroundings {
  readonly context: vscode.ExtensionContext
  readonly log: vscode.LogOutputChannel
  readonly recordings: Recordings
}

/** Runs the Python file under the recorder and opens its trace when it has ended, however it ended. */
export async function recordPythonFile(
  uri: vscode.Uri | undefined,
  { context, log, recordings }: Surroundings,
): Promise<void> {
  const program = await programToRecord(uri ?? vscode.window.activeTextEditor?.document.uri)
  if (!program) return
  const interpreter = await findInterpreter(program)
  if (typeof interpreter === 'string') return offerSetting(interpreter)

  const name = program.path.slice(program.path.lastIndexOf('/') + 1)
  const trace = await newRecordingFile(program, context)
  log.info(`Recording ${program.fsPath} with Python ${interpreter.version} (${interpreter.path}) into ${trace.fsPath}`)
  const task = await runRecordingTask({
    program,
    trace,
    python: interpreter.path,
    arguments: vscode.workspace.getConfiguration('loopscope', program).get<string[]>('arguments', []),
    recorder: vscode.Uri.joinPath(context.extensionUri, 'runtime', 'python'),
  })
  const entry = recordings.add({ name, stop: task.stop })
  const exitCode = await withRecordingProgress(name, trace, task)
  entry.dispose()
  await showResult(name, trace, exitCode)
}

/** The file to record, saved; `undefined` where there is none, which the user has been told. */
async function programToRecord(program: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  if (!vscode.workspace.isTrusted) {
    const manage = 'Manage Workspace Trust'
    const message = 'Recording runs a program of this workspace, and the workspace is not trusted.'
    if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
      await vscode.commands.executeCommand('workbench.trust.manage')
    }
    return undefined
  }
  if (program?.scheme !== 'file') {
    const message = program
      ? 'Only a file on a disk can be recorded. Save this one first.'
      : 'Open the Python file that is to be recorded.'
    void vscode.window.showWarningMessage(message)
    return undefined
  }
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === program.toString())
  return !document?.isDirty || (await document.save()) ? program : undefined
}

async function offerSetting(message: string): Promise<void> {
  const open = 'Open Setting'
  if ((await vscode.window.showErrorMessage(message, open)) === open) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'loopscope.pythonPath')
  }
}

async function showResult(name: string, trace: vscode.Uri, exitCode: number | undefined): Promise<void> {
  const ending = exitCode === undefined ? 'was stopped' : `ended with exit code ${exitCode}`
  if (!(await sizeOf(trace))) {
    void vscode.window.showErrorMessage(`${name} ${ending} and nothing was recorded; its terminal says why.`)
    return
  }
  await openTrace(trace)
  if (exitCode !== 0) void vscode.window.showWarningMessage(`${name} ${ending}; what was recorded is shown.`)
}
