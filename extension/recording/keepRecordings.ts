import * as vscode from 'vscode'
import { outdated } from './keepNewest.ts'
import { recordedTraces } from './recordedTraces.ts'

/** Deletes the oldest recordings beyond the setting `loopscope.keepRecordings`, but none that is open. */
export async function keepRecordings(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<void> {
  const keep = vscode.workspace.getConfiguration('loopscope').get('keepRecordings', 50)
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs)
  const open = new Set(tabs.map(({ input }) => (input instanceof vscode.TabInputCustom ? input.uri.toString() : '')))
  const all = (await recordedTraces(context)).map((recorded) => ({
    ...recorded,
    name: recorded.uri.path.slice(recorded.uri.path.lastIndexOf('/') + 1),
  }))
  for (const { uri } of outdated(all, keep)) {
    if (open.has(uri.toString())) continue
    try {
      await vscode.workspace.fs.delete(uri)
      log.info(`${uri.toString()}: deleted, for ${keep} newer recordings are kept`)
    } catch (error) {
      log.warn(`${uri.toString()} could not be deleted: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
