import * as vscode from 'vscode'
import { isTogether } from './togetherAddress.ts'

/** Tabs of several traces carry the sign that processes have in the panel: their name is that of the first trace, as that one's own tab has it. */
export const togetherDecorations = (): vscode.Disposable =>
  vscode.window.registerFileDecorationProvider({
    provideFileDecoration: (uri) =>
      uri.path.endsWith('.looptrace') && isTogether(uri)
        ? new vscode.FileDecoration('◆', vscode.l10n.t('Several processes'))
        : undefined,
  })
