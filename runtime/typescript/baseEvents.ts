// asyncio/base_events.py: the loop. Its turns run inside Node's own loop.
import { performance } from 'node:perf_hooks'
import { AwaitCode } from '../../trace/format/schema.ts'
import type { Awaitable, Coroutine, Seconds } from './coroutines.ts'
import { isCoroutine } from './coroutines.ts'
import type { Executor, JobFunction } from './executors/executor.ts'
import { contextFor, Handle, markStarted, setTurning, TimerHandle, turningLoop, type Runnable } from './events.ts'
import { isFatal, RuntimeError } from './exceptions.ts'
import {
  callIn,
  createWaiter,
  Future,
  setResultUnlessDone,
  type CallbackOptions,
  type FutureOptions,
} from './futures.ts'
import { heapify, heapPop, heapPush } from './heapq.ts'
import { ensureFuture, Task, type TaskFactory, type TaskOptions } from './tasks.ts'
import { tracing } from './trace/hooks.ts'
import { LoopIo } from './transports/loopIo.ts'
import type { Unretrieved } from './unretrieved.ts'

/**
 * Turns per `setImmediate`. One of them costs 2 µs, which is all of a single task's switch: with 8, outside timers stay within 1 ms and the
 * switches of a single task are 3 times as fast; with 64, outside timers are 2.4 ms late.
 */
const TURNS_PER_IMMEDIATE = 8
const MILLISECONDS_PER_IMMEDIATE = 1
/** Node's longest timeout. Also keeps Node alive while a loop runs and waits: a program that hangs in Python hangs here. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1
/** Cancelled timers leave the heap when they are this many, and half of it. */
const MIN_TIMERS_TO_PURGE = 100
/** Two moments that differ by less are the same. */
const CLOCK_RESOLUTION: Seconds = 1e-9

/** What an exception handler is told. Only `message` is always there. */
export interface ExceptionContext {
  readonly message: string
  readonly exception?: unknown
  readonly future?: Future<unknown>
  readonly task?: Task<unknown>
  readonly handle?: Handle
  readonly [detail: string]: unknown
}
export type ExceptionHandler = (loop: EventLoop, context: ExceptionContext) => unknown

/** Seconds that the end of a run waits for threads: CPython's THREAD_JOIN_TIMEOUT. */
const THREAD_JOIN_TIMEOUT: Seconds = 300

/** @internal Given by threads.ts: a program that uses no threads needs none of their code. */
export const threading: {
  runInExecutor?: <A extends unknown[], R>(
    loop: EventLoop,
    executor: Executor | undefined,
    fn: JobFunction<A, R>,
    args: A,
  ) => Future<R>
} = {}

const earlier = (a: TimerHandle, b: TimerHandle): boolean => a._when < b._when

/**
 * An event loop: one FIFO queue of what is ready, and a heap of timers. A turn runs what was ready when it began; what becomes ready meanwhile
 * runs in the next turn. Made by `run`, `Runner` or `newEventLoop`.
 */
export class EventLoop extends LoopIo {
  /** Callbacks that run longer are reported in debug mode. */
  slowCallbackDuration: Seconds = 0.1
  /** @internal The task whose step runs. */ _current: Task<unknown> | undefined = undefined
  /** @internal Errors that nobody has asked for. */ readonly _unretrieved = new Set<Unretrieved>()
  /** @internal For the constructor of Future, without an object per future. */ readonly _futureOptions: FutureOptions
  /** @internal */ _debug = process.env['ASYNCIO_DEBUG'] === '1'

  // Two arrays that change places: the one that turns consume and the one that is filled. Their lengths never shrink while they are in use.
  private ready: (Runnable | undefined)[] = []
  private readyCount = 0
  private spare: (Runnable | undefined)[] = []
  private timers: TimerHandle[] = []
  private cancelledTimers = 0
  private firstTask: Task<unknown> | undefined = undefined
  private lastTask: Task<unknown> | undefined = undefined

