// asyncio/threads.py and loop.run_in_executor: functions in other threads and processes, awaited.
import { AwaitCode } from '../../trace/format/schema.ts'
import type { EventLoop } from './baseEvents.ts'
import type { Coroutine } from './coroutines.ts'
import { getRunningLoop } from './events.ts'
import type { Executor, JobFunction } from './executors/executor.ts'
import { ExecutorFuture } from './executors/futures.ts'
import { ThreadPoolExecutor } from './executors/threadPool.ts'
import { RuntimeError } from './exceptions.ts'
import { createWaiter, Future, type FutureOptions } from './futures.ts'

export {
  BrokenExecutor,
  Executor,
  type ExecutorOptions,
  type ExecutorShutdownOptions,
  type JobFunction,
} from './executors/executor.ts'
export { ExecutorFuture } from './executors/futures.ts'
export { ProcessPoolExecutor } from './executors/processPool.ts'
export { ThreadPoolExecutor, type ThreadPoolOptions } from './executors/threadPool.ts'
export {
  attachThreadLoop,
  threadLoop,
  threadLoopPort,
  type ThreadCalls,
  type ThreadFuture,
  type ThreadLoop,
} from './executors/threadLoop.ts'
export { workerModule } from './executors/calls.ts'

/**
 * Runs a function in a thread of the loop's default executor and gives its result. The function is an export of a module (`workerModule`) or uses
 * nothing from outside of itself; arguments and result are cloned. Cancelling leaves at once; a function that has begun runs on, as in Python.
 */
export function* toThread<A extends unknown[], R>(fn: JobFunction<A, R>, ...args: A): Coroutine<R> {
  return yield* runInExecutor(undefined, fn, ...args)
}

/** Gives a function to an executor (undefined: the loop's default one, of threads); a future of its result. */
export function runInExecutor<A extends unknown[], R>(
  executor: Executor | undefined,
  fn: JobFunction<A, R>,
  ...args: A
): Future<R> {
  const loop = getRunningLoop()
  return inExecutor(loop, executor, fn, args)
}

/** @internal */
export function inExecutor<A extends unknown[], R>(
  loop: EventLoop,
  executor: Executor | undefined,
  fn: JobFunction<A, R>,
  args: A,
): Future<R> {
  return wrapFuture((executor ?? defaultExecutor(loop)).submit(fn, ...args), { loop })
}

/** The result of a job, or of a promise, as a future of a loop. Cancelling it takes the job back, where it has not begun. A future stays as it is. */
export function wrapFuture<T>(
  source: Future<T> | ExecutorFuture<T> | PromiseLike<T>,
  options: FutureOptions = {},
): Future<T> {
  if (source instanceof Future) return source
  const future = createWaiter<T>(options.loop ?? getRunningLoop(), AwaitCode.future, undefined)
  if (!(source instanceof ExecutorFuture)) {
    source.then(
      (value) => {
        if (!future.done()) future.setResult(value)
      },
      (error: unknown) => {
        if (!future.done()) future.setException(error)
      },
    )
    return future
  }
  future._kind = AwaitCode.executor
  future._owner = source
  future.addDoneCallback(() => {
    if (future.cancelled()) source.cancel()
  })
  source.addDoneCallback(() => {
    if (future.done()) return
    if (source.cancelled()) future.cancel()
    else if (source.exception() === undefined) future.setResult(source.result())
    else future.setException(source.exception())
  })
  return future
}

/** The executor of `runInExecutor(undefined, …)`, and whether its loop takes no more jobs for it. */
interface Defaults {
  executor: Executor | undefined
  isShut: boolean
}
const defaults = new WeakMap<EventLoop, Defaults>()

/** @internal */
export function defaultsOf(loop: EventLoop): Defaults {
  let own = defaults.get(loop)
  if (own === undefined) defaults.set(loop, (own = { executor: undefined, isShut: false }))
  return own
}

function defaultExecutor(loop: EventLoop): Executor {
  const own = defaultsOf(loop)
  if (own.isShut) throw new RuntimeError('Executor shutdown has been called')
  return (own.executor ??= new ThreadPoolExecutor({ threadNamePrefix: 'asyncio' }))
}
