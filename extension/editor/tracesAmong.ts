import * as vscode from 'vscode'

/** The traces that a menu was opened on: VS Code gives the entry that was clicked, and all that are selected, as addresses or as nodes of a view. */
export function tracesAmong(clicked: unknown, selected: unknown): vscode.Uri[] {
  const all = Array.isArray(selected) && selected.length > 0 ? (selected as unknown[]) : [clicked]
  const uris = all.flatMap((each) => addressOf(each) ?? [])
  const inFront = uris.length === 0 ? [traceInFront()] : uris
  return inFront.flatMap((uri) => (uri?.path.endsWith('.looptrace') ? [uri] : []))
}

function addressOf(entry: unknown): vscode.Uri | undefined {
  if (entry instanceof vscode.Uri) return entry
  const recorded = (entry as { uri?: unknown; recorded?: { uri?: unknown } } | undefined)?.recorded ?? entry
  const uri = (recorded as { uri?: unknown } | undefined)?.uri
  return uri instanceof vscode.Uri ? uri : undefined
}

/** From the palette: the trace whose editor is in front. */
function traceInFront(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
  return input instanceof vscode.TabInputCustom ? input.uri.with({ query: '' }) : undefined
}
