// asyncio/locks.py: Lock.
import { AwaitCode, ObjectCode } from '../../../trace/format/schema.ts'
import type { Awaitable, Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import { CancelledError, RuntimeError } from '../exceptions.ts'
import { createWaiter, type Future } from '../futures.ts'
import { recorder } from '../trace/hooks.ts'
import { remove } from './waiters.ts'

/**
 * A lock, not owned by a particular task. Tasks get it in the order in which they asked.
 *
 *     yield* lock.with(function* () { … })      // released at the end, whatever happens
 *     using held = yield* lock.acquire()        // released at the end of the scope
 */
export class Lock implements Disposable {
  private _isLocked = false
  private readonly _waiters: Future<void>[] = []

  locked(): boolean {
    return this._isLocked
  }

  /** Waits until it is this task's turn. Gives the lock itself, for `using`. */
  *acquire(): Coroutine<this> {
    if (!this._isLocked && this._waiters.every((waiter) => waiter.cancelled())) {
      return this._taken()
    }
    const waiter = createWaiter<void>(getRunningLoop(), AwaitCode.lock, this)
    this._waiters.push(waiter)
    try {
      try {
        yield* waiter
      } finally {
        remove(this._waiters, waiter)
      }
    } catch (error) {
      // This task was woken and cancelled before it ran: the lock is free and the next in line must be woken instead.
      if (error instanceof CancelledError && !this._isLocked) this._wakeFirst()
      throw error
    }
    return this._taken()
  }

  /** Throws RuntimeError where the lock is not locked. */
  release(): void {
    if (!this._isLocked) throw new RuntimeError('Lock is not acquired.')
    this._isLocked = false
    recorder?.released(this, ObjectCode.lock)
    this._wakeFirst()
  }

  /** Runs `body` while the lock is held and gives what it returns. */
  *with<T>(body: () => Awaitable<T>): Coroutine<T> {
    yield* this.acquire()
    try {
      return yield* body()
    } finally {
      this.release()
    }
  }

  [Symbol.dispose](): void {
    this.release()
  }

  toString(): string {
    const waiters = this._waiters.length > 0 ? `, waiters:${this._waiters.length}` : ''
    return `<Lock [${this._isLocked ? 'locked' : 'unlocked'}${waiters}]>`
  }

  private _taken(): this {
    this._isLocked = true
    recorder?.acquired(this, ObjectCode.lock)
    return this
  }

  private _wakeFirst(): void {
    const first = this._waiters[0]
    if (first !== undefined && !first.done()) first.setResult()
  }
}
