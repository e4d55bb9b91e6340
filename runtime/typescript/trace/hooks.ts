// What the runtime tells a recorder. The runtime knows no more of recording than this interface and the flag below.
import type { EventLoop } from '../baseEvents.ts'
import type { Handle, TimerHandle } from '../events.ts'
import type { Executor, Job, PoolWorker } from '../executors/executor.ts'
import type { Future } from '../futures.ts'
import type { Task } from '../tasks.ts'

/** A connection, an endpoint, a pipe or a server. */
export interface OpenedThing {
  /** An object code of the trace format. */
  readonly kind: number
  /** `TCP connection`, `pipe`, `server`, … */
  readonly label: string
  /** Its ends or its address, in words; empty where there is none. */
  readonly detail: string
  /** The server that accepted the connection. */
  readonly server?: object | undefined
}

/** What has a number in a trace knows it: a weak map of them would be asked at every await, and is slow where it has thousands of entries. */
export interface Traced {
  _traced?: Numbered | undefined
}

export interface Numbered {
  readonly by: object
  readonly id: number
  /** Whether its capacity is told. */
  sized: boolean
}

/** A stream that a task reads from or writes to. */
export interface TracedStream extends Traced {
  /** The ends of its connection, in words. */
  _ends(): string
}

/** A transport whose bytes are counted. */
export interface TracedTransport {
  _traffic: UntoldBytes | undefined
}

/** Bytes that a transport received and sent and that are not in the trace yet. */
export interface UntoldBytes {
  readonly by: object
  /** The transport's number there. */
  readonly id: number
  received: number
  sent: number
}

export type JobOutcome = 'done' | 'failed' | 'cancelled'

/** All calls are made synchronously where the thing happens; none may throw. */
export interface Recorder {
  loopStarted(loop: EventLoop): void
  loopStopped(loop: EventLoop): void
  loopClosed(loop: EventLoop): void
  /** The loop has nothing to run. `timeoutSeconds` until its next timer; undefined = it has none. */
  pollBegan(loop: EventLoop, timeoutSeconds: number | undefined): void
  pollEnded(loop: EventLoop): void
  /** The last handle of a turn ended. */
  runEnded(loop: EventLoop): void
  callbackBegan(handle: Handle): void
  timerBegan(handle: TimerHandle, latenessSeconds: number): void
  /** `scheduler` is the task in whose step the handle was made. */
  handleCreated(handle: Handle, scheduler: Task<unknown> | undefined): void
  taskCreated(task: Task<unknown>, creator: Task<unknown> | undefined, eager: boolean): void
  taskNamed(task: Task<unknown>): void
  taskReady(task: Task<unknown>, waker: Task<unknown> | undefined): void
  cancelRequested(task: Task<unknown>, requester: Task<unknown> | undefined, message: string | undefined): void
  stepBegan(task: Task<unknown>, cancelled: boolean): void
  /** Called inside the await itself, with the coroutine's frames on the stack. */
  awaitReached(): void
  stepSuspended(task: Task<unknown>, future: Future<unknown>): void
  stepYielded(task: Task<unknown>): void
  stepReturned(task: Task<unknown>): void
  stepRaised(task: Task<unknown>, error: unknown): void
  /** The current task now holds the lock, or one more slot of the semaphore. `kind` is an object code of the trace format. */
  acquired(owner: object, kind: number): void
  released(owner: object, kind: number): void
  /** Items in a queue, free slots of a semaphore, tasks at a barrier, 1 or 0 of an event; `capacity` is the level's limit, undefined = there is none to tell. */
  level(owner: object, kind: number, level: number, capacity: number | undefined): void
  /** The current task opened a task group, a timeout or a gather. */
  scopeOpened(scope: object, kind: number): void
  scopeChild(scope: object, kind: number, task: Task<unknown>): void
  /** `outcome` holds the error that ended the scope, if one did. */
  scopeClosed(scope: object, kind: number, outcome: { readonly error: unknown } | undefined): void
  jobSubmitted(job: Job, executor: Executor): void
  /** A job was handed to a worker, which may have to start first. */
  jobBegan(job: Job, worker: PoolWorker): void
  /** `worker` is undefined where it never began; `ns`, of `process.hrtime`, where nobody knows the moment. */
  jobEnded(job: Job, how: JobOutcome, worker: PoolWorker | undefined, ns: bigint | undefined): void
  opened(thing: object, what: OpenedThing): void
  /** `error` is what broke it, undefined where nothing did. */
  closed(thing: object, kind: number, error: unknown): void
  received(transport: TracedTransport, bytes: number): void
  sent(transport: TracedTransport, bytes: number): void
  /** The protocol is told to pause writing, or to go on. */
  writing(transport: object, resumed: boolean): void
  spawned(process: object, command: string, pid: number): void
  exited(process: object, status: number): void
  killed(process: object, signal: NodeJS.Signals | number): void
  /** A signal reached the loop, whose handler runs next. */
  signalled(signal: NodeJS.Signals, handler: object): void
  stepCancelled(task: Task<unknown>, message: string | undefined): void
}

/**
 * The recorder at work; undefined while nothing is recorded, which costs each hook one comparison. A binding of its own and no property of an object:
 * every hook names it.
 */
export let recorder: Recorder | undefined

export function setRecorder(next: Recorder | undefined): void {
  recorder = next
}
