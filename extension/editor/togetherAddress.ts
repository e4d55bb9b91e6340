import * as vscode from 'vscode'

/**
 * Several traces in one editor are a document as one is: its address is that of the first, and its query says which others go with it. So VS Code itself brings the tab back, with what
 * was seen in it, after its window was reloaded.
 */
const PROCESSES = 'processes'

/** The trace with those of all processes of its program, also of those that are started later. */
export const programAddress = (trace: vscode.Uri): vscode.Uri => trace.with({ query: PROCESSES })

/** These traces. */
export const togetherAddress = ([first, ...others]: readonly vscode.Uri[]): vscode.Uri =>
  first.with({ query: JSON.stringify(others.map((other) => other.toString())) })

export const isTogether = ({ query }: vscode.Uri): boolean => query !== ''

/** The trace that a document begins with. */
export const firstTrace = (document: vscode.Uri): vscode.Uri => document.with({ query: '' })

/** The traces that a document's address names: of a program, the one that it began with. */
export const namedTraces = (document: vscode.Uri): vscode.Uri[] => [
  firstTrace(document),
  ...(document.query === PROCESSES ? [] : named(document.query)),
]

/** Its traces as they are now; `family` are those of a trace's program. */
export async function tracesOf(
  document: vscode.Uri,
  family: (trace: vscode.Uri) => Promise<readonly vscode.Uri[]>,
): Promise<readonly vscode.Uri[]> {
  if (document.query !== PROCESSES) return namedTraces(document)
  const first = firstTrace(document)
  const all = await family(first)
  return [first, ...all.filter((trace) => trace.toString() !== first.toString())]
}

/** An address can come from anywhere: what is none is left out. */
function named(query: string): vscode.Uri[] {
  if (query === '') return []
  try {
    const names: unknown = JSON.parse(query)
    return Array.isArray(names)
      ? names.flatMap((name) => (typeof name === 'string' ? [vscode.Uri.parse(name, true)] : []))
      : []
  } catch {
    return []
  }
}