  private running = false
  private stopping = false
  private closed = false
  private polling = false
  private immediate = false
  private timeout: NodeJS.Timeout | undefined = undefined
  private timeoutDue = Infinity
  private settleRun: ((error: unknown, failed: boolean) => void) | undefined = undefined
  private exceptionHandler: ExceptionHandler | undefined = undefined
  private taskFactory: TaskFactory | undefined = undefined
  private executor: Executor | undefined = undefined
  private executorShut = false

  constructor() {
    super()
    this._futureOptions = { loop: this }
  }

  /** Seconds on the loop's clock, which never goes back. */
  time(): Seconds {
    return performance.now() / 1000
  }

  isRunning(): boolean {
    return this.running
  }

  isClosed(): boolean {
    return this.closed
  }

  getDebug(): boolean {
    return this._debug
  }

  setDebug(enabled: boolean): void {
    this._debug = enabled
  }

  createFuture<T = void>(): Future<T> {
    return new Future<T>(this._futureOptions)
  }

  createTask<T>(coroutine: Coroutine<T>, options: TaskOptions = {}): Task<T> {
    this.checkClosed()
    if (this.taskFactory !== undefined) return this.taskFactory(this, coroutine, options)
    return new Task(coroutine, { ...options, loop: this })
  }

  /** Makes every task of this loop; undefined or null = plain tasks. */
  setTaskFactory(factory: TaskFactory | null | undefined): void {
    this.taskFactory = factory ?? undefined
  }

  getTaskFactory(): TaskFactory | undefined {
    return this.taskFactory
  }

  /** Calls back in the next turn, after what is ready already. */
  callSoon(callback: () => unknown, options?: CallbackOptions): Handle {
    this.checkClosed()
    if (typeof callback !== 'function')
      throw new TypeError(`a callable object was expected by callSoon(), got ${String(callback)}`)
    if (isCoroutine(callback)) throw new TypeError('coroutines cannot be used with callSoon()')
    const handle = new Handle(callback, undefined, this, contextFor(options))
    this._addHandle(handle)
    return handle
  }

  /** Calls back after `delay` seconds. */
  callLater(delay: Seconds, callback: () => unknown, options?: CallbackOptions): TimerHandle {
    return this.callAt(this.time() + delay, callback, options)
  }

  /** Calls back at a moment of `time()`; callbacks of one moment run in an order that is not defined. */
  callAt(when: Seconds, callback: () => unknown, options?: CallbackOptions): TimerHandle {
    this.checkClosed()
    if (typeof callback !== 'function')
      throw new TypeError(`a callable object was expected by callAt(), got ${String(callback)}`)
    const handle = new TimerHandle(when, callback, undefined, this, contextFor(options))
    if (this._debug) handle._source = new Error().stack
    tracing.recorder?.handleCreated(handle, this._current)
    heapPush(this.timers, handle, earlier)
    handle._scheduled = true
    if (turningLoop() !== this && this.running) this.arm()
    return handle
  }

