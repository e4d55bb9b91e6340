// asyncio/locks.py: Condition.
import { AwaitCode } from '../../../trace/format/schema.ts'
import type { Awaitable, Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import { CancelledError, RuntimeError } from '../exceptions.ts'
import { createWaiter, type Future } from '../futures.ts'
import { Lock } from './lock.ts'

/** Lets tasks that hold a lock wait until another one tells them that something has changed. */
export class Condition implements Disposable {
  private readonly _lock: Lock
  private readonly _waiters = new Set<Future<boolean>>()

  /** @param lock default: a lock of its own */
  constructor(lock: Lock = new Lock()) {
    this._lock = lock
  }

  locked(): boolean {
    return this._lock.locked()
  }

  /** Acquires the lock. Gives the condition itself, for `using`. */
  *acquire(): Coroutine<this> {
    yield* this._lock.acquire()
    return this
  }

  release(): void {
    this._lock.release()
  }

  /** Runs `body` while the lock is held and gives what it returns. */
  with<T>(body: () => Awaitable<T>): Coroutine<T> {
    return this._lock.with(body)
  }

  /** Releases the lock, waits for a notification, and acquires the lock again, even when cancelled. May wake without reason. */
  *wait(): Coroutine<true> {
    if (!this.locked()) throw new RuntimeError('cannot wait on un-acquired lock')
    const waiter = createWaiter<boolean>(getRunningLoop(), AwaitCode.condition, this)
    this.release()
    try {
      try {
        this._waiters.add(waiter)
        try {
          yield* waiter
          return true
        } finally {
          this._waiters.delete(waiter)
        }
      } finally {
        yield* this._reacquire()
      }
    } catch (error) {
      // This task may have been notified and cannot act on it: pass it on. At worst somebody wakes without reason.
      this._notifyWaiters(1)
      throw error
    }
  }

  /** Waits until the predicate gives something truthy, and gives that. */
  *waitFor<T>(predicate: () => T): Coroutine<T> {
    let result = predicate()
    while (!result) {
      yield* this.wait()
      result = predicate()
    }
    return result
  }

  /** Wakes up to `n` tasks. The lock must be held; they go on when they get it. */
  notify(n = 1): void {
    if (!this.locked()) throw new RuntimeError('cannot notify on un-acquired lock')
    this._notifyWaiters(n)
  }

  notifyAll(): void {
    this.notify(this._waiters.size)
  }

  [Symbol.dispose](): void {
    this.release()
  }

  toString(): string {
    const waiters = this._waiters.size > 0 ? `, waiters:${this._waiters.size}` : ''
    return `<Condition [${this.locked() ? 'locked' : 'unlocked'}${waiters}]>`
  }

  /** Throws the latest cancellation that came meanwhile, once the lock is held. */
  private *_reacquire(): Coroutine<void> {
    let cancelled: CancelledError | undefined
    for (;;) {
      try {
        yield* this._lock.acquire()
        break
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error
        cancelled = error
      }
    }
    if (cancelled !== undefined) throw cancelled
  }

  private _notifyWaiters(n: number): void {
    let left = n
    for (const waiter of this._waiters) {
      if (left <= 0) break
      if (waiter.done()) continue
      left--
      waiter.setResult(false)
    }
  }
}
