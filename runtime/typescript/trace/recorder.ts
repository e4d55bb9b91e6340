// Records what the runtime does, in the format of docs/trace-format.md.
import { performance } from 'node:perf_hooks'
import {
  AwaitCode,
  awaitKindNames,
  Block,
  Event,
  ObjectCode,
  TargetCode,
  TaskFlag,
} from '../../../trace/format/schema.ts'
import { BLOCK_BYTES, block, endBlock, headerBytes, writeBlockHeader } from '../../../trace/format/writer.ts'
import type { EventLoop } from '../baseEvents.ts'
import { probe } from '../coroutines.ts'
import type { Executor, Job, PoolWorker } from '../executors/executor.ts'
import { turningLoop, type Handle, type TimerHandle } from '../events.ts'
import { CancelledError } from '../exceptions.ts'
import type { Future } from '../futures.ts'
import { Task } from '../tasks.ts'
import type { JobOutcome, OpenedThing, Recorder, TracedStream } from './hooks.ts'
import type { Output } from './output.ts'
import { Sites } from './sites.ts'
import { Tables } from './tables.ts'
import { described, Traffic } from './traffic.ts'
import { FLUSH_MS, WhenIdle } from './whenIdle.ts'

const WORDS = 4
const CAPACITY = 16_384
const MAX_U24 = 2 ** 24
const MAX_U32 = 2 ** 32 - 1
const FLUSH_NS = FLUSH_MS * 1e6
/** What an idle loop may spend on finding out where its tasks wait. */
const PROBE_MS = 2
const STREAM = 1

/** What a kind of await's owner is. */
const objectKinds: Readonly<Record<number, number>> = {
  [AwaitCode.lock]: ObjectCode.lock,
  [AwaitCode.semaphore]: ObjectCode.semaphore,
  [AwaitCode.event]: ObjectCode.event,
  [AwaitCode.condition]: ObjectCode.condition,
  [AwaitCode.queue_get]: ObjectCode.queue,
  [AwaitCode.queue_put]: ObjectCode.queue,
  [AwaitCode.queue_join]: ObjectCode.queue,
  [AwaitCode.as_completed]: ObjectCode.queue,
  [AwaitCode.task_group]: ObjectCode.task_group,
  [AwaitCode.executor]: ObjectCode.job,
  [AwaitCode.read]: ObjectCode.stream,
  [AwaitCode.drain]: ObjectCode.stream,
  [AwaitCode.subprocess]: ObjectCode.process,
  [AwaitCode.server]: ObjectCode.server,
}
/** Objects that are not called as their class is. */
const labels: Readonly<Record<number, string>> = {
  [ObjectCode.gather]: 'gather',
  [ObjectCode.wait]: 'wait',
  [ObjectCode.transport]: 'transport',
  [ObjectCode.process]: 'Process',
  [ObjectCode.server]: 'server',
}
const outcomes = { done: 1, failed: 2, cancelled: 3 } as const
const counting = new Set<number>([AwaitCode.gather, AwaitCode.wait])

/** A suspension whose stack there was no time for, while its event is still in memory. */
interface Unsited {
  readonly task: Task<unknown>
  readonly future: Future<unknown>
  readonly at: number
}

