import * as vscode from 'vscode'
import { interrupt } from './process.ts'

export interface RecordingPlan {
  readonly program: vscode.Uri
  /** Of the task and its terminal. */
  readonly name: string
  readonly run: RecordedRun
  readonly trace: vscode.Uri
}

/** What is run so that it is recorded. */
export interface RecordedRun {
  readonly executable: string
  readonly args: readonly string[]
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export interface RunningTask {
  /** The program's exit code; `undefined` where it was killed or could not be started. */
  readonly exitCode: Promise<number | undefined>
  /** Asks the program to end, as Ctrl-C does; ends it where that does not help. */
  stop(): void
}

const STOP_WITHIN_MS = 5_000

/** Runs the program under the recorder in a terminal of its own, where its input and output are the user's. */
export async function runRecordingTask(plan: RecordingPlan): Promise<RunningTask> {
  const subscriptions: vscode.Disposable[] = []
  let pid: number | undefined
  const isOurs = (event: { readonly execution: vscode.TaskExecution }): boolean =>
    event.execution.task.definition['trace'] === plan.trace.fsPath
  let ended = false
  const exitCode = new Promise<number | undefined>((resolve) => {
    const end = (code: number | undefined): void => {
      ended = true
      for (const subscription of subscriptions) subscription.dispose()
      resolve(code)
    }
    subscriptions.push(
      vscode.tasks.onDidStartTaskProcess((event) => {
        if (isOurs(event)) pid = event.processId
      }),
      vscode.tasks.onDidEndTaskProcess((event) => {
        if (isOurs(event)) end(event.exitCode)
      }),
      // Without a process, when it could not be started, only this event comes; with one, it comes second.
      vscode.tasks.onDidEndTask((event) => {
        if (isOurs(event)) end(undefined)
      }),
    )
  })
  const execution = await vscode.tasks.executeTask(recordingTask(plan))
  const stop = (): void => {
    if (ended) return
    if (pid === undefined || !interrupt(pid)) return execution.terminate()
    const timer = setTimeout(() => execution.terminate(), STOP_WITHIN_MS)
    void exitCode.then(() => clearTimeout(timer))
  }
  return { exitCode, stop }
}

function recordingTask({ program, name, run, trace }: RecordingPlan): vscode.Task {
  const folder = vscode.workspace.getWorkspaceFolder(program)
  const task = new vscode.Task(
    // The trace's name makes each run a task of its own: else VS Code would ask whether to restart the one that runs.
    { type: 'loopscope', file: program.fsPath, trace: trace.fsPath },
    folder ?? vscode.TaskScope.Workspace,
    vscode.l10n.t('Record {0}', name),
    'Loopscope',
    new vscode.ProcessExecution(run.executable, [...run.args], { cwd: run.cwd, env: { ...run.env } }),
  )
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    clear: true,
    showReuseMessage: false,
  }
  return task
}