  /** Runs until `stop()`. The promise settles when the loop has stopped. */
  runForever(): Promise<void> {
    this.checkClosed()
    if (this.running) throw new RuntimeError('This event loop is already running')
    if (turningLoop() !== undefined) throw new RuntimeError('Cannot run the event loop while another loop is running')
    this.running = true
    markStarted(this, true)
    tracing.recorder?.loopStarted(this)
    return new Promise<void>((resolve, reject) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the loop's run ended with, whatever it is
      this.settleRun = (error, failed) => (failed ? reject(error) : resolve())
      this.schedule()
    })
  }

  /** Runs until the awaitable is done; the promise settles as it does. */
  async runUntilComplete<T>(awaitable: Awaitable<T>): Promise<T> {
    this.checkClosed()
    if (this.running) throw new RuntimeError('This event loop is already running')
    const isNew = !(awaitable instanceof Future)
    const future = ensureFuture(awaitable, { loop: this })
    if (isNew) (future as Task<T>)._logDestroyPending = false
    const stop = (): void => {
      // A fatal error ends the run by itself.
      if (future.cancelled() || !isFatal(future._value)) this.stop()
    }
    future.addDoneCallback(stop)
    try {
      await this.runForever()
    } catch (error) {
      if (isNew && future.done() && !future.cancelled()) future._markRetrieved()
      throw error
    } finally {
      future.removeDoneCallback(stop)
    }
    if (!future.done()) throw new RuntimeError('Event loop stopped before Future completed.')
    return future.result()
  }

  /** Stops the loop at the end of this turn. What is ready stays so, for the next run. */
  stop(): void {
    this.stopping = true
    if (this.running && turningLoop() !== this) this.schedule()
  }

  /** Closes a loop that does not run. Tasks that are not done are reported, as are errors that nobody asked for. */
  close(): void {
    if (this.running) throw new RuntimeError('Cannot close a running event loop')
    if (this.closed) return
    this.closed = true
    for (const task of this._tasks())
      if (task._logDestroyPending) this.callExceptionHandler({ message: 'Task was destroyed but it is pending!', task })
    for (const record of this._unretrieved) record.report()
    this._closeIo()
    this.ready = []
    this.readyCount = 0
    this.timers = []
    this.firstTask = this.lastTask = undefined
    tracing.recorder?.loopClosed(this)
  }

  /** undefined or null = the default one. */
  setExceptionHandler(handler: ExceptionHandler | null | undefined): void {
    handler ??= undefined
    if (handler !== undefined && typeof handler !== 'function')
      throw new TypeError(`A callable object or undefined is expected, got ${String(handler)}`)
    this.exceptionHandler = handler
  }

  getExceptionHandler(): ExceptionHandler | undefined {
    return this.exceptionHandler
  }

  /** Writes the message and its details to stderr. */
  defaultExceptionHandler(context: ExceptionContext): void {
    const details = Object.keys(context)
      .filter((key) => key !== 'message' && key !== 'exception')
      .sort()
      .map((key) => `${key}: ${String(context[key])}`)
    const lines = [context.message || 'Unhandled exception in event loop', ...details]
    if ('exception' in context) console.error(lines.join('\n'), context.exception)
    else console.error(lines.join('\n'))
  }

  /** Reports what nobody can catch, to the handler that is set or the default one. */
  callExceptionHandler(context: ExceptionContext): void {
    try {
      if (this.exceptionHandler === undefined) this.defaultExceptionHandler(context)
      else {
        const handler = this.exceptionHandler
        const own = context.task?._context ?? context.handle?._context
        if (own === undefined) handler(this, context)
        else callIn(own, () => handler(this, context))
      }
    } catch (error) {
      if (isFatal(error)) throw error
      this.defaultExceptionHandler({ message: 'Unhandled error in exception handler', exception: error, context })
    }
  }

  /** As `callSoon`, for code outside of the loop's turns. Other threads reach the loop by `threadLoop`. */
  callSoonThreadsafe(callback: () => unknown, options?: CallbackOptions): Handle {
    return this.callSoon(callback, options)
  }

  /** Gives a function to an executor; undefined = the default one, of threads. See `toThread` for which functions can go there. */
  runInExecutor<A extends unknown[], R>(executor: Executor | undefined, fn: JobFunction<A, R>, ...args: A): Future<R> {
    this.checkClosed()
    if (threading.runInExecutor === undefined) throw new RuntimeError('This program was built without threads.')
    return threading.runInExecutor(this, executor, fn, args)
  }

  setDefaultExecutor(executor: Executor): void {
    this.executor = executor
  }

  /** Ends the default executor and waits for its jobs, `timeout` seconds at most. Nothing can be given to it any more. */
  *shutdownDefaultExecutor(timeout: Seconds | null = THREAD_JOIN_TIMEOUT): Coroutine<void> {
    this.executorShut = true
    if (this.executor === undefined) return
    const joined = createWaiter<boolean>(this, AwaitCode.executor, undefined)
    void this.executor.shutdown().then(() => setResultUnlessDone(joined, true))
    const timer = timeout === null ? undefined : this.callLater(timeout, () => setResultUnlessDone(joined, false))
    try {
      if (yield* joined) return
      console.warn(`The executor did not finish joining its threads within ${timeout} seconds.`)
    } finally {
      timer?.cancel()
    }
  }

  /** @internal The executor of `runInExecutor(undefined, …)`, made where there is none. */
  _defaultExecutor(make: () => Executor): Executor {
    if (this.executorShut) throw new RuntimeError('Executor shutdown has been called')
    return (this.executor ??= make())
  }

  /** Takes a turn of the loop, as in CPython; there are no async generators here whose `finally` would have to run. */
  *shutdownAsyncgens(): Coroutine<void> {}

  /** @internal Ends the run with an error, at once. */
  _abort(error: unknown): void {
    if (this.running) this.finishRun(error, true)
  }

  /** @internal */
  _enqueue(runnable: Runnable): void {
    this.ready[this.readyCount++] = runnable
    if (this.readyCount === 1 && turningLoop() !== this && this.running) this.schedule()
  }

  /** @internal */
  _addHandle(handle: Handle): void {
    if (this._debug) handle._source = new Error().stack
    tracing.recorder?.handleCreated(handle, this._current)
    this._enqueue(handle)
  }

  /** @internal */
  _timerCancelled(handle: TimerHandle): void {
    if (handle._scheduled) this.cancelledTimers++
  }

  /** @internal Tasks that are not done, oldest first. */
  *_tasks(): Generator<Task<unknown>, void, undefined> {
    for (let task = this.firstTask; task !== undefined; task = task._next) yield task
  }

  /** @internal */
  _link(task: Task<unknown>): void {
    task._previous = this.lastTask
    if (this.lastTask === undefined) this.firstTask = task
    else this.lastTask._next = task
    this.lastTask = task
  }

  /** @internal */
  _unlink(task: Task<unknown>): void {
    if (task._previous === undefined) this.firstTask = task._next
    else task._previous._next = task._next
    if (task._next === undefined) this.lastTask = task._previous
    else task._next._previous = task._previous
    task._previous = task._next = undefined
  }

  protected checkClosed(): void {
    if (this.closed) throw new RuntimeError('Event loop is closed')
  }

  /** Asks Node for the next turns. */
  protected schedule(): void {
    if (this.immediate) return
    this.immediate = true
    setImmediate(this.pump)
  }

  private readonly pump = (): void => {
    this.immediate = false
    if (!this.running) return
    if (this.polling) {
      this.polling = false
      tracing.recorder?.pollEnded(this)
    }
    const outer = setTurning(this)
    const began = performance.now()
    try {
      let turns = 0
      do this.turn()
      while (
        !this.stopping &&
        this.readyCount > 0 &&
        !this._debug &&
        ++turns < TURNS_PER_IMMEDIATE &&
        performance.now() - began < MILLISECONDS_PER_IMMEDIATE
      )
    } catch (error) {
      this.finishRun(error, true)
    } finally {
      setTurning(outer)
    }
    tracing.recorder?.runEnded(this)
    if (!this.running) return
    if (this.stopping) this.finishRun(undefined, false)
    else if (this.readyCount > 0) this.schedule()
    else this.arm()
  }

  /** One turn: due timers become ready, then what is ready runs, but nothing that becomes ready meanwhile. */
  private turn(): void {
    if (this.timers.length > 0) this.collectTimers()
    const batch = this.ready
    const count = this.readyCount
    this.ready = this.spare
    this.readyCount = 0
    this.spare = batch
    let i = 0
    try {
      while (i < count) {
        const runnable = batch[i]!
        batch[i++] = undefined
        if (runnable._cancelled) continue
        if (runnable instanceof Handle) this.beginHandle(runnable)
        if (this._debug) this.runTimed(runnable)
        else runnable._run()
      }
    } catch (error) {
      // The rest of this turn comes first in the next run.
      this.ready = [...batch.slice(i, count), ...this.ready.slice(0, this.readyCount)]
      this.readyCount += count - i
      this.spare = []
      throw error
    }
  }

  private beginHandle(handle: Handle): void {
    const recorder = tracing.recorder
    if (recorder === undefined) return
    if (handle instanceof TimerHandle) recorder.timerBegan(handle, this.time() - handle._when)
    else recorder.callbackBegan(handle)
  }

  private runTimed(runnable: Runnable): void {
    const began = this.time()
    runnable._run()
    const duration = this.time() - began
    if (duration >= this.slowCallbackDuration)
      console.warn(`Executing ${(runnable as Handle).toString()} took ${duration.toFixed(3)} seconds`)
  }

  /** Moves the due timers to the ready queue, and cancelled ones out of the heap. */
  private collectTimers(): void {
    const timers = this.timers
    if (timers.length > MIN_TIMERS_TO_PURGE && this.cancelledTimers / timers.length > 0.5) {
      for (const timer of timers) if (timer._cancelled) timer._scheduled = false
      this.timers = timers.filter((timer) => !timer._cancelled)
      heapify(this.timers, earlier)
      this.cancelledTimers = 0
    }
    this.dropCancelled()
    // Node's timers fire up to a millisecond early: what is not due yet stays.
    const end = this.time() + CLOCK_RESOLUTION
    while (this.timers.length > 0 && this.timers[0]._when < end) {
      const timer = heapPop(this.timers, earlier)
      timer._scheduled = false
      this.ready[this.readyCount++] = timer
    }
  }

  private dropCancelled(): void {
    while (this.timers.length > 0 && this.timers[0]._cancelled) {
      this.cancelledTimers--
      heapPop(this.timers, earlier)._scheduled = false
    }
  }

  /** Nothing is ready: waits for the first timer, or for a callback of Node's. */
  private arm(): void {
    this.dropCancelled()
    const due = this.timers.length > 0 ? this.timers[0]._when : Infinity
    if (!this.polling && !this.immediate) {
      this.polling = true
      tracing.recorder?.pollBegan(this, due === Infinity ? undefined : Math.max(0, due - this.time()))
    }
    this.waitUntil(due)
  }

  /** Waits in Node's loop until a moment of `time()` (Infinity: for its callbacks alone), then turns. Tests override it, with `time`. */
  protected waitUntil(due: Seconds): void {
    if (this.timeout !== undefined) {
      if (this.timeoutDue === due) return
      clearTimeout(this.timeout)
    }
    const delayMs = due === Infinity ? LONGEST_TIMEOUT_MS : Math.ceil((due - this.time()) * 1000)
    this.timeoutDue = due
    this.timeout = setTimeout(this.timeoutFired, Math.min(Math.max(delayMs, 0), LONGEST_TIMEOUT_MS))
  }

  private readonly timeoutFired = (): void => {
    this.timeout = undefined
    this.timeoutDue = Infinity
    if (!this.running || this.immediate) return
    this.pump()
  }

  private finishRun(error: unknown, failed: boolean): void {
    this.running = false
    this.stopping = false
    this.polling = false
    markStarted(this, false)
    if (this.timeout !== undefined) clearTimeout(this.timeout)
    this.timeout = undefined
    this.timeoutDue = Infinity
    tracing.recorder?.loopStopped(this)
    const settle = this.settleRun
    this.settleRun = undefined
    settle?.(error, failed)
  }
}

/** A loop of its own, that does not run yet. */
export const newEventLoop = (): EventLoop => new EventLoop()