export class TraceRecorder implements Recorder {
  private readonly tables = new Tables()
  private readonly sites = new Sites(this.tables)
  private readonly zeroMs = performance.now()
  private readonly zeroHr = process.hrtime.bigint()
  /** A block of events: its header, and the events as `words`. */
  private readonly buffer = new ArrayBuffer(BLOCK_BYTES + CAPACITY * WORDS * 4)
  private readonly blockHeader = new DataView(this.buffer, 0, BLOCK_BYTES)
  private readonly words = new Uint32Array(this.buffer, BLOCK_BYTES)
  private count = 0
  private baseNs = 0
  /** The time of the last event, ns; of the step that just ended where `contiguous`: the next one begins at the same moment. */
  private lastNs = 0
  private contiguous = false
  private lastFlushNs = 0
  private awaitStack = 0
  private idleFromNs = 0
  /** Counts how often a loop became idle or busy. */
  private stirs = 0
  /** How long loops were idle since the last flush. */
  private idleNs = 0
  private unsited: Unsited[] = []
  /** Loops that are not closed. */
  private readonly loops = new Map<EventLoop, number>()
  private readonly objects = new WeakMap<object, number>()
  /** Whose capacity is written. */
  private readonly sized = new WeakSet<object>()
  private readonly traffic = new Traffic({
    add: (kind, aux, a, b) => this.add(kind, aux, a, b),
    object: (thing, kind, label) => this.object(thing, kind, label),
    string: (text) => this.tables.string(text),
  })
  private readonly yielded: number
  /** The streams of worker threads and processes. */
  private readonly others = new WeakMap<PoolWorker, { readonly stream: number; lastNs: number }>()
  private readonly whenIdle = new WhenIdle(
    () => this.stirs,
    () => {
      this.findSites()
      this.flush()
    },
    () => {
      this.add(Event.ALIVE, 0, 0, 0)
      this.flush()
    },
  )
  private failed = false
  private telling = false
  private bytes = 0
  /** The stack of a cancellation that was asked for from outside, while it is requested. */
  private askedStack = 0

  /** @param onFailure called once, where the file cannot be written any more */
  constructor(
    private readonly output: Output,
    header: Readonly<Record<string, unknown>>,
    private readonly onFailure: (error: unknown) => void,
    private readonly onLoop: () => void = () => {},
  ) {
    this.write(headerBytes(header))
    this.tables.define('STREAM', this.tables.string('main'), process.pid, 0)
    this.yielded = this.tables.await(AwaitCode.sleep, 'sleep', 0, TargetCode.none)
  }

  loopStarted(loop: EventLoop): void {
    this.add(Event.LOOP_START, 0, this.loop(loop), 0)
    this.onLoop()
  }

  /** A loop that runs as the recording begins, with the tasks that it has. Who created them is not known. */
  meet(loop: EventLoop): void {
    this.loopStarted(loop)
    for (const task of loop._tasks()) {
      this.add(Event.TASK_CREATE, 0, this.task(task), 0)
      if (!task._begun || (task._awaited === undefined && loop._current !== task)) continue
      this.stepBegan(task, false)
      if (task._awaited !== undefined) this.stepSuspended(task, task._awaited)
    }
    if (loop._polling) this.pollBegan(loop, undefined)
  }

  loopStopped(loop: EventLoop): void {
    this.add(Event.LOOP_STOP, 0, this.loop(loop), 0)
    this.flushSoon()
  }

  loopClosed(loop: EventLoop): void {
    this.add(Event.LOOP_CLOSE, 0, this.loop(loop), 0)
    this.loops.delete(loop)
    this.flushSoon()
  }

  pollBegan(loop: EventLoop, timeoutSeconds: number | undefined): void {
    const timeout = timeoutSeconds === undefined ? MAX_U32 : Math.min(MAX_U32, Math.round(timeoutSeconds * 1e6))
    this.add(Event.POLL_BEGIN, 0, this.loop(loop), timeout)
    this.idleFromNs = this.lastNs
    this.stirs++
    this.whenIdle.begin()
  }

  pollEnded(loop: EventLoop): void {
    this.add(Event.POLL_END, 0, this.loop(loop), 0)
    this.idleNs += this.lastNs - this.idleFromNs
    this.stirs++
  }

  runEnded(loop: EventLoop): void {
    this.add(Event.RUN_END, 0, this.loop(loop), 0)
  }

  handleCreated(handle: Handle, scheduler: Task<unknown> | undefined): void {
    handle._recorded = { by: this, task: scheduler === undefined ? 0 : this.task(scheduler), ns: this.lastNs }
  }

