// asyncio/locks.py: Barrier.
import { ObjectCode } from '../../../trace/format/schema.ts'
import type { Awaitable, Coroutine } from '../coroutines.ts'
import { BrokenBarrierError, ValueError } from '../exceptions.ts'
import { tracing } from '../trace/hooks.ts'
import { Condition } from './condition.ts'

type State = 'filling' | 'draining' | 'resetting' | 'broken'

/** Holds tasks until a number of them has come; then all go on, and it fills again. */
export class Barrier {
  private readonly condition = new Condition()
  private state: State = 'filling'
  private count = 0

  constructor(readonly parties: number) {
    if (parties < 1) throw new ValueError('parties must be >= 1')
  }

  /** How many tasks wait for it to fill. */
  get nWaiting(): number {
    return this.state === 'filling' ? this.count : 0
  }

  get broken(): boolean {
    return this.state === 'broken'
  }

  /** Waits for the others. Gives each task a number of its own, from 0 to `parties - 1`. Throws BrokenBarrierError after `reset` or `abort`. */
  *wait(): Coroutine<number> {
    yield* this.condition.acquire()
    try {
      yield* this.whileEmptying()
      try {
        const index = this.count++
        this.traceLevel()
        if (index + 1 === this.parties) this.open()
        else yield* this.whileFilling()
        return index
      } finally {
        this.count--
        this.traceLevel()
        this.leave()
      }
    } finally {
      this.condition.release()
    }
  }

  /** Waits for the others and runs the body with the task's number. */
  *with<T>(body: (index: number) => Awaitable<T>): Coroutine<T> {
    return yield* body(yield* this.wait())
  }

  /** Tasks that wait get BrokenBarrierError; the barrier can be used again. */
  *reset(): Coroutine<void> {
    yield* this.condition.acquire()
    this.state = this.count > 0 ? 'resetting' : 'filling'
    this.condition.notifyAll()
    this.condition.release()
  }

  /** Tasks that wait or will wait get BrokenBarrierError. */
  *abort(): Coroutine<void> {
    yield* this.condition.acquire()
    this.state = 'broken'
    this.condition.notifyAll()
    this.condition.release()
  }

  toString(): string {
    return `<Barrier [${this.state}${this.broken ? '' : `, waiters:${this.nWaiting}/${this.parties}`}]>`
  }

  private *whileEmptying(): Coroutine<void> {
    yield* this.condition.waitFor(() => this.state !== 'draining' && this.state !== 'resetting')
    if (this.state === 'broken') throw new BrokenBarrierError('Barrier aborted')
  }

  private *whileFilling(): Coroutine<void> {
    yield* this.condition.waitFor(() => this.state !== 'filling')
    if (this.state === 'broken' || this.state === 'resetting') throw new BrokenBarrierError('Abort or reset of barrier')
  }

  private traceLevel(): void {
    tracing.recorder?.level(this, ObjectCode.barrier, this.count, this.parties)
  }

  private open(): void {
    this.state = 'draining'
    this.condition.notifyAll()
  }

  /** The last task that leaves lets the barrier fill again. */
  private leave(): void {
    if (this.count > 0) return
    if (this.state === 'resetting' || this.state === 'draining') this.state = 'filling'
    this.condition.notifyAll()
  }
}
