import type { Question } from '../assistant/questions.ts'
import type { ProgramHeader, TraceIndex } from './traceIndex.ts'

/** Where a trace's bytes are. A file on a disk is read in the worker, in parts; what only VS Code can read comes along whole. */
export type Source =
  | { readonly path: string }
  /** `name` and `stamp` tell one state of one file from all others. */
  | { readonly name: string; readonly stamp: string; readonly bytes: Uint8Array }

/** What the extension asks of its worker, with what comes back. */
export interface Requests {
  readonly index: { readonly ask: { readonly source: Source }; readonly answer: TraceIndex }
  /** `undefined` for a file whose header cannot be read (yet). */
  readonly headers: {
    readonly ask: { readonly paths: readonly string[] }
    readonly answer: readonly (ProgramHeader | undefined)[]
  }
  readonly question: { readonly ask: { readonly source: Source; readonly question: Question }; readonly answer: string }
}

export type RequestKind = keyof Requests

export type ToIndexWorker = {
  readonly [Kind in RequestKind]: { readonly id: number; readonly kind: Kind } & Requests[Kind]['ask']
}[RequestKind]

export type FromIndexWorker =
  | { readonly id: number; readonly answer: Requests[RequestKind]['answer'] }
  /** One sentence for people. */
  | { readonly id: number; readonly failed: string }