  callbackBegan(handle: Handle): void {
    const ns = this.boundary()
    const made = handle._recorded?.by === this ? handle._recorded : undefined
    const waited = made === undefined ? MAX_U32 : Math.min(MAX_U32, Math.max(0, ns - made.ns))
    this.addAt(ns, Event.CALLBACK_BEGIN, this.sites.callback(handle._callback!), made?.task ?? 0, waited)
  }

  timerBegan(handle: TimerHandle, latenessSeconds: number): void {
    const late = Math.min(MAX_U32, Math.max(0, Math.round(latenessSeconds * 1e9)))
    const scheduler = handle._recorded?.by === this ? handle._recorded.task : 0
    this.addAt(this.boundary(), Event.TIMER_BEGIN, this.sites.callback(handle._callback!), scheduler, late)
  }

  taskCreated(task: Task<unknown>, creator: Task<unknown> | undefined, eager: boolean): void {
    const id = this.define(task, eager ? TaskFlag.EAGER : 0)
    const stack = this.sites.affordable(0.9) ? this.sites.here(this.taskCreated) : 0
    this.add(Event.TASK_CREATE, stack, id, creator === undefined ? 0 : this.task(creator))
  }

  taskNamed(task: Task<unknown>): void {
    this.add(Event.TASK_NAME, 0, this.task(task), this.tables.string(task.getName()))
  }

  taskReady(task: Task<unknown>, waker: Task<unknown> | undefined): void {
    const stack = this.sites.affordable(0.5) ? this.sites.here(this.taskReady) : 0
    this.add(Event.TASK_READY, stack, this.task(task), waker === undefined ? 0 : this.task(waker))
  }

  cancelRequested(task: Task<unknown>, requester: Task<unknown> | undefined, message: string | undefined): void {
    const affordable = this.askedStack === 0 && this.sites.affordable(0.9)
    const stack = affordable ? this.sites.here(this.cancelRequested) : this.askedStack
    const id = this.task(task)
    this.add(Event.CANCEL_REQUEST, stack, id, requester === undefined ? 0 : this.task(requester))
    if (message !== undefined) this.add(Event.CANCEL_MESSAGE, 0, id, this.tables.string(message))
  }

  stepBegan(task: Task<unknown>, cancelled: boolean): void {
    const id = this.task(task)
    this.addAt(this.boundary(), Event.STEP_BEGIN, cancelled ? 1 : 0, id, 0)
    this.awaitStack = 0
  }

  awaitReached(): void {
    this.awaitStack = this.sites.affordable(1) ? this.sites.here(this.awaitReached) : 0
  }

  stepSuspended(task: Task<unknown>, future: Future<unknown>): void {
    const { id, target } = this.awaited(future, this.awaitStack)
    if (this.awaitStack === 0) this.unsited.push({ task, future, at: this.count * WORDS })
    this.endStep(Event.STEP_SUSPEND, id, task, target)
  }

  stepYielded(task: Task<unknown>): void {
    this.endStep(Event.STEP_YIELD, this.yielded, task, 0)
  }

  stepReturned(task: Task<unknown>): void {
    this.endStep(Event.STEP_RETURN, 0, task, 0)
  }

  stepRaised(task: Task<unknown>, error: unknown): void {
    this.endStep(Event.STEP_RAISE, 0, task, this.tables.string(described(error)))
  }

  stepCancelled(task: Task<unknown>, message: string | undefined): void {
    this.endStep(Event.STEP_CANCEL, 0, task, this.tables.string(message ?? ''))
  }

  acquired(owner: object, kind: number): void {
    this.add(Event.ACQUIRE, this.site(this.acquired), this.object(owner, kind), this.current())
  }

  released(owner: object, kind: number): void {
    this.add(Event.RELEASE, this.site(this.released), this.object(owner, kind), this.current())
  }

  level(owner: object, kind: number, level: number, capacity: number | undefined): void {
    const id = this.object(owner, kind)
    if (capacity !== undefined && !this.sized.has(owner)) {
      this.sized.add(owner)
      this.add(Event.CAPACITY, 0, id, Math.min(MAX_U32, capacity))
    }
    this.add(Event.LEVEL, 0, id, level)
  }

