// concurrent.futures.Future: the result of a job, outside of any loop.
import { CancelledError, InvalidStateError } from '../exceptions.ts'

type JobState = 'pending' | 'running' | 'cancelled' | 'finished' | 'failed'

/**
 * The result of a job that an executor runs. Made by `executor.submit`. Await it with `await` in an async function, or with
 * `yield* wrapFuture(job)` in a coroutine. Node cannot wait for it in place: `result()` of a job that is not done throws InvalidStateError.
 */
export class ExecutorFuture<T> implements PromiseLike<T> {
  private state: JobState = 'pending'
  private value: unknown = undefined
  private callbacks: ((future: this) => unknown)[] = []

  /** @internal @param withdraw takes the job out of the executor's queue */
  constructor(private readonly withdraw: () => void) {}

  /** Takes the job back if it has not begun: true. A job that runs cannot be stopped: false. */
  cancel(): boolean {
    if (this.state === 'cancelled') return true
    if (this.state !== 'pending') return false
    this.withdraw()
    this.finish('cancelled', undefined)
    return true
  }

  cancelled(): boolean {
    return this.state === 'cancelled'
  }

  running(): boolean {
    return this.state === 'running'
  }

  done(): boolean {
    return this.state !== 'pending' && this.state !== 'running'
  }

  /** The result. Throws the job's error, CancelledError where it was taken back, InvalidStateError where it is not done. */
  result(): T {
    if (this.state === 'finished') return this.value as T
    const error = this.exception()
    throw error
  }

  /** The error, undefined where there is none. Throws as `result` where there is neither. */
  exception(): unknown {
    if (this.state === 'cancelled') throw new CancelledError()
    if (!this.done()) throw new InvalidStateError('The job is not done.')
    return this.state === 'failed' ? this.value : undefined
  }

  /** Calls `callback` with this future once it is done; at once where it is. Outside of any loop. */
  addDoneCallback(callback: (future: this) => unknown): void {
    if (this.done()) this.call(callback)
    else this.callbacks.push(callback)
  }

  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return new Promise<void>((resolve) => this.addDoneCallback(() => resolve()))
      .then(() => this.result())
      .then(onResult, onError)
  }

  /** @internal */
  _begin(): void {
    this.state = 'running'
  }

  /** @internal */
  _settle(failed: boolean, value: unknown): void {
    this.finish(failed ? 'failed' : 'finished', value)
  }

  /** An error of a callback's ends neither the executor nor the other callbacks. */
  private call(callback: (future: this) => unknown): void {
    try {
      callback(this)
    } catch (error) {
      console.error('exception calling callback for an executor’s job', error)
    }
  }

  private finish(state: JobState, value: unknown): void {
    this.state = state
    this.value = value
    for (const callback of this.callbacks.splice(0)) this.call(callback)
  }
}
