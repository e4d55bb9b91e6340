// asyncio/locks.py: Barrier.
import { ObjectCode } from '../../../trace/format/schema.ts'
import type { Awaitable, Coroutine } from '../coroutines.ts'
import { BrokenBarrierError, ValueError } from '../exceptions.ts'
import { recorder } from '../trace/hooks.ts'
import { Condition } from './condition.ts'

type State = 'filling' | 'draining' | 'resetting' | 'broken'

/** Holds tasks until a number of them has come; then all go on, and it fills again. */
export class Barrier {
  private readonly _condition = new Condition()
  private _state: State = 'filling'
  private _count = 0

  constructor(readonly parties: number) {
    if (parties < 1) throw new ValueError('parties must be >= 1')
  }

  /** How many tasks wait for it to fill. */
  get nWaiting(): number {
    return this._state === 'filling' ? this._count : 0
  }

  get broken(): boolean {
    return this._state === 'broken'
  }

  /** Waits for the others. Gives each task a number of its own, from 0 to `parties - 1`. Throws BrokenBarrierError after `reset` or `abort`. */
  *wait(): Coroutine<number> {
    yield* this._condition.acquire()
    try {
      yield* this._whileEmptying()
      try {
        const index = this._count++
        this._traceLevel()
        if (index + 1 === this.parties) this._open()
        else yield* this._whileFilling()
        return index
      } finally {
        this._count--
        this._traceLevel()
        this._leave()
      }
    } finally {
      this._condition.release()
    }
  }

  /** Waits for the others and runs the body with the task's number. */
  *with<T>(body: (index: number) => Awaitable<T>): Coroutine<T> {
    return yield* body(yield* this.wait())
  }

  /** Tasks that wait get BrokenBarrierError; the barrier can be used again. */
  *reset(): Coroutine<void> {
    yield* this._condition.acquire()
    this._state = this._count > 0 ? 'resetting' : 'filling'
    this._condition.notifyAll()
    this._condition.release()
  }

  /** Tasks that wait or will wait get BrokenBarrierError. */
  *abort(): Coroutine<void> {
    yield* this._condition.acquire()
    this._state = 'broken'
    this._condition.notifyAll()
    this._condition.release()
  }

  toString(): string {
    return `<Barrier [${this._state}${this.broken ? '' : `, waiters:${this.nWaiting}/${this.parties}`}]>`
  }

  private *_whileEmptying(): Coroutine<void> {
    yield* this._condition.waitFor(() => this._state !== 'draining' && this._state !== 'resetting')
    if (this._state === 'broken') throw new BrokenBarrierError('Barrier aborted')
  }

  private *_whileFilling(): Coroutine<void> {
    yield* this._condition.waitFor(() => this._state !== 'filling')
    if (this._state === 'broken' || this._state === 'resetting')
      throw new BrokenBarrierError('Abort or reset of barrier')
  }

  private _traceLevel(): void {
    recorder?.level(this, ObjectCode.barrier, this._count, this.parties)
  }

  private _open(): void {
    this._state = 'draining'
    this._condition.notifyAll()
  }

  /** The last task that leaves lets the barrier fill again. */
  private _leave(): void {
    if (this._count > 0) return
    if (this._state === 'resetting' || this._state === 'draining') this._state = 'filling'
    this._condition.notifyAll()
  }
}