  scopeOpened(scope: object, kind: number): void {
    this.add(Event.SCOPE_OPEN, this.site(this.scopeOpened), this.object(scope, kind), this.current())
  }

  scopeChild(scope: object, kind: number, task: Task<unknown>): void {
    this.add(Event.SCOPE_CHILD, 0, this.object(scope, kind), this.task(task))
  }

  scopeClosed(scope: object, kind: number, outcome: { readonly error: unknown } | undefined): void {
    const how = outcome === undefined ? 'done' : outcome.error instanceof CancelledError ? 'cancelled' : 'failed'
    this.add(Event.SCOPE_CLOSE, outcomes[how], this.object(scope, kind), this.current())
  }

  jobSubmitted(job: Job, executor: Executor): void {
    const stack = this.sites.affordable(0.9) ? this.sites.here(this.jobSubmitted) : 0
    let pool = this.objects.get(executor)
    if (pool === undefined) {
      pool = this.object(executor, ObjectCode.executor)
      this.add(Event.CAPACITY, 0, pool, executor._maxWorkers)
    }
    const id = this.tables.define('OBJECT', ObjectCode.job, this.tables.string(job.name), stack)
    this.objects.set(job.future, id)
    this.add(Event.JOB_SUBMIT, stack, id, pool)
  }

  jobBegan(job: Job, worker: PoolWorker): void {
    this.addElsewhere(worker, undefined, Event.JOB_BEGIN, 0, this.job(job))
  }

  jobEnded(job: Job, how: JobOutcome, worker: PoolWorker | undefined, ns: bigint | undefined): void {
    if (worker === undefined) this.add(Event.JOB_END, outcomes[how], this.job(job), 0)
    else this.addElsewhere(worker, ns, Event.JOB_END, outcomes[how], this.job(job))
  }

  opened(thing: object, what: OpenedThing): void {
    this.traffic.opened(thing, what, this.site(this.opened))
  }

  closed(thing: object, kind: number, error: unknown): void {
    this.traffic.closed(thing, kind, error)
  }

  received(transport: object, bytes: number): void {
    this.traffic.received(transport, bytes)
  }

  sent(transport: object, bytes: number): void {
    this.traffic.sent(transport, bytes)
  }

  writing(transport: object, resumed: boolean): void {
    const id = this.object(transport, ObjectCode.transport)
    this.add(Event.WRITING, this.site(this.writing), id, resumed ? 1 : 0)
  }

  spawned(process: object, command: string, pid: number): void {
    this.traffic.spawned(process, command, pid, this.site(this.spawned))
  }

  exited(process: object, status: number): void {
    this.traffic.exited(process, status)
  }

  killed(process: object, signal: NodeJS.Signals | number): void {
    this.traffic.killed(process, signal, this.site(this.killed))
  }

  signalled(signal: NodeJS.Signals, handler: object): void {
    this.traffic.signalled(signal, this.sites.callback(handler))
  }

  /** Writes everything and ends the trace. */
  end(reason: 'exit' | 'stopped'): void {
    this.whenIdle.stop()
    this.flush()
    this.write(endBlock(this.now(), reason))
    this.sites.stop()
    this.bytes = this.failed ? 0 : this.output.length()
    if (!this.failed) this.output.close()
    // A further recording numbers the tasks that there are anew.
    if (reason === 'stopped') for (const loop of this.loops.keys()) for (const task of loop._tasks()) task._traceId = 0
  }

  /** All that is known is in the file, up to the length that is told. `inside`: in the middle of a step, of which the stack is told as well. */
  upToNow(inside: boolean): { trace: string; bytes: number; atNs: number } {
    // To find where tasks wait, they are resumed, which nobody's step can have done.
    if (inside) this.add(Event.SAMPLE, this.sites.here(this.upToNow), STREAM, MAX_U32)
    else this.findSites()
    this.add(Event.ALIVE, 0, 0, 0)
    this.flush()
    if (this.failed) throw new Error('the trace cannot be written')
    return { trace: this.output.path, bytes: this.output.length(), atNs: this.lastNs }
  }

