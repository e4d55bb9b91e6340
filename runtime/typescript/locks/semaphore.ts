// asyncio/locks.py: Semaphore and BoundedSemaphore.
import { AwaitCode, ObjectCode } from '../../../trace/format/schema.ts'
import type { Awaitable, Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import { CancelledError, ValueError } from '../exceptions.ts'
import { createWaiter, type Future } from '../futures.ts'
import { tracing } from '../trace/hooks.ts'

/** A counter that `acquire` lowers and `release` raises. Tasks pass in the order in which they asked. */
export class Semaphore implements Disposable {
  private readonly waiters = new Set<Future<void>>()
  /** @internal */ protected value: number
  /** Its first value. */
  private readonly slots: number

  constructor(value = 1) {
    if (value < 0) throw new ValueError('Semaphore initial value must be >= 0')
    this.value = value
    this.slots = value
  }

  /** Whether `acquire` would wait: also where others wait before. */
  locked(): boolean {
    if (this.value === 0) return true
    for (const waiter of this.waiters) if (!waiter.cancelled()) return true
    return false
  }

  /** Waits until it is this task's turn. Gives the semaphore itself, for `using`. */
  *acquire(): Coroutine<this> {
    if (!this.locked()) {
      this.value--
      this.traceAcquired()
      return this
    }
    const waiter = createWaiter<void>(getRunningLoop(), AwaitCode.semaphore, this)
    this.waiters.add(waiter)
    try {
      try {
        yield* waiter
      } finally {
        this.waiters.delete(waiter)
      }
    } catch (error) {
      // `release` has counted this task in already: it was woken and cancelled before it ran.
      if (error instanceof CancelledError && waiter.done() && !waiter.cancelled()) this.value++
      throw error
    } finally {
      // Others may have had to wait behind this task although the value allowed them to pass.
      while (this.value > 0 && this.wakeNext());
    }
    this.traceAcquired()
    return this
  }

  release(): void {
    this.value++
    const { recorder } = tracing
    if (recorder !== undefined) {
      recorder.released(this, ObjectCode.semaphore)
      recorder.level(this, ObjectCode.semaphore, this.value, this.slots)
    }
    this.wakeNext()
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
    const state = this.locked() ? 'locked' : `unlocked, value:${this.value}`
    const waiters = this.waiters.size > 0 ? `, waiters:${this.waiters.size}` : ''
    return `<${this.constructor.name} [${state}${waiters}]>`
  }

  private traceAcquired(): void {
    const { recorder } = tracing
    if (recorder === undefined) return
    recorder.acquired(this, ObjectCode.semaphore)
    recorder.level(this, ObjectCode.semaphore, this.value, this.slots)
  }

  private wakeNext(): boolean {
    for (const waiter of this.waiters) {
      if (waiter.done()) continue
      this.value--
      waiter.setResult()
      return true
    }
    return false
  }
}

/** A semaphore whose value never exceeds the initial one: `release` throws ValueError instead. */
export class BoundedSemaphore extends Semaphore {
  private readonly bound: number

  constructor(value = 1) {
    super(value)
    this.bound = value
  }

  override release(): void {
    if (this.value >= this.bound) throw new ValueError('BoundedSemaphore released too many times')
    super.release()
  }
}
