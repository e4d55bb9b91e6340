import * as vscode from 'vscode'

/** The traces that a menu was opened on: VS Code gives the entry that was clicked, and all that are selected, as addresses or as nodes of a view. */
export function tracesAmong(clicked: unknown, selected: unknown): vscode.Uri[] {
  const all = Array.isArray(selected) && selected.length > 0 ? (selected as unknown[]) : [clicked]
  const uris = [...new Map(all.flatMap(addressesOf).map((uri) => [uri.toString(), uri])).values()]
  const inFront = uris.length === 0 ? [traceInFront()] : uris
  return inFront.flatMap((uri) => (uri?.path.endsWith('.looptrace') ? [uri] : []))
}

/** An entry's own, and after it those of the processes that stand below it. */
function addressesOf(entry: unknown): vscode.Uri[] {
  if (entry instanceof vscode.Uri) return [entry]
  const { uri, recorded, children } = (entry ?? {}) as { uri?: unknown; recorded?: unknown; children?: unknown }
  const below = Array.isArray(children) ? children.flatMap(addressesOf) : []
  const own = uri instanceof vscode.Uri ? [uri] : recorded ? addressesOf(recorded) : []
  return [...own, ...below]
}

/** From the palette: the trace whose editor is in front. */
function traceInFront(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
  return input instanceof vscode.TabInputCustom ? input.uri.with({ query: '' }) : undefined
}
