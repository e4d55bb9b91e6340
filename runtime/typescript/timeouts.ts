// asyncio/timeouts.py: deadlines for a block of code.
import { ObjectCode } from '../../trace/format/schema.ts'
import type { Awaitable, Coroutine, Seconds } from './coroutines.ts'
import { getRunningLoop, type Handle } from './events.ts'
import { CancelledError, RuntimeError, TimeoutError } from './exceptions.ts'
import { currentTask, type Task } from './tasks.ts'
import { tracing } from './trace/hooks.ts'

type State = 'created' | 'active' | 'expiring' | 'expired' | 'finished'

/**
 * A deadline for what runs between `enter()` and `exit()`. `timeout` and `timeoutAt` call both; a program needs them only where a block cannot be
 * one function. At the deadline the task is cancelled, and `exit` turns that cancellation into TimeoutError.
 */
export class Timeout {
  private state: State = 'created'
  private handle: Handle | undefined = undefined
  private task: Task<unknown> | undefined = undefined
  private cancelling = 0

  /** @param deadline on the clock of `loop.time()`; null = none */
  constructor(private deadline: Seconds | null) {}

  /** The deadline, null where there is none. */
  when(): Seconds | null {
    return this.deadline
  }

  /** Moves the deadline; null removes it. */
  reschedule(when: Seconds | null): void {
    if (this.state === 'created') throw new RuntimeError('Timeout has not been entered')
    if (this.state !== 'active') throw new RuntimeError(`Cannot change state of ${this.state} Timeout`)
    this.deadline = when
    this.handle?.cancel()
    this.handle = undefined
    if (when === null) return
    const loop = getRunningLoop()
    this.handle = when <= loop.time() ? loop.callSoon(this.expire) : loop.callAt(when, this.expire)
  }

  /** Whether the deadline has passed while the block ran. */
  expired(): boolean {
    return this.state === 'expiring' || this.state === 'expired'
  }

  enter(): this {
    if (this.state !== 'created') throw new RuntimeError('Timeout has already been entered')
    const task = currentTask()
    if (task === undefined) throw new RuntimeError('Timeout should be used inside a task')
    this.state = 'active'
    this.task = task
    this.cancelling = task.cancelling()
    tracing.recorder?.scopeOpened(this, ObjectCode.timeout)
    this.reschedule(this.deadline)
    return this
  }

  /** Ends the block. `outcome` holds the error that ended it, if one did. Throws TimeoutError where that is this timeout's cancellation. */
  exit(outcome?: { readonly error: unknown }): void {
    this.handle?.cancel()
    this.handle = undefined
    if (this.state === 'active') this.state = 'finished'
    tracing.recorder?.scopeClosed(this, ObjectCode.timeout, outcome)
    if (this.state !== 'expiring') return
    this.state = 'expired'
    // More requests than on entry: somebody else has cancelled the task too, and that cancellation must go on.
    if (this.task!.uncancel() <= this.cancelling && outcome?.error instanceof CancelledError)
      throw new TimeoutError('', { cause: outcome.error })
  }

  toString(): string {
    const when = this.state === 'active' ? ` when=${this.deadline === null ? 'null' : this.deadline.toFixed(3)}` : ''
    return `<Timeout [${this.state}]${when}>`
  }

  private readonly expire = (): void => {
    this.task!.cancel()
    this.state = 'expiring'
    this.handle = undefined
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
