// asyncio/base_events.py: the loop, as programs use it.
import type { Awaitable, Coroutine, Seconds } from './coroutines.ts'
import { isCoroutine } from './coroutines.ts'
import { contextFor, Handle, TimerHandle, turningLoop } from './events.ts'
import { isFatal, RuntimeError } from './exceptions.ts'
import { callIn, Future, type CallbackOptions, type FutureOptions } from './futures.ts'
import { hostProcess } from './host.ts'
import { ensureFuture, Task, type TaskFactory, type TaskOptions } from './tasks.ts'
import { recorder } from './trace/hooks.ts'
import { Turns } from './turns.ts'
import type { Unretrieved } from './unretrieved.ts'

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

/** Something outside of a loop that keeps Node alive, and that a closed loop can serve no more. */
export interface Open {
  /** @internal Lets go of it at once. */
  _release(): void
}

/**
 * An event loop: one FIFO queue of what is ready, and a heap of timers. A turn runs what was ready when it began; what becomes ready meanwhile
 * runs in the next turn. Made by `run`, `Runner` or `newEventLoop`. Its methods for networks, processes and threads are those of `LoopIo`.
 */
export class EventLoop extends Turns {
  /** @internal The task whose step runs. */ _current: Task<unknown> | undefined
  /** @internal Errors that nobody has asked for. */ readonly _unretrieved = new Set<Unretrieved>()
  /** @internal For the constructor of Future, without an object per future. */ readonly _futureOptions: FutureOptions
  /** @internal */ _debug = hostProcess?.env['ASYNCIO_DEBUG'] === '1'
  /** @internal What is open. A Python program ends with its loop; here they would keep it running. */
  readonly _open = new Set<Open>()

  private _closed = false
  private _firstTask: Task<unknown> | undefined
  private _lastTask: Task<unknown> | undefined
  private _exceptionHandler: ExceptionHandler | undefined
  private _taskFactory: TaskFactory | undefined

  constructor() {
    super()
    this._futureOptions = { loop: this }
  }

