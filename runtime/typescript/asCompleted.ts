// asyncio/tasks.py: as_completed.
import { AwaitCode } from '../../trace/format/schema.ts'
import { isCoroutine, type Awaitable, type Coroutine, type Seconds } from './coroutines.ts'
import { getEventLoop, type TimerHandle } from './events.ts'
import { TimeoutError } from './exceptions.ts'
import { Future } from './futures.ts'
import { Queue } from './queues.ts'
import { ensureFuture } from './tasks.ts'

export interface AsCompletedOptions {
  /** Seconds for all of them; then every `yield*` throws TimeoutError. The awaitables are not cancelled. */
  readonly timeout?: Seconds | null | undefined
}

/** The end of an iteration by `next()`. */
export const END = Symbol('END')

/**
 * Awaitables in the order in which they end. Two forms, as in Python:
 *
 *     for (const next of asCompleted(tasks)) { const result = yield* next }             // Python's `for`: results
 *     for (let task; (task = yield* tasks.nextDone()) !== END; ) { task.result() }      // `async for`: the futures themselves
 */
export function asCompleted<T>(awaitables: Iterable<Awaitable<T>>, options: AsCompletedOptions = {}): AsCompleted<T> {
  if (awaitables instanceof Future || isCoroutine(awaitables)) throw new TypeError('expects an iterable of awaitables')
  return new AsCompleted(awaitables, options.timeout ?? null)
}

export class AsCompleted<T> implements Iterable<Coroutine<T>> {
  /** Futures as they end; undefined for each that had not when the time was over. */
  private readonly _ended = new Queue<Future<T> | undefined>()
  private readonly _todo: Set<Future<T>>
  private readonly _timer: TimerHandle | undefined
  private _left: number

  /** @internal */
  constructor(awaitables: Iterable<Awaitable<T>>, timeout: Seconds | null) {
    const loop = getEventLoop()
    this._ended._awaitKind = AwaitCode.as_completed
    this._todo = new Set([...new Set(awaitables)].map((awaitable) => ensureFuture(awaitable, { loop })))
    this._left = this._todo.size
    for (const future of this._todo) future.addDoneCallback(this._completed)
    if (this._todo.size > 0 && timeout !== null) this._timer = loop.callLater(timeout, this._timedOut)
  }

  *[Symbol.iterator](): Generator<Coroutine<T>, void, undefined> {
    while (this._left > 0) {
      this._left--
      yield this._nextResult()
    }
  }

  /** The next future that ended (a task of its own for each coroutine that was given), END where there is none left. */
  *nextDone(): Coroutine<Future<T> | typeof END> {
    if (this._left === 0) return END
    this._left--
    return yield* this._one()
  }

  private *_nextResult(): Coroutine<T> {
    return (yield* this._one()).result()
  }

  private *_one(): Coroutine<Future<T>> {
    const future = yield* this._ended.get()
    if (future === undefined) throw new TimeoutError()
    return future
  }

  private readonly _completed = (future: Future<T>): void => {
    if (this._todo.size === 0) return // The time was over first.
    this._todo.delete(future)
    this._ended.putNowait(future)
    if (this._todo.size === 0) this._timer?.cancel()
  }

  private readonly _timedOut = (): void => {
    for (const future of this._todo) {
      future.removeDoneCallback(this._completed)
      this._ended.putNowait(undefined)
    }
    this._todo.clear()
  }
}
