// asyncio/locks.py: Semaphore and BoundedSemaphore.
import { AwaitCode, ObjectCode } from '../../../trace/format/schema.ts'
import type { Awaitable, Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import { CancelledError, ValueError } from '../exceptions.ts'
import { createWaiter, type Future } from '../futures.ts'
import { recorder } from '../trace/hooks.ts'

/** A counter that `acquire` lowers and `release` raises. Tasks pass in the order in which they asked. */
export class Semaphore implements Disposable {
  static readonly name: string = 'Semaphore' // as NamedError's
  private readonly _waiters = new Set<Future<void>>()
  /** @internal */ protected _value: number
  /** Its first value. */
  private readonly _slots: number

  constructor(value = 1) {
    if (value < 0) throw new ValueError('Semaphore initial value must be >= 0')
    this._value = value
    this._slots = value
  }

  /** Whether `acquire` would wait: also where others wait before. */
  locked(): boolean {
    if (this._value === 0) return true
    for (const waiter of this._waiters) if (!waiter.cancelled()) return true
    return false
  }

  /** Waits until it is this task's turn. Gives the semaphore itself, for `using`. */
  *acquire(): Coroutine<this> {
    if (!this.locked()) {
      this._value--
      this._traceAcquired()
      return this
    }
    const waiter = createWaiter<void>(getRunningLoop(), AwaitCode.semaphore, this)
    this._waiters.add(waiter)
    try {
      try {
        yield* waiter
      } finally {
        this._waiters.delete(waiter)
      }
    } catch (error) {
      // `release` has counted this task in already: it was woken and cancelled before it ran.
      if (error instanceof CancelledError && waiter.done() && !waiter.cancelled()) this._value++
      throw error
    } finally {
      // Others may have had to wait behind this task although the value allowed them to pass.
      while (this._value > 0 && this._wakeNext());
    }
    this._traceAcquired()
    return this
  }

  release(): void {
    this._value++
    if (recorder) {
      recorder.released(this, ObjectCode.semaphore)
      recorder.level(this, ObjectCode.semaphore, this._value, this._slots)
    }
    this._wakeNext()
  }

  /** Runs `body` between `acquire` and `release` and gives what it returns. */
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
    const state = this.locked() ? 'locked' : `unlocked, value:${this._value}`
    const waiters = this._waiters.size > 0 ? `, waiters:${this._waiters.size}` : ''
    return `<${this.constructor.name} [${state}${waiters}]>`
  }

  private _traceAcquired(): void {
    if (!recorder) return
    recorder.acquired(this, ObjectCode.semaphore)
    recorder.level(this, ObjectCode.semaphore, this._value, this._slots)
  }

  private _wakeNext(): boolean {
    for (const waiter of this._waiters) {
      if (waiter.done()) continue
      this._value--
      waiter.setResult()
      return true
    }
    return false
  }
}

/** A semaphore whose value never exceeds the initial one: `release` throws ValueError instead. */
export class BoundedSemaphore extends Semaphore {
  static override readonly name: string = 'BoundedSemaphore'
  private readonly _bound: number

  constructor(value = 1) {
    super(value)
    this._bound = value
  }

  override release(): void {
    if (this._value >= this._bound) throw new ValueError('BoundedSemaphore released too many times')
    super.release()
  }
}
