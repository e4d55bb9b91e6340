import * as vscode from 'vscode'

/** When files were last changed, looked up once for each state of a document. */
export class SourceAge implements vscode.Disposable {
  private readonly modifiedMs = new Map<string, number>()
  private readonly forget = (document: vscode.TextDocument): void =>
    void this.modifiedMs.delete(document.uri.toString())
  private readonly subscriptions = [
    vscode.workspace.onDidSaveTextDocument(this.forget),
    vscode.workspace.onDidCloseTextDocument(this.forget),
    vscode.workspace.onDidChangeTextDocument(({ document }) => this.forget(document)),
  ]

  /** Whether the document was changed, saved or not, after this moment (ms since the epoch). */
  async isNewerThan(document: vscode.TextDocument, momentMs: number): Promise<boolean> {
    if (document.isDirty) return true
    const key = document.uri.toString()
    let modified = this.modifiedMs.get(key)
    if (modified === undefined) {
      modified = await vscode.workspace.fs.stat(document.uri).then(
        ({ mtime }) => mtime,
        () => 0,
      )
      this.modifiedMs.set(key, modified)
    }
    return modified > momentMs
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose()
  }
}
