// asyncio/tasks.py: the Task, which drives a coroutine, and who runs now.
import { AwaitCode } from '../../trace/format/schema.ts'
import type { EventLoop } from './baseEvents.ts'
import { copyContext, enterContext, type Context } from './contextvars.ts'
import { isCoroutine, resumeFromSkip, shown, skipped, suspended, type Awaitable, type Coroutine } from './coroutines.ts'
import { getRunningLoop, turningLoop, type Runnable } from './events.ts'
import { CancelledError, isFatal, RuntimeError, ValueError } from './exceptions.ts'
import { Future, State, type FutureOptions, type Waiter } from './futures.ts'
import { recorder } from './trace/hooks.ts'
import { watchRetrieval } from './unretrieved.ts'

export interface TaskOptions {
  /** Default: `Task-1`, `Task-2`, … */
  readonly name?: string | undefined
  /** The context to run in. Default: a copy of the current one. */
  readonly context?: Context | undefined
}
export interface TaskConstructorOptions extends TaskOptions, FutureOptions {
  /** Runs the first step inside the constructor, where the loop is running. */
  readonly eagerStart?: boolean | undefined
}

let created = 0
/** @internal Starts the count of default names anew: tests compare them. */
export function resetTaskNames(): void {
  created = 0
}

/**
 * Runs a coroutine in the loop. Made by `createTask`; a Future of what the coroutine returns.
 *
 * While it is not done, one of three things holds: it awaits a future that is pending (`_awaited`), its next step stands in the ready queue,
 * or it is running. It stands in the queue at most once, which is why the task itself is the queue's entry and a switch allocates nothing.
 */
export class Task<T> extends Future<T> implements Runnable, Waiter {
  static override readonly name: string = 'Task'
  /** @internal */ readonly _coroutine: Coroutine<T>
  /** @internal */ readonly _context: Context
  /** @internal The future it awaits, until the step that goes on. */ _awaited: Future<unknown> | undefined
  /** @internal A cancellation to throw in at the next step. */ _mustCancel = false
  /** @internal Whether it is suspended at `nextTurn`. */ _skipping = false
  /** @internal Whether its first step has begun. */ _begun = false
  /** @internal */ _cancels = 0
  /** @internal An error of the runtime's to throw in at the next step. */ _injected: RuntimeError | undefined
  /** @internal Neighbours in the loop's list of tasks. */ _previous: Task<unknown> | undefined
  /** @internal */ _next: Task<unknown> | undefined
  /** @internal Given by the recorder: its number, and where it suspended last. */ _traceId = 0
  /** @internal */ _traceSuspended = 0
  /** @internal */ _logDestroyPending = true
  /** @internal */ readonly _cancelled = false
  /** A number stands for a default name: most tasks are never asked for it. */
  private _name: string | number

  constructor(coroutine: Coroutine<T>, options: TaskConstructorOptions = {}) {
    super(options)
    if (!isCoroutine(coroutine)) throw new TypeError(`a coroutine was expected, got ${shown(coroutine)}`)
    this._name = options.name === undefined ? ++created : String(options.name)
    this._kind = AwaitCode.task
    this._coroutine = coroutine
    this._context = options.context ?? copyContext()
    const loop = this._loop
    const eager = options.eagerStart === true && turningLoop() === loop
    loop._link(this)
    recorder?.taskCreated(this, loop._current, eager)
    if (eager) this._run()
    else loop._enqueue(this)
  }

  getName(): string {
    return typeof this._name === 'number' ? `Task-${this._name}` : this._name
  }

  setName(name: string): void {
    this._name = String(name)
    recorder?.taskNamed(this)
  }

  getCoro(): Coroutine<T> {
    return this._coroutine
  }

  getContext(): Context {
    return this._context
  }

  override setResult(): never {
    unsupported('set_result')
  }

  override setException(): never {
    unsupported('set_exception')
  }

  /**
   * Asks the task to cancel itself: a CancelledError is thrown into its coroutine at its await, in the loop's next turn. The coroutine may clean
   * up, and may refuse by catching the error. False where the task is done already.
   */
  override cancel(message?: string): boolean {
    this._markRetrieved()
    if (this._state !== State.PENDING) return false
    this._cancels++
    recorder?.cancelRequested(this, this._loop._current, message)
    // Where the awaited future takes the cancellation, it stays in place: a task that ignores the first cancel can get a second one.
    if (this._awaited?.cancel(message)) return true
    this._mustCancel = true
    this._message = message
    return true
  }

  /** How many cancellations were requested and not taken back. */
  cancelling(): number {
    return this._cancels
  }

  /** Takes one cancellation request back, by who made it; returns how many remain. At zero, one that is not delivered yet is dropped. */
  uncancel(): number {
    if (this._cancels > 0 && --this._cancels === 0) this._mustCancel = false
    return this._cancels
  }

  /** @internal The next step: called by the loop, in the task's context. */
  _run(): void {
    const loop = this._loop
    const outerContext = enterContext(this._context)
    const outerTask = loop._current
    loop._current = this
    try {
      this.step()
    } catch (error) {
      // No error of the coroutine's, which ends the task: the runtime's own, as where a cycle of tasks is cancelled.
      if (isFatal(error)) throw error
      loop.callExceptionHandler({ message: `Exception in callback ${shown(this)}`, exception: error, task: this })
    } finally {
      loop._current = outerTask
      enterContext(outerContext)
    }
  }

  /** @internal */
  _wakenBy(): void {
    recorder?.taskReady(this, this._loop._current)
    this._loop._enqueue(this)
  }

