import * as vscode from 'vscode'
import type { SourceFiles } from '../code/sourceFiles.ts'
import type { TraceIndexes } from '../index/traceIndexes.ts'
import { lastLaunch, launchName, rememberLaunch, type Launch } from './launch.ts'
import { isNodeFile, nodeRun } from './nodeRun.ts'
import { pythonRun } from './pythonRun.ts'
import { openRecorded } from './openRecorded.ts'
import { newRecordingFile, preparedFolder, sizeOf } from './recordingFile.ts'
import { withRecordingProgress } from './recordingProgress.ts'
import { runRecordingTask } from './recordingTask.ts'
import type { RecordingCounts } from './recordingCounts.ts'
import type { Recordings } from './recordings.ts'

export interface Surroundings {
  readonly context: vscode.ExtensionContext
  readonly log: vscode.LogOutputChannel
  readonly recordings: Recordings
  readonly files: SourceFiles
  readonly indexes: TraceIndexes
}

/**
 * The commands `loopscope.recordPythonFile` and `loopscope.recordNodeFile`: runs the file, or the one in the active editor. Beside the walkthrough,
 * or another page that is no text, it is the one that is to be seen.
 */
export async function recordFile(uri: vscode.Uri | undefined, surroundings: Surroundings): Promise<void> {
  const { activeTextEditor, visibleTextEditors } = vscode.window
  const isProgram = ({ document: { languageId, uri } }: vscode.TextEditor): boolean =>
    languageId === 'python' || isNodeFile(uri)
  const editor = activeTextEditor ?? visibleTextEditors.find(isProgram)
  const file = uri ?? editor?.document.uri
  if (await isRecordable(file)) await record({ kind: 'file', file: file! }, surroundings)
}

/** The command `loopscope.recordTest`: runs one test, that of a lens or the one at the cursor. */
export async function recordTest(
  file: vscode.Uri | undefined,
  test: unknown,
  surroundings: Surroundings,
): Promise<void> {
  const found = file && typeof test === 'string' ? { file, test } : await testAtCursor(surroundings.files)
  if (!found) {
    const message = vscode.l10n.t('There is no test at the cursor: put it into a function whose name begins with test.')
    void vscode.window.showInformationMessage(message)
  } else if (await isRecordable(found.file)) await record({ kind: 'test', ...found }, surroundings)
}

async function testAtCursor(files: SourceFiles): Promise<{ file: vscode.Uri; test: string } | undefined> {
  const editor = vscode.window.activeTextEditor
  const test = editor && (await files.testAt(editor.document, editor.selection.active.line))
  return test === undefined ? undefined : { file: editor!.document.uri, test }
}

/** The command `loopscope.recordLastLaunch`: what was recorded last in this workspace, again. */
export async function recordLastLaunch(surroundings: Surroundings): Promise<void> {
  const launch = lastLaunch(surroundings.context)
  if (!launch) {
    const message = vscode.l10n.t('Nothing was recorded in this workspace yet. Record a Python file first.')
    void vscode.window.showInformationMessage(message)
  } else if (await isRecordable(launch.file)) await record(launch, surroundings)
}

/** Runs something under the recorder and opens its trace when it has ended, however it ended. */
async function record(launch: Launch, { context, log, recordings, indexes }: Surroundings): Promise<void> {
  const { file } = launch
  const name = launchName(launch)
  const trace = await newRecordingFile(file, name.replace(/\.(py|[cm]?[jt]sx?)$/, ''), context)
  const run = isNodeFile(file) ? await nodeRun(file, trace) : await pythonRun(launch, trace, context)
  if (run === undefined) return
  await preparedFolder(vscode.workspace.getWorkspaceFolder(file), context)
  await rememberLaunch(context, launch)
  log.info(`Recording ${name} with ${run.executable} into ${trace.fsPath}`)
  const task = await runRecordingTask({ run, program: file, name, trace })
  const entry = recordings.add({ name, stop: task.stop })
  const count = (isLast: boolean): Promise<RecordingCounts> => indexes.counts(trace, isLast)
  const exitCode = await withRecordingProgress(name, { task, entry, count })
  entry.dispose()
  await showResult(name, trace, exitCode, indexes)
}

/** Whether the file can be recorded, saved by now; otherwise the user has been told. */
async function isRecordable(program: vscode.Uri | undefined): Promise<boolean> {
  if (!vscode.workspace.isTrusted) {
    const manage = vscode.l10n.t('Manage Workspace Trust')
    const message = vscode.l10n.t('Recording runs a program of this workspace, and the workspace is not trusted.')
    if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
      await vscode.commands.executeCommand('workbench.trust.manage')
    }
    return false
  }
  if (program?.scheme !== 'file') {
    const message = !program
      ? vscode.l10n.t('Open the file that is to be recorded.')
      : program.scheme === 'untitled'
        ? vscode.l10n.t('Only a file on a disk can be recorded. Save this one first.')
        : vscode.l10n.t(
            'Only a file on a disk can be recorded, and this workspace is virtual. Traces can be opened in it.',
          )
    void vscode.window.showWarningMessage(message)
    return false
  }
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === program.toString())
  return !document?.isDirty || document.save()
}

async function showResult(
  name: string,
  trace: vscode.Uri,
  exitCode: number | undefined,
  indexes: TraceIndexes,
): Promise<void> {
  if (!(await sizeOf(trace))) {
    const message =
      exitCode === undefined
        ? vscode.l10n.t('{0} was stopped and nothing was recorded; its terminal says why.', name)
        : vscode.l10n.t('{0} ended with exit code {1} and nothing was recorded; its terminal says why.', name, exitCode)
    void vscode.window.showErrorMessage(message)
    return
  }
  // It takes the place of nothing that is only looked at, such as the walkthrough.
  await openRecorded(trace, indexes, { preview: false })
  if (exitCode === 0) return
  const message =
    exitCode === undefined
      ? vscode.l10n.t('{0} was stopped; what was recorded is shown.', name)
      : vscode.l10n.t('{0} ended with exit code {1}; what was recorded is shown.', name, exitCode)
  void vscode.window.showWarningMessage(message)
}
