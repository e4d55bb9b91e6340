import type { Finding } from '../../trace/findings/types.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** What the page and its worker say to each other. Both are ours, so nothing is checked. */
export type ToWorker =
  | { readonly type: 'begin'; readonly byteLength: number }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }

export type FromWorker =
  /** The worker's script runs. */
  | { readonly type: 'started' }
  | { readonly type: 'progress'; readonly bytesRead: number }
  | { readonly type: 'model'; readonly model: TraceModel; readonly utilisation: Float32Array }
  /** After the model: what is wrong, the likeliest root cause first. */
  | { readonly type: 'findings'; readonly findings: readonly Finding[] }
  /** One sentence for people. */
  | { readonly type: 'failed'; readonly message: string }
