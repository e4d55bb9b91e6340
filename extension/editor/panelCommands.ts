import * as vscode from 'vscode'
import { panelCommands } from '../../trace/panel/commands.ts'
import type { TracePanel } from './tracePanel.ts'

/** Each of the panel's actions as a command of VS Code, `loopscope.panel.ID`, for the panel that is in front. */
export function registerPanelCommands(active: () => TracePanel | undefined): vscode.Disposable[] {
  return panelCommands.map(({ id }) =>
    vscode.commands.registerCommand(`loopscope.panel.${id}`, () => active()?.run(id)),
  )
}
