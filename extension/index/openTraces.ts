import * as vscode from 'vscode'
import { TRACE_VIEW_TYPE } from '../editor/openTrace.ts'

/** The trace that a tab shows. */
export function traceOfTab({ input }: vscode.Tab): vscode.Uri | undefined {
  return input instanceof vscode.TabInputCustom && input.viewType === TRACE_VIEW_TYPE ? input.uri : undefined
}

/** Those that stand in an editor, each once. */
export function openTraces(): vscode.Uri[] {
  const uris = vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs.map(traceOfTab))
    .filter((uri) => uri !== undefined)
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()]
}
