import { execFile } from 'node:child_process'
import { readlink } from 'node:fs/promises'
import { delimiter } from 'node:path'
import * as vscode from 'vscode'
import { openTrace } from '../editor/openTrace.ts'
import { findInterpreter } from '../recording/interpreter.ts'
import { newRecordingFile, preparedFolder } from '../recording/recordingFile.ts'
import type { LivePrograms } from './livePrograms.ts'
import { programOf, pythonProcesses, type PythonProcess } from './pythonProcesses.ts'

/** What the recorder can be asked of a process that it does not record; both take CPython 3.14. */
type Way = 'attach' | 'look'

/** How the recorder's command ended. */
interface Answer {
  readonly isDone: boolean
  /** Its sentence, where it refused. */
  readonly said: string
}

/** The command `loopscope.live.attach`: a program that already runs and is not recorded is recorded from here on, or looked at once from outside. */
export async function attach(context: vscode.ExtensionContext, programs: LivePrograms): Promise<void> {
  const { t } = vscode.l10n
  if (!vscode.workspace.isTrusted)
    return void vscode.window.showWarningMessage(
      t('Recording runs a program of this workspace, and the workspace is not trusted.'),
    )
  const process = await chosenProcess(programs)
  const way = process && (await chosenWay(process))
  if (!way) return
  const folder = workspaceFolder()
  await preparedFolder(folder, context)
  const name = programOf(process.command)
  const trace = await newRecordingFile(
    folder?.uri ?? context.globalStorageUri,
    name.replace(/\.py$/, '').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-') || 'python',
    context,
  )
  await ask(process, name, { way, trace, context, programs, more: [] })
}

interface Asked {
  readonly way: Way
  readonly trace: vscode.Uri
  readonly context: vscode.ExtensionContext
  readonly programs: LivePrograms
  readonly more: readonly string[]
}

async function ask(process: PythonProcess, name: string, asked: Asked): Promise<void> {
  const { t } = vscode.l10n
  const { way, trace, programs } = asked
  const { isDone, said } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: t('Asking process {0}…', process.pid) },
    () => answerOf(process, asked),
  )
  if (isDone && way === 'look') return openTrace(trace)
  if (isDone) {
    await programs.refresh(true)
    const show = t('Show Live Tasks')
    const message = t('{0}, process {1}, is recorded from here on.', name, process.pid)
    if ((await vscode.window.showInformationMessage(message, show)) === show)
      await vscode.commands.executeCommand('loopscope.liveTasks.focus')
    return
  }
  const command = commandIn(said)
  const copy = t('Copy Command')
  const run = t('Put into Terminal')
  const interrupt = t('Interrupt It')
  const canInterrupt = said.includes('--interrupt') && asked.more.length === 0
  const offers = command === undefined ? (canInterrupt ? [interrupt] : []) : [run, copy]
  const chosen = await vscode.window.showErrorMessage(said, ...offers)
  if (chosen === interrupt) await ask(process, name, { ...asked, more: ['--interrupt'] })
  else if (chosen === copy) await vscode.env.clipboard.writeText(command!)
  else if (chosen === run) {
    const terminal = vscode.window.createTerminal('Loopscope')
    terminal.show()
    // Whoever is asked for a password shall see what for: it is not run by itself.
    terminal.sendText(command!, false)
  }
}

/** The line that the recorder tells to run where it may not trace the process. */
const commandIn = (said: string): string | undefined => /For once: (sudo .+)$/.exec(said)?.[1]

async function chosenProcess(programs: LivePrograms): Promise<PythonProcess | undefined> {
  const { t } = vscode.l10n
  const recorded = await programs.recorded()
  const items = (await pythonProcesses())
    .filter(({ pid }) => !recorded.has(pid))
    .map((process) => ({
      label: programOf(process.command),
      description: t('pid {0}', process.pid),
      detail: process.command.join(' '),
      process,
    }))
  if (items.length === 0) {
    void vscode.window.showInformationMessage(t('No Python program of yours runs that is not recorded.'))
    return undefined
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('A program that runs and is not recorded'),
    matchOnDescription: true,
    matchOnDetail: true,
  })
  return chosen?.process
}

async function chosenWay({ pid }: PythonProcess): Promise<Way | undefined> {
  const { t } = vscode.l10n
  const ways: (vscode.QuickPickItem & { readonly way: Way })[] = [
    {
      label: t('Record from here on'),
      detail: t('Its interpreter loads the recorder (sys.remote_exec, Python 3.14 and newer).'),
      way: 'attach',
    },
    {
      label: t('Look once'),
      detail: t('Its tasks as they are, read from outside: no code runs in it. Python 3.14 and newer.'),
      way: 'look',
    },
  ]
  return (await vscode.window.showQuickPick(ways, { title: t('pid {0}', pid) }))?.way
}

async function answerOf({ pid }: PythonProcess, { way, trace, context, more }: Asked): Promise<Answer> {
  const python = await interpreterOf(pid)
  if (typeof python === 'string') return { isDone: false, said: python }
  const recorder = vscode.Uri.joinPath(context.extensionUri, 'runtime', 'python').fsPath
  const inherited = process.env['PYTHONPATH']
  const env = { ...process.env, PYTHONPATH: inherited ? `${recorder}${delimiter}${inherited}` : recorder }
  const args = ['-m', 'loopscope', way, String(pid), '-o', trace.fsPath, ...more]
  return new Promise((resolve) => {
    execFile(python.path, args, { env, windowsHide: true }, (error, _, stderr) => {
      const said = stderr.trim().replace(/^loopscope: /, '')
      resolve({ isDone: error === null, said: said || String(error?.message ?? '') })
    })
  })
}

/** The program that the process runs; where the system does not tell, the Python that programs are recorded with: it has to be of the same version. */
async function interpreterOf(pid: number): Promise<{ readonly path: string } | string> {
  try {
    return { path: await readlink(`/proc/${pid}/exe`) }
  } catch {
    return findInterpreter(workspaceFolder()?.uri ?? vscode.Uri.file('/'))
  }
}

/** The first one that lies on a disk. */
const workspaceFolder = (): vscode.WorkspaceFolder | undefined =>
  vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')
