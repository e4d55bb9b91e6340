// asyncio/futures.py: a result that will exist later.
import { AwaitCode } from '../../trace/format/schema.ts'
import type { EventLoop } from './baseEvents.ts'
import { enterContext, type Context } from './contextvars.ts'
import { probe, shown, suspended, type Suspension } from './coroutines.ts'
import { contextFor, getEventLoop, Handle } from './events.ts'
import { CancelledError, InvalidStateError } from './exceptions.ts'
import { recorder } from './trace/hooks.ts'
import { watchRetrieval, type Unretrieved } from './unretrieved.ts'

/** @internal */
export enum State {
  PENDING,
  CANCELLED,
  RESULT,
  FAILED,
}

export interface FutureOptions {
  /** Default: the running loop. */
  readonly loop?: EventLoop | undefined
}
export interface CallbackOptions {
  /** The context to run in. Default: a copy of the current one. */
  readonly context?: Context | undefined
}
export type DoneCallback<F> = (future: F) => unknown

/** @internal Something to do when a future is done: resume a task, or schedule a callback. */
export interface Waiter {
  _wakenBy(future: Future<unknown>): void
}

/**
 * A result, an error or a cancellation that will exist later. Await it with `yield* future` in a coroutine, with `await future` in an async function.
 * Callbacks always run by the loop, never inside `setResult`. Not thread-safe.
 *
 * A future is its own iterator and keeps no state for it: any number of tasks can await one future, and none of them allocates anything.
 */
export class Future<T> implements PromiseLike<T> {
  static readonly name: string = 'Future' // as NamedError's
  /** @internal */ _state: State = State.PENDING
  /** @internal The result, the error, or the CancelledError to hand to the first who asks. */ _value: unknown =
    undefined
  /** @internal */ _waiters: Waiter | Waiter[] | undefined
  /** @internal */ _message: string | undefined
  /** @internal Set while nobody has seen the error. */ _unretrieved: Unretrieved | undefined
  /** @internal What a task that awaits this waits for: a code of the trace format, and the lock, queue, … or number that it is about. */
  _kind: number = AwaitCode.future
  /** @internal */ _owner: unknown = undefined
  /** @internal */ readonly _loop: EventLoop

  constructor(options?: FutureOptions) {
    this._loop = options?.loop ?? getEventLoop()
  }

  getLoop(): EventLoop {
    return this._loop
  }

  /** Whether it has a result or an error, or is cancelled. */
  done(): boolean {
    return this._state !== State.PENDING
  }

  cancelled(): boolean {
    return this._state === State.CANCELLED
  }

  /** The result. Throws its error, CancelledError where it is cancelled, InvalidStateError where it is not done. */
  result(): T {
    if (this._state === State.RESULT) return this._value as T
    if (this._state === State.CANCELLED) throw this._cancelledError()
    if (this._state === State.PENDING) throw new InvalidStateError('Result is not set.')
    this._markRetrieved()
    throw this._value
  }

  /** The error, undefined where there is none. Throws CancelledError where it is cancelled, InvalidStateError where it is not done. */
  exception(): unknown {
    if (this._state === State.CANCELLED) throw this._cancelledError()
    if (this._state === State.PENDING) throw new InvalidStateError('Exception is not set.')
    this._markRetrieved()
    return this._state === State.FAILED ? this._value : undefined
  }

  setResult(result: T): void {
    this._checkPending()
    this._finish(State.RESULT, result)
  }

  /** Makes the future fail. Where nobody ever asks for the error, the loop's exception handler hears of it. */
  setException(error: unknown): void {
    this._checkPending()
    if (typeof error === 'function' && error.prototype instanceof Error) error = new (error as new () => unknown)()
    this._unretrieved = watchRetrieval(this, error)
    this._finish(State.FAILED, error)
  }

  /** Cancels it and schedules its callbacks; false where it is already done. */
  cancel(message?: string): boolean {
    this._markRetrieved()
    if (this._state !== State.PENDING) return false
    this._message = message
    this._finish(State.CANCELLED, undefined)
    return true
  }