  /** The trace that has ended. */
  whole(): { trace: string; bytes: number } {
    return { trace: this.output.path, bytes: this.bytes }
  }

  mark(label: string): void {
    this.add(Event.MARK, 0, this.tables.string(label), 0)
  }

  /** The task of that number, unless it is done. */
  livingTask(id: number): Task<unknown> | undefined {
    for (const loop of this.loops.keys()) for (const task of loop._tasks()) if (task._traceId === id) return task
    return undefined
  }

  /** Cancels a task because somebody outside has asked for it. */
  cancelAsAsked(task: Task<unknown>): void {
    this.askedStack = this.tables.stack(0, this.tables.location('<loopscope>', 'control_channel', 0))
    try {
      task.cancel()
    } finally {
      this.askedStack = 0
    }
  }

  /** Whether the thread was stopped in code of the program's: there the recorder can be used, as by a call from there. */
  isInProgram(from: (...args: never[]) => unknown): boolean {
    return this.sites.isInProgram(from)
  }

  private now(): number {
    return Math.round((performance.now() - this.zeroMs) * 1e6)
  }

  /** The time of something that begins: what just ended has read the clock already, if it was a step. */
  private boundary(): number {
    const ns = this.contiguous ? this.lastNs : this.now()
    this.contiguous = false
    return ns
  }

  private endStep(kind: number, aux: number, task: Task<unknown>, b: number): void {
    this.add(kind, aux, this.task(task), b)
    this.contiguous = true
  }

  private add(kind: number, aux: number, a: number, b: number): void {
    this.contiguous = false
    this.addAt(this.now(), kind, aux, a, b)
  }

  // A bare step of a task is two calls of this: 70 ns each, of which half is the clock.
  private addAt(ns: number, kind: number, aux: number, a: number, b: number): void {
    if (this.count === CAPACITY || ns - this.baseNs > MAX_U32 || ns - this.lastFlushNs > FLUSH_NS) this.flush()
    if (this.count === 0) this.baseNs = ns
    const at = this.count++ * WORDS
    const words = this.words
    words[at] = aux < MAX_U24 ? kind + aux * 2 ** 8 : kind
    words[at + 1] = ns - this.baseNs
    words[at + 2] = a
    words[at + 3] = b
    this.lastNs = ns
  }

  /** An event of another thread: rare, so each is a block of its own. */
  private addElsewhere(worker: PoolWorker, ns: bigint | undefined, kind: number, aux: number, a: number): void {
    let other = this.others.get(worker)
    if (other === undefined) {
      const stream = this.tables.define('STREAM', this.tables.string(worker.name), worker.id, 0)
      this.others.set(worker, (other = { stream, lastNs: 0 }))
    }
    // Clocks of two threads are read one after the other: within a stream, times never decrease.
    other.lastNs = Math.max(other.lastNs, ns === undefined ? this.now() : Number(ns - this.zeroHr))
    this.flush()
    const record = new Uint32Array([kind + aux * 2 ** 8, 0, a, 0])
    this.write(block(Block.EVENTS, new Uint8Array(record.buffer), 1, other.lastNs, other.stream))
  }

  /** The stack of what a program does now and then, where there is time for it. */
  private site(above: (...args: never[]) => unknown): number {
    return this.sites.affordable(0.5) ? this.sites.here(above) : 0
  }

  /** The task whose step runs; 0 = none. */
  private current(): number {
    const task = turningLoop()?._current
    return task === undefined ? 0 : this.task(task)
  }

  private job(job: Job): number {
    return this.objects.get(job.future) ?? this.object(job.future, ObjectCode.job)
  }

