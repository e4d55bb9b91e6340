import * as vscode from 'vscode'
import type { FromPanel } from '../../trace/panel/messages.ts'
import { findSource, type SourceContext } from './findSource.ts'

type Request = Extract<FromPanel, { type: 'openSource' }>

/**
 * Opens the line in an editor: in the trace's own group, with the focus; or to the side, where the focus stays in the trace so that
 * the keyboard can go on from task to task.
 */
export async function openSource(
  { file, line, toSide }: Request,
  context: SourceContext & { readonly viewColumn: vscode.ViewColumn | undefined },
): Promise<void> {
  const source = await findSource(file, context)
  if (typeof source === 'string') {
    void vscode.window.showWarningMessage(source)
    return
  }
  try {
    const document = await vscode.workspace.openTextDocument(source)
    const place = document.lineAt(Math.min(Math.max(line - 1, 0), document.lineCount - 1)).range.start
    await vscode.window.showTextDocument(document, {
      viewColumn: toSide ? vscode.ViewColumn.Beside : (context.viewColumn ?? vscode.ViewColumn.Active),
      preserveFocus: toSide,
      selection: new vscode.Range(place, place),
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    void vscode.window.showWarningMessage(vscode.l10n.t('“{0}” cannot be opened: {1}', file, reason))
  }
}
