import type { Entry } from '../../live/entry.ts'
import type { Request } from '../../live/requests.ts'
import type { LiveProcess } from '../../trace/live/tree.ts'
import type { SourceLine } from '../../trace/model/describe.ts'

/** A process that is looked at: a recorded one, or the bytes of a trace of one moment, from a debugger. */
export type LiveSource = { readonly entry: Entry } | { readonly bytes: Uint8Array }

export interface Looked {
  readonly live: LiveProcess
  readonly cwd: string
  /** Why the process itself did not answer, in a sentence; then this is what its file had. */
  readonly trouble: string | undefined
}

/** What the extension asks of its thread. `key` names a process from one question to the next. */
export type LiveQuestions = {
  readonly find: { readonly ask: object; readonly answer: readonly Entry[] }
  readonly look: { readonly ask: { readonly key: string; readonly source: LiveSource }; readonly answer: Looked }
  /** The frames of a stack of the process as it was looked at last, innermost first. */
  readonly stack: {
    readonly ask: { readonly key: string; readonly stack: number }
    readonly answer: readonly SourceLine[]
  }
  /** All of it as text. */
  readonly text: { readonly ask: { readonly key: string }; readonly answer: string }
  readonly request: { readonly ask: { readonly entry: Entry; readonly request: Request }; readonly answer: null }
  readonly forget: { readonly ask: { readonly key: string }; readonly answer: null }
}
