import * as vscode from 'vscode'
import type { RecordedTrace } from '../recording/recordedTraces.ts'

/** What the menu of a recording does. Each takes the recording whose menu it was. */
export async function renameRecording(node: unknown): Promise<void> {
  const recorded = asRecording(node)
  if (!recorded) return
  const folder = vscode.Uri.joinPath(recorded.uri, '..')
  const name = recorded.uri.path.slice(folder.path.length + 1).replace(/\.looptrace$/, '')
  const chosen = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Recording'),
    value: name,
    validateInput: (value) =>
      /^[^\\/:*?"<>|]*$/.test(value) && value.trim() !== ''
        ? undefined
        : vscode.l10n.t('A name is needed, without any of \\ / : * ? " < > |'),
  })
  if (chosen === undefined || chosen.trim() === name) return
  try {
    await vscode.workspace.fs.rename(recorded.uri, vscode.Uri.joinPath(folder, `${chosen.trim()}.looptrace`))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} could not be renamed: {1}', name, reason))
  }
}

export async function deleteRecording(node: unknown): Promise<void> {
  const recorded = asRecording(node)
  if (!recorded) return
  const name = recorded.uri.path.slice(recorded.uri.path.lastIndexOf('/') + 1)
  const yes = vscode.l10n.t('Delete')
  const question = vscode.l10n.t('Delete the recording {0}?', name)
  if ((await vscode.window.showWarningMessage(question, { modal: true }, yes)) !== yes) return
  try {
    await vscode.workspace.fs.delete(recorded.uri)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} could not be deleted: {1}', name, reason))
  }
}

export async function revealRecording(node: unknown): Promise<void> {
  const recorded = asRecording(node)
  if (!recorded) return
  const isInWorkspace = vscode.workspace.getWorkspaceFolder(recorded.uri) !== undefined
  await vscode.commands.executeCommand(isInWorkspace ? 'revealInExplorer' : 'revealFileInOS', recorded.uri)
}

function asRecording(node: unknown): RecordedTrace | undefined {
  const recorded = node as Partial<RecordedTrace> | undefined
  return recorded?.uri instanceof vscode.Uri ? (recorded as RecordedTrace) : undefined
}
