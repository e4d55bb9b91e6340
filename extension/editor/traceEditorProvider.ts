import * as vscode from 'vscode'
import type { ToPanel } from '../../trace/panel/messages.ts'
import { panelPage } from '../../trace/panel/page.ts'
import { registerPanelCommands } from './panelCommands.ts'
import { createNonce } from './nonce.ts'
import { TRACE_VIEW_TYPE } from './openTrace.ts'
import { firstTrace, isTogether, tracesOf } from './togetherAddress.ts'
import { TogetherPanel } from './togetherPanel.ts'
import { TracePanel } from './tracePanel.ts'
import { watchFile, watchFolder } from './watchFile.ts'

type Session = TracePanel | TogetherPanel

/**
 * Opens `*.looptrace` files. A document is no more than its address: each panel reads the file when its page asks,
 * so nothing is held for a hidden tab; the pages share what they made of it.
 */
export class TraceEditorProvider implements vscode.CustomReadonlyEditorProvider {
  /** Pages by their trace’s address, in the order of their opening. */
  private readonly sessions = new Map<string, Session[]>()
  /** For pages that are about to open. */
  private readonly untold = new Map<string, ToPanel[]>()
  /** The panel that has the focus, or had it last. */
  private active: Session | undefined

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
    /** The traces of the processes of a trace's program. */
    private readonly family: (trace: vscode.Uri) => Promise<readonly vscode.Uri[]>,
  ) {}

  register(): vscode.Disposable {
    const editors = vscode.window.registerCustomEditorProvider(TRACE_VIEW_TYPE, this, {
      supportsMultipleEditorsPerDocument: true,
    })
    return vscode.Disposable.from(editors, ...registerPanelCommands(() => this.active))
  }

  /** Tells the page that shows a trace, now or as soon as it opens, something about its lanes. */
  tell(trace: vscode.Uri, message: ToPanel): void {
    const name = trace.toString()
    const session = this.sessions.get(name)?.at(-1)
    if (session) session.tell(message)
    else this.untold.set(name, [...(this.untold.get(name) ?? []), message])
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined }
  }

  resolveCustomEditor(document: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const dist = vscode.Uri.joinPath(this.extensionUri, 'dist')
    const { session, watcher } = isTogether(document.uri)
      ? this.together(document.uri, dist, panel)
      : this.single(document.uri, dist, panel)
    this.active = session
    panel.onDidChangeViewState(() => {
      if (panel.active) this.active = session
    })
    const name = document.uri.toString()
    this.sessions.set(name, [...(this.sessions.get(name) ?? []), session])
    for (const message of this.untold.get(name) ?? []) session.tell(message)
    this.untold.delete(name)
    panel.onDidDispose(() => {
      if (this.active === session) this.active = undefined
      const left = this.sessions.get(name)?.filter((other) => other !== session) ?? []
      if (left.length > 0) this.sessions.set(name, left)
      else this.sessions.delete(name)
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

  private single(uri: vscode.Uri, dist: vscode.Uri, panel: vscode.WebviewPanel): Opened {
    const session = new TracePanel(uri, dist, panel, this.log, () => this.family(uri))
    const others = watchFolder(uri, (touched, isNew) => {
      if (isNew && touched.path.endsWith('.looptrace')) void session.offerOthers()
    })
    return {
      session,
      watcher: vscode.Disposable.from(
        watchFile(uri, () => session.fileChanged()),
        others,
      ),
    }
  }

  private together(uri: vscode.Uri, dist: vscode.Uri, panel: vscode.WebviewPanel): Opened {
    const traces = (): Promise<readonly vscode.Uri[]> => tracesOf(uri, this.family)
    const session = new TogetherPanel(uri, traces, dist, panel, this.log)
    return { session, watcher: watchFolder(firstTrace(uri), () => session.fileChanged()) }
  }
}

interface Opened {
  readonly session: Session
  readonly watcher: vscode.Disposable
}