  /** Calls `callback` with this future, by the loop, once it is done. */
  addDoneCallback(callback: DoneCallback<this>, options?: CallbackOptions): void {
    const entry = new DoneEntry(callback, contextFor(options))
    if (this._state !== State.PENDING) entry._wakenBy(this)
    else this._addWaiter(entry)
  }

  /** Removes all instances of a callback; returns how many there were. */
  removeDoneCallback(callback: DoneCallback<this>): number {
    const waiters = this._waiters
    if (!waiters) return 0
    const all = Array.isArray(waiters) ? waiters : [waiters]
    const kept = all.filter((waiter) => !(waiter instanceof DoneEntry && waiter._callback === callback))
    this._waiters = kept.length === 0 ? undefined : kept
    return all.length - kept.length
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return this
  }

  /** @internal The iterator's half: `yield*` calls it to begin to wait and to go on. */
  next(): IteratorResult<Suspension, T> {
    if (this._state === State.PENDING || probe._capture) {
      if (probe._capture) probe._capture()
      else recorder?.awaitReached()
      suspended._future = this
      return suspended
    }
    return { done: true, value: this.result() }
  }

  /** @internal Called where a task is cancelled at this await. */
  throw(error: unknown): never {
    throw error as Error
  }

  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const promise = new Promise<T>((resolve, reject) => {
      this.addDoneCallback(() => {
        try {
          resolve(this.result())
        } catch (error) {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the future's own error, whatever it is
          reject(error)
        }
      })
    })
    return promise.then(onResult, onError)
  }

  toString(): string {
    return `<${this.constructor.name} ${this._info()}>`
  }

  /** @internal */
  _info(): string {
    if (this._state === State.PENDING) return 'pending'
    if (this._state === State.CANCELLED) return 'cancelled'
    return this._state === State.FAILED
      ? `finished exception=${String(this._value)}`
      : `finished result=${shown(this._value)}`
  }

  private _checkPending(): void {
    if (this._state !== State.PENDING)
      throw new InvalidStateError(`${this.cancelled() ? 'CANCELLED' : 'FINISHED'}: ${shown(this)}`)
  }

  /** @internal */
  _addWaiter(waiter: Waiter): void {
    const waiters = this._waiters
    if (!waiters) this._waiters = waiter
    else if (Array.isArray(waiters)) waiters.push(waiter)
    else this._waiters = [waiters, waiter]
  }

  /** @internal The error to throw for a cancellation: the one that ended the task, for the first who asks. */
  _cancelledError(): CancelledError {
    const error = this._value
    this._value = undefined
    return error instanceof CancelledError ? error : new CancelledError(this._message)
  }

  /** @internal */
  _finish(state: State, value: unknown): void {
    this._state = state
    this._value = value
    const waiters = this._waiters
    if (!waiters) return
    this._waiters = undefined
    if (!Array.isArray(waiters)) waiters._wakenBy(this)
    else for (const waiter of waiters) waiter._wakenBy(this)
  }

  /** @internal */
  _markRetrieved(): void {
    if (!this._unretrieved) return
    this._unretrieved._retrieved()
    this._unretrieved = undefined
  }
}

class DoneEntry implements Waiter {
  readonly _callback: DoneCallback<never>
  private readonly _context: Context

  constructor(callback: DoneCallback<never>, context: Context) {
    this._callback = callback
    this._context = context
  }

  _wakenBy(future: Future<unknown>): void {
    future._loop._addHandle(new Handle(this._callback, future, future._loop, this._context))
  }
}

/** Whether the value is a Future or a Task. */
export const isFuture = (value: unknown): value is Future<unknown> => value instanceof Future

/** @internal A future that a lock, a queue, … awaits on a task's behalf; `kind` and `owner` tell a recorder what for. */
export function createWaiter<T>(loop: EventLoop, kind: number, owner: unknown): Future<T> {
  const future = new Future<T>(loop._futureOptions)
  future._kind = kind
  future._owner = owner
  return future
}

/** @internal */
export function setResultUnlessDone<T>(future: Future<T>, result: T): void {
  if (!future.done()) future.setResult(result)
}

/** @internal Calls `fn` in `context`, whether or not it is entered already. */
export function callIn<T>(context: Context, fn: () => T): T {
  const outer = enterContext(context)
  try {
    return fn()
  } finally {
    enterContext(outer)
  }
}
