import * as vscode from 'vscode'
import { panelCommands, type PanelCommand } from '../../trace/panel/commands.ts'

/** Each of the panel's actions as a command of VS Code, `loopscope.panel.ID`, for the panel that is in front. */
export function registerPanelCommands(
  active: () => { run(command: PanelCommand): void } | undefined,
): vscode.Disposable[] {
  return panelCommands.map(({ id }) =>
    vscode.commands.registerCommand(`loopscope.panel.${id}`, () => active()?.run(id)),
  )
}
