import type { TraceReader } from '../../trace/format/reader.ts'
import type { NotKnown } from '../../trace/findings/notKnown.ts'
import type { Finding } from '../../trace/findings/types.ts'
import type { ModelBuilder } from '../../trace/model/build.ts'
import type { ModelPart } from './modelParts.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** What the page and its worker say to each other. Both are ours, so nothing is checked. */
export type ToWorker =
  /** `byteLength` is the file's, as far as is known. `isWhole`: because the worker said `again`. */
  | { readonly type: 'begin'; readonly byteLength: number; readonly isWhole: boolean }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  /** Several traces follow, to be shown as one. */
  | { readonly type: 'together' }
  /** File number `file` of these begins, at first or anew; `name` is what people know it by. */
  | { readonly type: 'file'; readonly file: number; readonly name: string }
  | { readonly type: 'part'; readonly file: number; readonly bytes: Uint8Array }
  | { readonly type: 'fileFailed'; readonly file: number; readonly name: string; readonly message: string }
  /** Make one model of what has come. `settled`: nothing has come for a while. */
  | { readonly type: 'join'; readonly settled: boolean }
  /** A part of a copy of a model, whose trace has grown. */
  | { readonly type: 'copied'; readonly part: ModelPart }
  /** Look for what is wrong in the model that was copied. */
  | { readonly type: 'findings' }

export type FromWorker =
  /** The worker's script runs. */
  | { readonly type: 'started' }
  | { readonly type: 'progress'; readonly bytesRead: number }
  | {
      readonly type: 'model'
      readonly model: TraceModel
      /** Of a file that has no end yet: what made the model, to go on with. Classless, as everything that crosses threads. */
      readonly makers: { readonly reader: TraceReader; readonly builder: ModelBuilder } | undefined
    }
  /** The model of several traces, as often as it was asked for. */
  | { readonly type: 'joined'; readonly model: TraceModel }
  /** The file cannot be interpreted in parts: it must come once more. */
  | { readonly type: 'again' }
  /** After the model of a trace that may grow: what is wrong, the likeliest root cause first. In one that has ended the page looks itself. */
  | {
      readonly type: 'findings'
      readonly findings: readonly Finding[]
      readonly unknowns: readonly NotKnown[]
    }
  /** One sentence for people. */
  | { readonly type: 'failed'; readonly message: string }
