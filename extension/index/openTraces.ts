import * as vscode from 'vscode'
import { TRACE_VIEW_TYPE } from '../editor/openTrace.ts'
import { firstTrace, namedTraces } from '../editor/togetherAddress.ts'

/** The trace that a tab shows, of several the first. */
export function traceOfTab({ input }: vscode.Tab): vscode.Uri | undefined {
  return input instanceof vscode.TabInputCustom && input.viewType === TRACE_VIEW_TYPE
    ? firstTrace(input.uri)
    : undefined
}

/** Those that stand in an editor, each once. */
export function openTraces(): vscode.Uri[] {
  const uris = vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ input }) =>
      input instanceof vscode.TabInputCustom && input.viewType === TRACE_VIEW_TYPE ? namedTraces(input.uri) : [],
    )
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()]
}
