import * as vscode from 'vscode'
import { panelPage } from '../../trace/panel/page.ts'
import { registerPanelCommands } from './panelCommands.ts'
import { createNonce } from './nonce.ts'
import { TRACE_VIEW_TYPE } from './openTrace.ts'
import { TracePanel } from './tracePanel.ts'
import { watchFile } from './watchFile.ts'

/**
 * Opens `*.looptrace` files. A document is no more than its address: each panel reads the file when its page asks,
 * so nothing is held for a hidden tab.
 */
export class TraceEditorProvider implements vscode.CustomReadonlyEditorProvider {
  static register(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): vscode.Disposable {
    const provider = new TraceEditorProvider(context.extensionUri, log)
    context.subscriptions.push(...registerPanelCommands(() => provider.active))
    return vscode.window.registerCustomEditorProvider(TRACE_VIEW_TYPE, provider, {
      supportsMultipleEditorsPerDocument: true,
    })
  }

  /** The panel that has the focus, or had it last. */
  private active: TracePanel | undefined

  private constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined }
  }

  resolveCustomEditor(document: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const dist = vscode.Uri.joinPath(this.extensionUri, 'dist')
    const session = new TracePanel(document.uri, panel, this.log)
    const watcher = watchFile(document.uri, () => session.fileChanged())
    this.active = session
    panel.onDidChangeViewState(() => {
      if (panel.active) this.active = session
    })
    panel.onDidDispose(() => {
      if (this.active === session) this.active = undefined
      watcher.dispose()
      session.dispose()
    })
    const address = (name: string): string => panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString()
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] }
    panel.webview.html = panelPage({
      scriptUri: address('panel.js'),
      workerUri: address('worker.js'),
      styleUri: address('panel.css'),
      cspSource: panel.webview.cspSource,
      nonce: createNonce(),
    })
  }
}
