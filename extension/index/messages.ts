import type { Finding } from '../../trace/findings/types.ts'
import type { Question } from '../assistant/questions.ts'
import type { RecordingCounts } from '../recording/recordingCounts.ts'
import type { ProgramHeader, TraceIndex } from './traceIndex.ts'

/** Where a trace's bytes are. A file on a disk is read in the worker, in parts; what only VS Code can read comes along whole. */
export type Source =
  | { readonly path: string }
  /** `name` and `stamp` tell one state of one file from all others. */
  | { readonly name: string; readonly stamp: string; readonly bytes: Uint8Array }

/** What the extension asks of its worker, with what comes back. */
export type Requests = {
  readonly index: { readonly ask: { readonly source: Source }; readonly answer: TraceIndex }
  /** Of processes that ran together, in the order of the sources: what is wrong in each when waits are followed from one into another. */
  readonly findings: {
    readonly ask: { readonly sources: readonly Source[] }
    readonly answer: readonly (readonly Finding[])[]
  }
  /** `undefined` for a file whose header cannot be read (yet). */
  readonly headers: {
    readonly ask: { readonly paths: readonly string[] }
    readonly answer: readonly (ProgramHeader | undefined)[]
  }
  /** What a recording that runs has so far, all its processes; `isLast`: nobody asks again. */
  readonly counts: {
    readonly ask: { readonly path: string; readonly isLast: boolean }
    readonly answer: RecordingCounts
  }
  /** Of processes that ran together all at once. */
  readonly question: {
    readonly ask: { readonly sources: readonly Source[]; readonly question: Question }
    readonly answer: string
  }
}
