import type * as vscode from 'vscode'

/** What the recorder's `_debugged` can be asked, as Python. */
export type DebuggedCall = 'snapshot()' | 'wake()' | `goes_on(${number})` | `cancel(${number})`

/**
 * Asks the recorder's part for debuggers, inside the program. It is loaded from `recorder`, a folder, past `sys.path`: the program does not see it.
 * Without a frame the debugger's own thread evaluates, while the program runs or waits. Rejects with one sentence.
 */
export async function evaluate(
  session: vscode.DebugSession,
  recorder: string,
  call: DebuggedCall,
  frameId: number | undefined,
): Promise<string> {
  const response = (await session.customRequest('evaluate', {
    expression: expressionOf(recorder, call),
    // The one context whose answers are never cut.
    context: 'clipboard',
    ...(frameId === undefined ? {} : { frameId }),
  })) as { readonly result?: unknown }
  const result = typeof response.result === 'string' ? response.result : ''
  return result.replace(/^'|'$/g, '')
}

/** One expression that loads the package and calls. JSON's strings are Python's as well. */
export function expressionOf(recorder: string, call: DebuggedCall): string {
  const folder = JSON.stringify(`${recorder}/loopscope`)
  const load = [
    '(lambda package: (modules.__setitem__("loopscope", package), package.__spec__.loader.exec_module(package)))',
    `(util.module_from_spec(util.spec_from_file_location("loopscope", ${folder} + "/__init__.py", submodule_search_locations=[${folder}])))`,
  ].join('')
  return [
    '(lambda modules, util:',
    `("loopscope" in modules or ${load},`,
    `__import__("importlib").import_module("loopscope._debugged").${call})[1])`,
    '(__import__("sys").modules, __import__("importlib.util").util)',
  ].join(' ')
}
