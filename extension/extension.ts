import * as vscode from 'vscode'
import { TraceEditorProvider } from './editor/traceEditorProvider.ts'
import { openLatestRecording } from './recording/openLatestRecording.ts'
import { Recordings } from './recording/recordings.ts'
import { recordPythonFile } from './recording/recordPythonFile.ts'
import { openTrace } from './editor/openTrace.ts'

/** Wiring only: what is registered here lives in the file of its name. */
export function activate(context: vscode.ExtensionContext): void {
  const started = performance.now()
  const log = vscode.window.createOutputChannel('Loopscope', { log: true })
  const recordings = new Recordings()
  const command = (name: string, run: (uri?: vscode.Uri) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(`loopscope.${name}`, (argument: unknown) =>
      run(argument instanceof vscode.Uri ? argument : undefined),
    )

  context.subscriptions.push(
    log,
    recordings,
    TraceEditorProvider.register(context, log),
    command('openTrace', openTrace),
    command('openLatestRecording', () => openLatestRecording(context)),
    command('recordPythonFile', (uri) => recordPythonFile(uri, { context, log, recordings })),
    command('stopRecording', () => recordings.stop()),
  )
  log.info(`Activated in ${(performance.now() - started).toFixed(1)} ms`)
}
