/** What can be asked of a recorded process; docs/control-channel.md tells what each does. */
export type Request =
  | { readonly request: 'snapshot' }
  /** `task`: its id in the trace. */
  | { readonly request: 'cancel'; readonly task: number }
  | { readonly request: 'mark'; readonly label: string }
  | { readonly request: 'stop' }
  /** `path`: absolute; a file or a folder. */
  | { readonly request: 'start'; readonly path?: string }

/** The trace, and up to where it holds what the request did. */
export interface Answer {
  readonly trace: string
  readonly bytes: number
  /** Nanoseconds since the trace's start; of `stop` not told. */
  readonly atNs?: number
}

/** What the process answers when it refuses. */
export const refusals = [
  'unauthenticated',
  'too-large',
  'bad-request',
  'no-such-task',
  'loop-closed',
  'not-recording',
  'already-recording',
  'cannot-write',
  'blocked',
  'busy',
  'failed',
] as const
export type Refusal = (typeof refusals)[number]

/** Why there was no answer that can be used. */
export type Trouble =
  /** Nobody listens where the entry says: the process has closed its channel. */
  | 'not-listening'
  /** The connection ended before the answer came. */
  | 'died'
  /** No answer in time: the process is stopped, or code of its own keeps the GIL. */
  | 'no-answer'
  /** What came is no answer. */
  | 'bad-answer'

/** A request that came to nothing. The message is one sentence for people. */
export class LiveError extends Error {
  override readonly name = 'LiveError'
  constructor(
    readonly code: Refusal | Trouble,
    readonly pid: number,
    message: string,
  ) {
    super(message)
  }
}

/** Whether the process lives and cannot say what it does: then its file tells what it did until it wrote last. */
export const isSilent = (error: unknown): error is LiveError =>
  error instanceof LiveError && (error.code === 'no-answer' || error.code === 'blocked')
