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
  private readonly ended = new Queue<Future<T> | undefined>()
  private readonly todo: Set<Future<T>>
  private readonly timer: TimerHandle | undefined
  private left: number

  /** @internal */
  constructor(awaitables: Iterable<Awaitable<T>>, timeout: Seconds | null) {
    const loop = getEventLoop()
    this.ended._awaitKind = AwaitCode.as_completed
    this.todo = new Set([...new Set(awaitables)].map((awaitable) => ensureFuture(awaitable, { loop })))
    this.left = this.todo.size
    for (const future of this.todo) future.addDoneCallback(this.completed)
    if (this.todo.size > 0 && timeout !== null) this.timer = loop.callLater(timeout, this.timedOut)
  }

  *[Symbol.iterator](): Generator<Coroutine<T>, void, undefined> {
    while (this.left > 0) {
      this.left--
      yield this.nextResult()
    }
  }

  /** The next future that ended (a task of its own for each coroutine that was given), END where there is none left. */
  *nextDone(): Coroutine<Future<T> | typeof END> {
    if (this.left === 0) return END
    this.left--
    return yield* this.one()
  }

  private *nextResult(): Coroutine<T> {
    return (yield* this.one()).result()
  }

  private *one(): Coroutine<Future<T>> {
    const future = yield* this.ended.get()
    if (future === undefined) throw new TimeoutError()
    return future
  }

  private readonly completed = (future: Future<T>): void => {
    if (this.todo.size === 0) return // The time was over first.
    this.todo.delete(future)
    this.ended.putNowait(future)
    if (this.todo.size === 0) this.timer?.cancel()
  }

  private readonly timedOut = (): void => {
    for (const future of this.todo) {
      future.removeDoneCallback(this.completed)
      this.ended.putNowait(undefined)
    }
    this.todo.clear()
  }
}