  isClosed(): boolean {
    return this._closed
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

  createTask<T>(coroutine: Coroutine<T>, options?: TaskOptions): Task<T> {
    this._checkClosed()
    if (this._taskFactory) return this._taskFactory(this, coroutine, options ?? {})
    return new Task(coroutine, options === undefined ? this._futureOptions : { ...options, loop: this })
  }

  /** Makes every task of this loop; undefined or null = plain tasks. */
  setTaskFactory(factory: TaskFactory | null | undefined): void {
    factory ??= undefined
    if (factory !== undefined && typeof factory !== 'function')
      throw new TypeError('task factory must be a callable or undefined')
    this._taskFactory = factory
  }

  getTaskFactory(): TaskFactory | undefined {
    return this._taskFactory
  }

  /** Calls back in the next turn, after what is ready already. */
  callSoon(callback: () => unknown, options?: CallbackOptions): Handle {
    this._checkCallback(callback, 'callSoon')
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
    this._checkCallback(callback, 'callAt')
    const handle = new TimerHandle(when, callback, undefined, this, contextFor(options))
    if (this._debug) handle._source = new Error().stack
    recorder?.handleCreated(handle, this._current)
    this._addTimer(handle)
    return handle
  }

  /** Runs until `stop()`. The promise settles when the loop has stopped. */
  runForever(): Promise<void> {
    this._checkIdle()
    if (turningLoop()) throw new RuntimeError('Cannot run the event loop while another loop is running')
    return this._startTurns()
  }

  /** Runs until the awaitable is done; the promise settles as it does. */
  async runUntilComplete<T>(awaitable: Awaitable<T>): Promise<T> {
    this._checkIdle()
    const isNew = !(awaitable instanceof Future)
    const future = ensureFuture(awaitable, { loop: this })
    if (isNew) (future as Task<T>)._logDestroyPending = false
    const stop = (): void => {
      // A fatal error ends the run by itself.
      if (!isFatal(future._value)) this.stop()
    }
    future.addDoneCallback(stop)
    try {
      await this.runForever()
    } catch (error) {
      if (isNew && future.done()) future._markRetrieved()
      throw error
    } finally {
      future.removeDoneCallback(stop)
    }
    if (!future.done()) throw new RuntimeError('Event loop stopped before Future completed.')
    return future.result()
  }

  /** Closes a loop that does not run. Tasks that are not done are reported, as are errors that nobody asked for. */
  close(): void {
    if (this.isRunning()) throw new RuntimeError('Cannot close a running event loop')
    if (this._closed) return
    this._closed = true
    for (const task of this._tasks())
      if (task._logDestroyPending) this.callExceptionHandler({ message: 'Task was destroyed but it is pending!', task })
    for (const record of this._unretrieved) record._report()
    for (const each of this._open) each._release()
    this._open.clear()
    this._clearTurns()
    this._firstTask = this._lastTask = undefined
    recorder?.loopClosed(this)
  }

  /** undefined or null = the default one. */
  setExceptionHandler(handler: ExceptionHandler | null | undefined): void {
    handler ??= undefined
    if (handler !== undefined && typeof handler !== 'function')
      throw new TypeError(`A callable object or undefined is expected, got ${String(handler)}`)
    this._exceptionHandler = handler
  }

  getExceptionHandler(): ExceptionHandler | undefined {
    return this._exceptionHandler
  }

  /** Writes the message and its details to stderr. */
  defaultExceptionHandler(context: ExceptionContext): void {
    const { message, exception, ...details } = context
    const told = Object.keys(details)
      .sort()
      .map((key) => `${key}: ${String(details[key])}`)
    const lines = [message || 'Unhandled exception in event loop', ...told]
    console.error(lines.join('\n'), ...('exception' in context ? [exception] : []))
  }

  /** Reports what nobody can catch, to the handler that is set or the default one. */
  callExceptionHandler(context: ExceptionContext): void {
    if (!this._exceptionHandler) return this._callDefaultHandler(context, '')
    try {
      const handler = this._exceptionHandler
      const own = context.task?._context ?? context.handle?._context
      if (own) callIn(own, () => handler(this, context))
      else handler(this, context)
    } catch (error) {
      if (isFatal(error)) throw error
      const broken = { message: 'Unhandled error in exception handler', exception: error, context }
      this._callDefaultHandler(broken, ' while handling an unexpected error in custom exception handler')
    }
  }

  /** Calls the default handler, which a program may have overridden: where that breaks, it is said, and the loop runs on. */
  private _callDefaultHandler(context: ExceptionContext, when: string): void {
    try {
      this.defaultExceptionHandler(context)
    } catch (error) {
      if (isFatal(error)) throw error
      console.error(`Exception in default exception handler${when}`, error)
    }
  }

  /** Nothing to end: the core has no executor. The whole package's loops have: see `LoopIo`. */
  shutdownDefaultExecutor(timeout?: Seconds | null): Coroutine<void>
  *shutdownDefaultExecutor(): Coroutine<void> {}

  /** Takes a turn of the loop, as in CPython; there are no async generators here whose `finally` would have to run. */
  *shutdownAsyncgens(): Coroutine<void> {}

  /** @internal */
  _addHandle(handle: Handle): void {
    if (this._debug) handle._source = new Error().stack
    recorder?.handleCreated(handle, this._current)
    this._enqueue(handle)
  }

  /** @internal Tasks that are not done, oldest first. */
  *_tasks(): Generator<Task<unknown>, void, undefined> {
    for (let task = this._firstTask; task; task = task._next) yield task
  }

  /** @internal */
  _link(task: Task<unknown>): void {
    task._previous = this._lastTask
    if (!this._lastTask) this._firstTask = task
    else this._lastTask._next = task
    this._lastTask = task
  }

  /** @internal */
  _unlink(task: Task<unknown>): void {
    if (!task._previous) this._firstTask = task._next
    else task._previous._next = task._next
    if (!task._next) this._lastTask = task._previous
    else task._next._previous = task._previous
    task._previous = task._next = undefined
  }

  private _checkCallback(callback: unknown, method: string): void {
    this._checkClosed()
    if (isCoroutine(callback)) throw new TypeError(`coroutines cannot be used with ${method}()`)
    if (typeof callback !== 'function')
      throw new TypeError(`a callable object was expected by ${method}(), got ${String(callback)}`)
  }

  /** @internal Throws where it runs or is closed. */
  _checkIdle(): void {
    this._checkClosed()
    if (this.isRunning()) throw new RuntimeError('This event loop is already running')
  }

  /** @internal */
  _checkClosed(): void {
    if (this._closed) throw new RuntimeError('Event loop is closed')
  }
}

/** A loop of its own, that does not run yet. */
export const newEventLoop = (): EventLoop => new EventLoop()
