// asyncio/timeouts.py: deadlines for a block of code.
import { ObjectCode } from '../../trace/format/schema.ts'
import type { Awaitable, Coroutine, Seconds } from './coroutines.ts'
import { getRunningLoop, type Handle } from './events.ts'
import { CancelledError, RuntimeError, TimeoutError } from './exceptions.ts'
import { currentTask, type Task } from './tasks.ts'
import { recorder } from './trace/hooks.ts'

type State = 'created' | 'active' | 'expiring' | 'expired' | 'finished'

/**
 * A deadline for what runs between `enter()` and `exit()`. `timeout` and `timeoutAt` call both; a program needs them only where a block cannot be
 * one function. At the deadline the task is cancelled, and `exit` turns that cancellation into TimeoutError.
 */
export class Timeout {
  private _state: State = 'created'
  private _handle: Handle | undefined
  private _task: Task<unknown> | undefined
  private _cancelling = 0
  private _deadline: Seconds | null

  /** @param deadline on the clock of `loop.time()`; null = none */
  constructor(deadline: Seconds | null) {
    this._deadline = deadline
  }

  /** The deadline, null where there is none. */
  when(): Seconds | null {
    return this._deadline
  }

  /** Moves the deadline; null removes it. */
  reschedule(when: Seconds | null): void {
    if (this._state === 'created') throw new RuntimeError('Timeout has not been entered')
    if (this._state !== 'active') throw new RuntimeError(`Cannot change state of ${this._state} Timeout`)
    this._deadline = when
    this._handle?.cancel()
    this._handle = undefined
    if (when === null) return
    const loop = getRunningLoop()
    this._handle = when <= loop.time() ? loop.callSoon(this._expire) : loop.callAt(when, this._expire)
  }

  /** Whether the deadline has passed while the block ran. */
  expired(): boolean {
    return this._state === 'expiring' || this._state === 'expired'
  }

  enter(): this {
    if (this._state !== 'created') throw new RuntimeError('Timeout has already been entered')
    const task = currentTask()
    if (!task) throw new RuntimeError('Timeout should be used inside a task')
    this._state = 'active'
    this._task = task
    this._cancelling = task.cancelling()
    recorder?.scopeOpened(this, ObjectCode.timeout)
    this.reschedule(this._deadline)
    return this
  }

  /** Ends the block. `outcome` holds the error that ended it, if one did. Throws TimeoutError where that is this timeout's cancellation. */
  exit(outcome?: { readonly error: unknown }): void {
    this._handle?.cancel()
    this._handle = undefined
    if (this._state === 'active') this._state = 'finished'
    recorder?.scopeClosed(this, ObjectCode.timeout, outcome)
    if (this._state !== 'expiring') return
    this._state = 'expired'
    // More requests than on entry: somebody else has cancelled the task too, and that cancellation must go on.
    if (this._task!.uncancel() <= this._cancelling && outcome?.error instanceof CancelledError)
      throw new TimeoutError('', { cause: outcome.error })
  }

  toString(): string {
    const when = this._state === 'active' ? ` when=${this._deadline === null ? 'null' : this._deadline.toFixed(3)}` : ''
    return `<Timeout [${this._state}]${when}>`
  }

  private readonly _expire = (): void => {
    this._task!.cancel()
    this._state = 'expiring'
    this._handle = undefined
  }
}

/**
 * Runs `body` with a deadline `delay` seconds from now (null = none) and gives what it returns. At the deadline the body is cancelled at its await;
 * once it has cleaned up, TimeoutError is thrown here.
 *
 *     const page = yield* timeout(10, function* (scope) { return yield* fetchPage(url) })
 */
export function* timeout<T>(delay: Seconds | null, body: (scope: Timeout) => Awaitable<T>): Coroutine<T> {
  const when = delay === null ? null : getRunningLoop().time() + delay
  return yield* timeoutAt(when, body)
}

/** As `timeout`, with a deadline on the clock of `loop.time()`. */
export function* timeoutAt<T>(when: Seconds | null, body: (scope: Timeout) => Awaitable<T>): Coroutine<T> {
  const scope = new Timeout(when).enter()
  let result: T
  try {
    result = yield* body(scope)
  } catch (error) {
    scope.exit({ error })
    throw error
  }
  scope.exit()
  return result
}
