import * as vscode from 'vscode'
import { findingKinds, type FindingKind } from '../../trace/findings/registry.ts'
import { findingAnchor } from './findingAnchor.ts'

/** The command `loopscope.explainFinding`: opens the section of docs/findings.md about a kind, as a page to read. */
export async function explainFinding(extensionUri: vscode.Uri, kind: unknown): Promise<void> {
  const page = vscode.Uri.joinPath(extensionUri, 'docs', 'findings.md')
  const known = typeof kind === 'string' && Object.hasOwn(findingKinds, kind)
  const section = known ? page.with({ fragment: findingAnchor(kind as FindingKind) }) : page
  await vscode.commands.executeCommand('markdown.showPreview', section)
}

/** An address that runs the command. */
export function explanationOf(kind: FindingKind): vscode.Uri {
  return vscode.Uri.parse(`command:loopscope.explainFinding?${encodeURIComponent(JSON.stringify([kind]))}`)
}
