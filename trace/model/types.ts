import type { TraceHeader } from '../format/header.ts'
import type { TraceEnd } from '../format/reader.ts'
import type { LoadBins } from './loadBins.ts'

/**
 * A trace, understood: what every task and every loop did, in columns.
 *
 * Ids are those of the file (1…count; 0 = none) and index the columns directly. Times are nanoseconds since the trace's zero, exact in a
 * double up to 104 days. All of it is plain data, so that a worker can build it and hand it to the page without a copy. Of a trace that grows
 * the model stays the same object; its columns do not: ask it for them anew each time. Columns may have room beyond their rows where
 * `first` and `last` say which rows there are.
 */
export interface TraceModel {
  readonly header: TraceHeader
  readonly tables: Tables
  readonly tasks: Tasks
  readonly segments: Segments
  readonly runs: Runs
  readonly cancels: Cancels
  readonly uncancels: Uncancels
  readonly holds: Holds
  readonly levels: Levels
  readonly scopes: Scopes
  readonly jobs: Jobs
  readonly samples: Samples
  readonly processorWaits: ProcessorWaits
  readonly warnings: Warnings
  readonly threadCalls: ThreadCalls
  readonly connections: Connections
  readonly processes: Processes
  readonly timers: Timers
  readonly happenings: Happenings
  readonly loopRuns: LoopRuns
  readonly loops: Loops
  /** Of several traces on one clock, what is whose; undefined where the model is of one. `header` is that of the first. */
  readonly joined: Joined | undefined
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

/** Whose what is in a model that was joined from several. */
export interface Joined {
  /** In the order in which they came: at first that in which their recordings began. */
  readonly parts: readonly ProcessPart[]
  readonly tasks: Owners
  readonly streams: Owners
  readonly loops: Owners
  readonly objects: Owners
}

/** By id, whose something is. */
export interface Owners {
  /** Index into `parts`. */
  readonly part: Uint16Array
  /** The id that it has in its own trace. */
  readonly own: Uint32Array
}

/** One process' part of a joined model. Times are those of the model. */
export interface ProcessPart {
  /** What its trace is called. */
  readonly source: string
  readonly header: TraceHeader
  /** When its recording began. */
  readonly startNs: number
  /** The last moment its trace knows of. */
  readonly endNs: number
  readonly end: TraceEnd
  /** Index of the part of the process that started it, -1 where that is none of these. */
  readonly parent: number
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
  /** `name` is a string id: the thread's. `threadId` is the system's number for it, 0 = not known. */
  readonly streams: { readonly name: Uint32Array; readonly threadId: Float64Array }
  /** `kind` indexes `objectKindNames`; `label` is a string id, `creator` a stack id, */
  /** `detail` is a string id: the ends of a connection, the command of a process. */
  readonly objects: {
    readonly kind: Uint32Array
    readonly label: Uint32Array
    readonly creator: Uint32Array
    readonly detail: Uint32Array
  }
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
  /** Failed: the stack that raised, 0 = not known. */
  readonly raiseStack: Uint32Array
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
  /** By index / SUM_STRIDE, for segments whose index is a multiple of it: how long their task had run, and been ready, before. */
  readonly runningBeforeNs: Float64Array
  readonly readyBeforeNs: Float64Array
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
  /** Callback and timer: the task that scheduled it, 0 = none. Poll: the descriptors it watches, plus 1; 0 = not known. */
  readonly scheduler: Uint32Array
  /** Callback: time in the ready queue, ns. Timer: lateness, ns. Poll: its timeout in µs. 0xFFFFFFFF = more, or not known. */
  readonly delay: Uint32Array
  /** By index / SUM_STRIDE, for runs whose index is a multiple of it: how long their stream had been busy before. */
  readonly busyBeforeNs: Float64Array
  /** By stream: those runs, other than polls, that last BLOCKING_NS or longer, counted from `first`. In time's order. */
  readonly blocking: readonly (readonly number[])[]
  /** By stream: how busy it was, all through the trace. */
  readonly load: readonly LoadBins[]
}

/** A run of a loop longer than this blocks everything else on it: asyncio's own `slow_callback_duration`. */
export const BLOCKING_NS = 100e6

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

/** Calls of `uncancel()` in the order they were made. */
export interface Uncancels {
  readonly task: Uint32Array
  readonly atNs: Float64Array
  readonly stack: Uint32Array
  /** Requests that remain. */
  readonly left: Uint32Array
}

/** Who held what: one row for each lock, or slot of a semaphore, that was acquired, in the order of acquiring. */
export interface Holds {
  readonly object: Uint32Array
  /** 0 = not known. */
  readonly task: Uint32Array
  readonly stack: Uint32Array
  readonly fromNs: Float64Array
  /** NaN: never given back. */
  readonly untilNs: Float64Array
  /** The task that gave it back, 0 = none or not known. */
  readonly releasedBy: Uint32Array
}

export const NO_CAPACITY = 0xffffffff

/** How full things were: queues, write buffers, semaphores, barriers, events (1 = set), in the order of the changes. */
export interface Levels {
  readonly object: Uint32Array
  readonly atNs: Float64Array
  readonly level: Uint32Array
  readonly stack: Uint32Array
  /** The task whose step made the change, 0 = none: a callback, or another thread. */
  readonly by: Uint32Array
  /** By object id: the limit, 0 = none (a queue without `maxsize`), NO_CAPACITY = not known. */
  readonly capacity: Uint32Array
}

/** Task groups, gathers and timeouts, in the order they opened. */
export interface Scopes {
  readonly object: Uint32Array
  readonly owner: Uint32Array
  readonly stack: Uint32Array
  readonly openNs: Float64Array
  /** NaN while open. */
  readonly closeNs: Float64Array
  /** 1 well, 2 with an exception, 3 cancelled, 0 = open or not known. */
  readonly how: Uint8Array
  /** Scope `i` has the tasks `children[firstChild[i]…lastChild[i])`. */
  readonly firstChild: Uint32Array
  readonly lastChild: Uint32Array
  readonly children: Uint32Array
}

/** What executors ran, in the order of submission. NaN: not (yet). */
export interface Jobs {
  readonly object: Uint32Array
  readonly executor: Uint32Array
  readonly stack: Uint32Array
  /** The task that submitted it, 0 = none. */
  readonly by: Uint32Array
  readonly submitNs: Float64Array
  readonly beginNs: Float64Array
  readonly endNs: Float64Array
  /** The stream of the thread that ran it, 0 = not known. */
  readonly stream: Uint32Array
}

/** Stacks of a loop's thread, taken while one step or callback lasted long. */
export interface Samples {
  readonly atNs: Float64Array
  readonly stream: Uint32Array
  readonly stack: Uint32Array
  /** CPU time of the thread since the step began, µs; 0xFFFFFFFF = not known. */
  readonly cpuUs: Uint32Array
  /** Index of the run that was sampled, -1 = none. */
  readonly run: Int32Array
}

/** How long threads stood ready and got no processor, in waits that ended between `sinceNs` and `atNs`. In order of `atNs`. Empty where nobody counted. */
export interface ProcessorWaits {
  readonly stream: Uint32Array
  readonly sinceNs: Float64Array
  readonly atNs: Float64Array
  /** 0: it is counted from here on. */
  readonly waitedNs: Float64Array
}

/** What Python itself complained about. `kind` is the event's: TASK_DESTROYED, UNRETRIEVED, NEVER_AWAITED, LOOP_ERROR; or what stands alone: CANCEL_CAUGHT, CALLBACK_REPEATS. */
export interface Warnings {
  readonly kind: Uint8Array
  readonly atNs: Float64Array
  /** The task it is about, 0 = none. NEVER_AWAITED: the task that dropped the coroutine object. */
  readonly task: Uint32Array
  readonly stack: Uint32Array
  /** String id of the message or exception, 0 = none. */
  readonly text: Uint32Array
  /** NEVER_AWAITED: location of the coroutine's `def`. CALLBACK_REPEATS: of the callback. */
  readonly location: Uint32Array
}

/** Calls into a loop from elsewhere. `safe` 1: `call_soon_threadsafe`; 0: something scheduled by a foreign thread without it. */
export interface ThreadCalls {
  readonly safe: Uint8Array
  readonly atNs: Float64Array
  readonly stream: Uint32Array
  readonly loop: Uint32Array
  readonly stack: Uint32Array
  /** Safe: location of the callback. Otherwise: the task that was scheduled, 0 = none. */
  readonly subject: Uint32Array
  /** The task whose step made the call, 0 = none. */
  readonly by: Uint32Array
}

/** Connections, endpoints, pipes and servers, in the order they opened. */
export interface Connections {
  readonly object: Uint32Array
  readonly stack: Uint32Array
  /** The task in whose step it opened, 0 = none. */
  readonly by: Uint32Array
  /** The server (object) that accepted it, 0 = none did. */
  readonly server: Uint32Array
  readonly openNs: Float64Array
  /** NaN while open. */
  readonly closeNs: Float64Array
  /** String id of the error that closed it, 0 = none. */
  readonly error: Uint32Array
  readonly receivedBytes: Float64Array
  readonly sentBytes: Float64Array
  /** How often its writer was told to pause. */
  readonly pauses: Uint32Array
}

/** Subprocesses in the order they were started. */
export interface Processes {
  readonly object: Uint32Array
  readonly stack: Uint32Array
  readonly by: Uint32Array
  readonly pid: Uint32Array
  readonly startNs: Float64Array
  /** NaN: it ran when the trace ended. */
  readonly endNs: Float64Array
  /** As Python's `returncode`: negative = the signal that ended it. */
  readonly status: Int32Array
  /** The latest signal that the program sent it, 0 = none. */
  readonly signal: Uint32Array
  readonly signalStack: Uint32Array
}

/** Timers that the program itself set, in that order. */
export interface Timers {
  /** Of the callback. */
  readonly location: Uint32Array
  readonly stack: Uint32Array
  /** The task that set it, 0 = none. */
  readonly by: Uint32Array
  readonly setNs: Float64Array
  /** Index of its run, -1 = it did not run. */
  readonly run: Int32Array
  /** NaN: not cancelled. */
  readonly cancelNs: Float64Array
  readonly cancelledBy: Uint32Array
  readonly cancelStack: Uint32Array
}

/** What came to a loop from outside its tasks. `kind` is the event's: SIGNAL, FINALIZED, WATCH, MARK. */
export interface Happenings {
  readonly kind: Uint8Array
  readonly atNs: Float64Array
  /** SIGNAL: the signal's number. FINALIZED: location of the generator's `def`. WATCH: the descriptor. MARK: string id of the label. */
  readonly subject: Uint32Array
  /** SIGNAL: location of the handler. WATCH: the stack that called. FINALIZED: the task that dropped it. */
  readonly where: Uint32Array
  /** WATCH: 1 `add_reader`, 2 `add_writer`, 3 `remove_reader`, 4 `remove_writer`. */
  readonly what: Uint32Array
}

/** Each time that a loop ran, in the order they began. */
export interface LoopRuns {
  readonly loop: Uint32Array
  readonly stack: Uint32Array
  readonly startNs: Float64Array
  /** NaN while it runs. */
  readonly stopNs: Float64Array
  /** The task that was created for it just before, as `run_until_complete` does, 0 = none. */
  readonly task: Uint32Array
  /** String id of the exception that ended it, 0 = none. */
  readonly error: Uint32Array
}

/** By loop id: when it last started and stopped, and was closed. NaN: not (yet). */
export interface Loops {
  readonly startNs: Float64Array
  readonly stopNs: Float64Array
  readonly closeNs: Float64Array
  /** The stream that ran it last, 0 = not known. */
  readonly stream: Uint32Array
}
