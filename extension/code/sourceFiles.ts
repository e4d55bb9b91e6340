import * as vscode from 'vscode'
import type { Coroutine } from './coroutine.ts'
import type { IncrementalParser, Language, TextChange } from './incrementalParser.ts'
import { RUNTIME_PACKAGE } from './typescriptCoroutines.ts'

const LANGUAGES: Readonly<Record<string, Language | undefined>> = {
  python: 'python',
  typescript: 'typescript',
  javascript: 'typescript',
  typescriptreact: 'tsx',
  javascriptreact: 'tsx',
}

/** The documents that may hold coroutines. */
export const COROUTINE_DOCUMENTS: vscode.DocumentSelector = Object.keys(LANGUAGES)

interface Parsed {
  readonly parser: IncrementalParser
  /** The document's version that the rest is of. */
  version: number
  coroutines: readonly Coroutine[]
  /** Found when first asked for. */
  awaitLines: readonly number[] | undefined
}

/** The coroutines of open documents, parsed when first asked for and on from there. The parser is loaded when a file needs it. */
export class SourceFiles implements vscode.Disposable {
  private readonly parsed = new Map<string, Parsed>()
  private readonly subscriptions = [
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => this.change(document, contentChanges)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => this.parsed.delete(uri.toString())),
  ]

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Its coroutines, in its order. */
  async coroutines(document: vscode.TextDocument): Promise<readonly Coroutine[]> {
    return (await this.parse(document))?.coroutines ?? []
  }

  /** Its lines (from 0) with an `await`, in order. */
  async awaitLines(document: vscode.TextDocument): Promise<readonly number[]> {
    const entry = await this.parse(document)
    return entry ? (entry.awaitLines ??= entry.parser.awaitLines(document.getText())) : []
  }

  /** The qualified name of the test that a line (from 0) belongs to. */
  async testAt(document: vscode.TextDocument, line: number): Promise<string | undefined> {
    const entry = await this.parse(document, true)
    const start = new vscode.Position(line, document.lineAt(line).firstNonWhitespaceCharacterIndex)
    return entry?.parser.testAt(document.getText(), document.offsetAt(start))
  }

  /** `undefined` for a document without coroutines, which is not parsed unless told: a word that is not there costs one scan. */
  private async parse(document: vscode.TextDocument, evenWithout = false): Promise<Parsed | undefined> {
    const language = LANGUAGES[document.languageId]
    if (!language) return undefined
    const key = document.uri.toString()
    const known = this.parsed.get(key)
    if (known?.version === document.version) return known
    const word = language === 'python' ? 'async' : RUNTIME_PACKAGE
    if (!evenWithout && !document.getText().includes(word)) return undefined
    const parser = known?.parser ?? (await newParser(language))
    // Another call may have been quicker, and the document may have changed, while the parser was loaded.
    const entry = this.parsed.get(key) ?? { parser, version: -1, coroutines: [], awaitLines: undefined }
    if (entry.version !== document.version) {
      const began = performance.now()
      entry.coroutines = entry.parser.coroutines(document.getText())
      entry.awaitLines = undefined
      entry.version = document.version
      this.parsed.set(key, entry)
      this.log.debug(`${document.lineCount} lines parsed in ${(performance.now() - began).toFixed(2)} ms`)
    }
    return entry
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  private change({ uri }: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    const entry = this.parsed.get(uri.toString())
    if (!entry || changes.length === 0) return
    entry.version = -1
    entry.parser.change(
      changes.map(({ rangeOffset, rangeLength, text }): TextChange => {
        return { offset: rangeOffset, length: rangeLength, text }
      }),
    )
  }
}

async function newParser(language: Language): Promise<IncrementalParser> {
  const { IncrementalParser } = await import('./incrementalParser.ts')
  return new IncrementalParser(language)
}
