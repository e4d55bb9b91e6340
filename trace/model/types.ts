import type { TraceHeader } from '../format/header.ts'
import type { TraceEnd } from '../format/reader.ts'

/**
 * A trace, understood: what every task and every loop did, in columns.
 *
 * Ids are those of the file (1…count; 0 = none) and index the columns directly. Times are nanoseconds since the trace's zero, exact in a
 * double up to 104 days. All of it is plain data, so that a worker can build it and hand it to the page without a copy.
 */
export interface TraceModel {
  readonly header: TraceHeader
  readonly tables: Tables
  readonly tasks: Tasks
  readonly segments: Segments
  readonly runs: Runs
  readonly cancels: Cancels
  /** The last moment the trace knows of. */
  readonly endNs: number
  readonly end: TraceEnd
  readonly eventCount: number
  readonly stepCount: number
  /** Events the recorder says it did not record. */
  readonly droppedEvents: number
  /** Sentences for people: the file is cut, events were dropped, kinds not known. Empty where all is well. */
  readonly notices: readonly string[]
}

/** Definitions as columns, indexed by id. */
export interface Tables {
  readonly strings: readonly string[]
  /** `file` and `function` are string ids; `line` counts from 1, 0 = not known. */
  readonly locations: { readonly file: Uint32Array; readonly function: Uint32Array; readonly line: Uint32Array }
  /** One frame each: `parent` is the frame outside it, always a smaller id. */
  readonly stacks: { readonly parent: Uint32Array; readonly location: Uint32Array }
  /** `kind` indexes `awaitKindNames`, `targetKind` `targetKindNames`; `label` is a string id. */
  readonly awaits: {
    readonly kind: Uint32Array
    readonly label: Uint32Array
    readonly stack: Uint32Array
    readonly targetKind: Uint32Array
  }
  /** `class` is a string id. */
  readonly loops: { readonly class: Uint32Array; readonly stream: Uint32Array }
  /** `name` is a string id: the thread's. */
  readonly streams: { readonly name: Uint32Array }
  /** `kind` indexes `objectKindNames`; `label` is a string id, `creator` a stack id. */
  readonly objects: { readonly kind: Uint32Array; readonly label: Uint32Array; readonly creator: Uint32Array }
}

/** What a task does at a moment. */
export const State = { running: 0, ready: 1, waiting: 2 } as const
export type State = (typeof State)[keyof typeof State]

/** How a task ended; `unfinished` where it had not when the trace ended. */
export const Outcome = { unfinished: 0, done: 1, failed: 2, cancelled: 3 } as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]
export const outcomeNames = ['unfinished', 'done', 'failed', 'cancelled'] as const

/** Tasks, indexed by task id. */
export interface Tasks {
  readonly count: number
  /** String id of the latest name. */
  readonly name: Uint32Array
  /** Location of the coroutine's `def`; its function names the coroutine. */
  readonly coroutine: Uint32Array
  readonly loop: Uint32Array
  /** The task that created it, 0 where none did. */
  readonly parent: Uint32Array
  readonly creationStack: Uint32Array
  /** When it was created, or first seen. NaN for a task that is defined and never seen. */
  readonly createdNs: Float64Array
  /** NaN while unfinished. */
  readonly endedNs: Float64Array
  readonly outcome: Uint8Array
  /** Failed: `Type: message`. Cancelled: the message. A string id, 0 = none. */
  readonly ending: Uint32Array
  readonly steps: Uint32Array
  readonly runningNs: Float64Array
  readonly readyNs: Float64Array
  readonly waitingNs: Float64Array
}

/**
 * What tasks did: for task `id` the segments `first[id]` up to, not with, `last[id]`, in time's order and without gaps.
 * A segment ends where the next one starts; the last one where the task ended, or else at the trace's end.
 */
export interface Segments {
  readonly first: Uint32Array
  readonly last: Uint32Array
  readonly startNs: Float64Array
  /** A `State`. */
  readonly state: Uint8Array
  /** Waiting: the await's id. Ready: the stack that woke the task (for the first: that created it). Running: 1 where a CancelledError was thrown in. */
  readonly detail: Uint32Array
  /** Waiting: the target, as the await's target kind says. Ready: the task that woke it, 0 = none. */
  readonly other: Uint32Array
}

export const RunKind = { step: 0, callback: 1, timer: 2, poll: 3 } as const
export type RunKind = (typeof RunKind)[keyof typeof RunKind]

/** What event loops did: for stream (thread) `id` the runs `first[id]` up to, not with, `last[id]`, in time's order, gaps allowed. */
export interface Runs {
  readonly first: Uint32Array
  readonly last: Uint32Array
  readonly startNs: Float64Array
  readonly endNs: Float64Array
  /** A `RunKind`. */
  readonly kind: Uint8Array
  /** Step: task id. Callback and timer: location of the callback. Poll: loop id. */
  readonly subject: Uint32Array
  /** Callback and timer: the task that scheduled it, 0 = none. */
  readonly scheduler: Uint32Array
  /** Callback: time in the ready queue, ns. Timer: lateness, ns. Poll: its timeout in µs. 0xFFFFFFFF = more, or not known. */
  readonly delay: Uint32Array
}

/** Cancel requests in the order they were made. */
export interface Cancels {
  readonly task: Uint32Array
  readonly atNs: Float64Array
  /** The task that asked, 0 = none. */
  readonly by: Uint32Array
  readonly stack: Uint32Array
  /** String id, 0 = none. */
  readonly message: Uint32Array
  /** When the CancelledError was thrown into the task, NaN = not (yet). */
  readonly deliveredNs: Float64Array
}
