import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { repository } from '../real/folders.ts'

/** Every message that the extension's source gives to `vscode.l10n.t` or to a `Translate`. Throws where one is not a literal, for then nobody can translate it. */
export function messagesInSource(): Set<string> {
  const messages = new Set<string>()
  const folder = join(repository, 'extension')
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue
    const file = ts.createSourceFile(name, readFileSync(join(folder, name), 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isTranslation(node.expression)) {
        const [message] = node.arguments
        if (!ts.isStringLiteralLike(message)) throw new Error(`${name}: ${node.getText()} has no literal message.`)
        messages.add(message.text)
      }
      ts.forEachChild(node, visit)
    }
    visit(file)
  }
  return messages
}

const isTranslation = (callee: ts.Expression): boolean =>
  (ts.isIdentifier(callee) && callee.text === 't') || /^vscode\.l10n\.t$/.test(callee.getText())