  /** @internal */
  override _info(): string {
    const state = this._state === State.PENDING && this._cancels > 0 ? 'cancelling' : super._info()
    const [first, ...rest] = state.split(' ')
    return [first, `name='${this.getName()}'`, ...rest].join(' ')
  }

  /** What one step throws into the coroutine: undefined, a cancellation, or an error of the runtime's. */
  private _thrown(): Error | undefined {
    const awaited = this._awaited
    this._awaited = undefined
    const injected = this._injected
    this._injected = undefined
    if (!this._mustCancel) return injected
    this._mustCancel = false
    // Where the awaited future was cancelled as well, its own error is the one to see.
    if (awaited && awaited._state !== State.RESULT) {
      awaited._markRetrieved()
      if (awaited._state === State.CANCELLED) return awaited._cancelledError()
      if (awaited._value instanceof CancelledError) return awaited._value
    }
    return this._cancelledError()
  }

  // 0.25 µs per switch on the machine of `npm run bench:runtime`, of which the generator's resume is half: keep it free of closures,
  // of allocation, and of property lookups that are not needed.
  private step(): void {
    const skipping = this._skipping
    this._skipping = false
    this._begun = true
    const error = this._mustCancel || this._injected ? this._thrown() : undefined
    this._awaited = undefined
    if (recorder) recorder.stepBegan(this, error instanceof CancelledError)
    let result: IteratorResult<unknown, T>
    try {
      if (error) result = this._coroutine.throw(error)
      else {
        if (skipping) resumeFromSkip()
        result = this._coroutine.next()
      }
    } catch (raised) {
      this._end(raised)
      return
    }
    if (result === suspended) this._suspend(suspended._future!)
    else if (result.done) this._succeed(result.value)
    else if (result === skipped || result.value === undefined) {
      this._skipping = result === skipped
      this._loop._enqueue(this)
      if (recorder) recorder.stepYielded(this)
    } else this._inject(misuse(result.value))
  }

  private _suspend(future: Future<unknown>): void {
    if (future._loop !== this._loop)
      return this._inject(`Task ${shown(this)} got Future ${shown(future)} attached to a different loop`)
    if (future === (this as Future<unknown>)) return this._inject(`Task cannot await on itself: ${shown(this)}`)
    this._awaited = future
    recorder?.stepSuspended(this, future)
    if (future._state === State.PENDING) future._addWaiter(this)
    else this._wakenBy()
    if (this._mustCancel && future.cancel(this._message)) this._mustCancel = false
  }

  /** Throws a RuntimeError in at the next step. */
  private _inject(message: string): void {
    this._injected = new RuntimeError(message)
    this._loop._enqueue(this)
    recorder?.stepYielded(this)
  }

  private _succeed(value: T): void {
    this._loop._unlink(this)
    if (this._mustCancel) {
      // It was cancelled during its last step, too late to be thrown in.
      this._mustCancel = false
      this._finish(State.CANCELLED, undefined)
      recorder?.stepCancelled(this, this._message)
    } else {
      this._finish(State.RESULT, value)
      recorder?.stepReturned(this)
    }
  }

  private _end(raised: unknown): void {
    this._loop._unlink(this)
    if (raised instanceof CancelledError) {
      this._message = undefined
      this._finish(State.CANCELLED, raised)
      recorder?.stepCancelled(this, raised.message || undefined)
      return
    }
    this._unretrieved = watchRetrieval(this, raised)
    this._finish(State.FAILED, raised)
    recorder?.stepRaised(this, raised)
    if (isFatal(raised)) throw raised
  }
}

function misuse(value: unknown): string {
  const where = isCoroutine(value)
    ? 'for a coroutine in a task'
    : value instanceof Future && `in a task with ${shown(value)}`
  return where ? `yield was used instead of yield* ${where}` : `Task got bad yield: ${shown(value)}`
}

function unsupported(operation: string): never {
  throw new RuntimeError(`Task does not support ${operation} operation`)
}

/** Schedules a coroutine in the running loop, as a task. */
export function createTask<T>(coroutine: Coroutine<T>, options?: TaskOptions): Task<T> {
  return getRunningLoop().createTask(coroutine, options)
}

/** The task whose step runs; undefined in a callback and outside of the loop. */
export function currentTask(loop: EventLoop = getRunningLoop()): Task<unknown> | undefined {
  return loop._current
}

/** The loop's tasks that are not done, in order of creation. */
export function allTasks(loop: EventLoop = getRunningLoop()): Set<Task<unknown>> {
  return new Set(loop._tasks())
}

/** The awaitable as a future: a future is returned as it is, a coroutine becomes a task. */
export function ensureFuture<T>(awaitable: Awaitable<T>, options: FutureOptions = {}): Future<T> {
  if (awaitable instanceof Future) {
    if (options.loop && options.loop !== awaitable._loop)
      throw new ValueError('The future belongs to a different loop than the one specified as the loop argument')
    return awaitable
  }
  if (!isCoroutine(awaitable)) throw new TypeError('A Future or a coroutine is required')
  return (options.loop ?? getRunningLoop()).createTask(awaitable)
}

export type TaskFactory = <T>(loop: EventLoop, coroutine: Coroutine<T>, options: TaskOptions) => Task<T>
type TaskConstructor = new <T>(coroutine: Coroutine<T>, options: TaskConstructorOptions) => Task<T>

/** A factory for `loop.setTaskFactory` that starts tasks of the given class inside the call that creates them. */
export function createEagerTaskFactory(constructor: TaskConstructor): TaskFactory {
  return (loop, coroutine, options) => new constructor(coroutine, { ...options, loop, eagerStart: true })
}

export const eagerTaskFactory: TaskFactory = /* @__PURE__ */ createEagerTaskFactory(Task)
