import { delimiter } from 'node:path'
import * as vscode from 'vscode'
import { preparedFolder } from '../recording/recordingFile.ts'
import { PYTHON_DEBUGGERS } from './debuggedPrograms.ts'
import { recordedEnvironment, type Environment } from './recordedEnvironment.ts'

/**
 * Records what a Python debugger launches, where the launch configuration says `"loopscope": true` or the setting says so for all. Only the
 * program's environment changes: nothing is installed, and the debugger works as before.
 */
export function registerDebugSessions(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): vscode.Disposable[] {
  const provider: vscode.DebugConfigurationProvider = {
    async resolveDebugConfigurationWithSubstitutedVariables(folder, configuration) {
      if (!isToRecord(folder, configuration)) return configuration
      const recordings = await preparedFolder(folder ?? vscode.workspace.workspaceFolders?.[0], context)
      const own = (configuration['env'] ?? {}) as Environment
      const recorded = recordedEnvironment(
        { PYTHONPATH: process.env['PYTHONPATH'], ...own },
        {
          inject: vscode.Uri.joinPath(context.extensionUri, 'runtime', 'python', 'inject').fsPath,
          folder: recordings.fsPath,
          separator: delimiter,
        },
      )
      log.info(`The debug session ${configuration.name} is recorded into ${recorded.LOOPSCOPE}`)
      return { ...configuration, env: { ...own, ...recorded } }
    },
  }
  return PYTHON_DEBUGGERS.map((type) => vscode.debug.registerDebugConfigurationProvider(type, provider))
}

/** What the launch configuration says, or else the setting. Only a program that is launched, in a trusted workspace, can be. */
function isToRecord(folder: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration): boolean {
  if (configuration.request !== 'launch' || !vscode.workspace.isTrusted) return false
  const asked: unknown = configuration['loopscope']
  if (typeof asked === 'boolean') return asked
  return vscode.workspace.getConfiguration('loopscope', folder).get('recordDebugSessions', false)
}

/** The command `loopscope.toggleRecordDebugSessions`. */
export async function toggleRecordDebugSessions(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('loopscope')
  const isOn = !configuration.get('recordDebugSessions', false)
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global
  await configuration.update('recordDebugSessions', isOn, target)
}
