import * as vscode from 'vscode'
import { recordingsOf, type RecordingNode } from './recordingNodes.ts'

/** What the menu of a recording does. Each takes the recording whose menu it was. */
export async function renameRecording(node: unknown): Promise<void> {
  const recorded = asRecording(node)?.recorded
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

/** With the recordings of the processes that came from it, which stand below it. */
export async function deleteRecording(node: unknown): Promise<void> {
  const recording = asRecording(node)
  if (!recording) return
  const { uri } = recording.recorded
  const all = recordingsOf(recording)
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1)
  const yes = vscode.l10n.t('Delete')
  const question =
    all.length === 1
      ? vscode.l10n.t('Delete the recording {0}?', name)
      : vscode.l10n.t('Delete the recording {0}, with those of its {1} processes?', name, all.length)
  if ((await vscode.window.showWarningMessage(question, { modal: true }, yes)) !== yes) return
  try {
    for (const { uri: each } of all) await vscode.workspace.fs.delete(each)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} could not be deleted: {1}', name, reason))
  }
}

export async function revealRecording(node: unknown): Promise<void> {
  const recorded = asRecording(node)?.recorded
  if (!recorded) return
  const isInWorkspace = vscode.workspace.getWorkspaceFolder(recorded.uri) !== undefined
  await vscode.commands.executeCommand(isInWorkspace ? 'revealInExplorer' : 'revealFileInOS', recorded.uri)
}

function asRecording(node: unknown): RecordingNode | undefined {
  const recording = node as Partial<RecordingNode> | undefined
  return recording?.recorded?.uri instanceof vscode.Uri ? (recording as RecordingNode) : undefined
}