  private loop(loop: EventLoop): number {
    let id = this.loops.get(loop)
    if (id === undefined) {
      id = this.tables.define('LOOP', this.tables.string(loop.constructor.name), STREAM)
      this.loops.set(loop, id)
    }
    return id
  }

  private task(task: Task<unknown>): number {
    return task._traceId === 0 ? this.define(task, 0) : task._traceId
  }

  private define(task: Task<unknown>, flags: number): number {
    const coroutine = this.sites.coroutine(task._coroutine)
    const text = task.getName()
    const name = text.startsWith('Task-') ? this.tables.freshString(text) : this.tables.string(text)
    task._traceId = this.tables.define('TASK', this.loop(task._loop), coroutine, name, flags)
    return task._traceId
  }

  /** The await and its target number. */
  private awaited(future: Future<unknown>, stack: number): { id: number; target: number } {
    const kind = future._kind
    const owner = future instanceof Task ? future : future._owner
    const define = (targetKind: number): number => this.tables.await(kind, awaitKindNames[kind], stack, targetKind)
    if (owner instanceof Task) return { id: define(TargetCode.task), target: this.task(owner) }
    if (kind === AwaitCode.sleep)
      return { id: define(TargetCode.delay), target: Math.min(MAX_U32, Math.round((owner as number) * 1e6)) }
    if (counting.has(kind)) return { id: define(TargetCode.count), target: owner as number }
    if (kind in objectKinds && owner !== undefined)
      return { id: define(TargetCode.object), target: this.object(owner as object, objectKinds[kind]) }
    return { id: define(TargetCode.none), target: 0 }
  }

  private object(owner: object, kind: number, label = labels[kind] ?? owner.constructor.name): number {
    let id = this.objects.get(owner)
    if (id === undefined) {
      id = this.tables.define('OBJECT', kind, this.tables.string(label), 0)
      this.objects.set(owner, id)
      const ends = kind === ObjectCode.stream ? (owner as TracedStream)._ends() : ''
      if (ends !== '') this.add(Event.DETAIL, 0, id, this.tables.string(ends))
    }
    return id
  }

  /** Finds out where tasks wait that suspended when there was no time for a stack: the loop is idle now, and their events are still here. */
  private findSites(): void {
    const until = performance.now() + PROBE_MS
    for (const { task, future, at } of this.unsited.splice(0)) {
      if (performance.now() > until) break
      if (task._awaited !== future || future.done()) continue
      let stack = 0
      probe._capture = () => (stack = this.sites.here(probe._capture!))
      try {
        task._coroutine.next()
      } finally {
        probe._capture = undefined
      }
      this.words[at] = Event.STEP_SUSPEND + this.awaited(future, stack).id * 2 ** 8
    }
  }

  private flushSoon(): void {
    if (this.now() - this.lastFlushNs > FLUSH_NS / 2) this.flush()
    else this.whenIdle.begin()
  }

  private readonly flush = (): void => {
    this.lastFlushNs = this.now()
    this.sites.earn(this.idleNs / 1e6)
    this.idleNs = 0
    // What it tells of many connections can fill the block, which brings us here again.
    if (!this.telling) {
      this.telling = true
      this.traffic.tellAll()
      this.telling = false
    }
    this.unsited = []
    const definitions = this.tables.take()
    if (definitions !== undefined) this.write(definitions)
    if (this.count === 0) return
    const payloadBytes = this.count * WORDS * 4
    writeBlockHeader(this.blockHeader, Block.EVENTS, payloadBytes, this.count, this.baseNs, STREAM)
    this.write(new Uint8Array(this.buffer, 0, BLOCK_BYTES + payloadBytes))
    this.count = 0
  }

  private write(bytes: Uint8Array): void {
    if (this.failed) return
    try {
      this.output.write(bytes)
    } catch (error) {
      this.fail(error)
    }
  }

  /** Ends the recording because of an error: of the disk's, or of the recorder's own. */
  fail(error: unknown): void {
    if (this.failed) return
    this.failed = true
    this.whenIdle.stop()
    this.onFailure(error)
  }
}
