import * as vscode from 'vscode'

/** Something that was recorded, and can be again. */
export interface Launch {
  readonly kind: 'file' | 'test'
  readonly file: vscode.Uri
  /** Of a test: its qualified name, as `TestOrders.test_refund`. */
  readonly test?: string
}

const KEY = 'loopscope.lastLaunch'

/** Keeps the launch for *Record Last Launch*, in this workspace. */
export function rememberLaunch(context: vscode.ExtensionContext, { kind, file, test }: Launch): Thenable<void> {
  return context.workspaceState.update(KEY, { kind, file: file.toString(), test })
}

export function lastLaunch(context: vscode.ExtensionContext): Launch | undefined {
  const kept = context.workspaceState.get<{ kind?: unknown; file?: unknown; test?: unknown }>(KEY)
  if (typeof kept?.file !== 'string') return undefined
  const file = vscode.Uri.parse(kept.file)
  return typeof kept.test === 'string' ? { kind: 'test', file, test: kept.test } : { kind: 'file', file }
}

/** What a launch is called in messages and in the recording's name: `orders.py`, `test_refund`. */
export function launchName({ file, test }: Launch): string {
  return test === undefined ? file.path.slice(file.path.lastIndexOf('/') + 1) : test.slice(test.lastIndexOf('.') + 1)
}
