import { delimiter } from 'node:path'
import * as vscode from 'vscode'
import { preparedFolder } from '../recording/recordingFile.ts'
import { recordedEnvironment } from './recordedEnvironment.ts'

const SETTING = 'recordTerminals'

/** Keeps the environment of new terminals as the setting `loopscope.recordTerminals` says. VS Code shows at each terminal that it was changed, and why. */
export function recordTerminals(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): vscode.Disposable {
  const update = (): void =>
    void apply(context).catch((error: unknown) => log.error(`Terminals cannot be recorded: ${String(error)}`))
  update()
  return vscode.Disposable.from(
    vscode.workspace.onDidGrantWorkspaceTrust(update),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (
        event.affectsConfiguration(`loopscope.${SETTING}`) ||
        event.affectsConfiguration('loopscope.recordingsFolder')
      )
        update()
    }),
  )
}

async function apply(context: vscode.ExtensionContext): Promise<void> {
  const variables = context.environmentVariableCollection
  const isOn = vscode.workspace.isTrusted && vscode.workspace.getConfiguration('loopscope').get(SETTING, false)
  if (!isOn) return variables.clear()
  const folder = await preparedFolder(vscode.workspace.workspaceFolders?.[0], context)
  const recorded = recordedEnvironment(process.env, {
    inject: vscode.Uri.joinPath(context.extensionUri, 'runtime', 'python', 'inject').fsPath,
    folder: folder.fsPath,
    separator: delimiter,
  })
  variables.description = vscode.l10n.t('Python programs that are started in this terminal are recorded by Loopscope.')
  for (const [name, value] of Object.entries(recorded)) variables.replace(name, value)
}

/** The command `loopscope.toggleRecordTerminals`. */
export async function toggleRecordTerminals(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('loopscope')
  const isOn = !configuration.get(SETTING, false)
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global
  await configuration.update(SETTING, isOn, target)
  const message = isOn
    ? vscode.l10n.t('Python programs started in new terminals are recorded.')
    : vscode.l10n.t('Programs in new terminals are no longer recorded.')
  void vscode.window.showInformationMessage(message)
}
