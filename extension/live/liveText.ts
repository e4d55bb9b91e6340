import * as vscode from 'vscode'

const SCHEME = 'loopscope-live'

/** Texts that programs were shown as: documents that ask nobody to save them. */
export class LiveText implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>()
  private count = 0
  private readonly subscriptions = [
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
  ]

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? ''
  }

  /** Opens a text under a name that ends in `.txt`; each time as a document of its own. */
  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: String(++this.count) })
    this.texts.set(uri.toString(), text)
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false })
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose()
  }
}
