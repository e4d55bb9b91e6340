import type { FromPanel, ToPanel } from '../../trace/panel/messages.ts'

/** Who holds the trace and the editor: VS Code, or a browser page by itself. */
export interface Host {
  post(message: FromPanel): void
  onMessage(listener: (message: ToPanel) => void): void
  /** What `saveState` got last, in this tab; undefined at first. Not to be trusted: it may be of another version. */
  loadState(): unknown
  saveState(state: unknown): void
  /** A host that can be given another file shows how; undefined where the file is fixed. */
  readonly fileChooser: HTMLElement | undefined
}
