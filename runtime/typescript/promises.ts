// Between coroutines and promises: asyncio has no counterpart, Node has promises everywhere.
import { acrossAwaits, currentContext } from './contextvars.ts'
import type { Awaitable, Coroutine } from './coroutines.ts'
import { getRunningLoop } from './events.ts'
import { createWaiter, setResultUnlessDone, type Future } from './futures.ts'
import { ensureFuture } from './tasks.ts'
import { AwaitCode } from '../../trace/format/schema.ts'

/**
 * Awaits a promise in a coroutine: `yield* fromPromise(fetch(url))`. A cancelled task leaves at once, whatever the promise does.
 * With a function, cancelling also aborts: `yield* fromPromise((signal) => fetch(url, { signal }))`; and an async function sees the task's context variables.
 */
export function* fromPromise<T>(source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>)): Coroutine<T> {
  const future = createWaiter<T>(getRunningLoop(), AwaitCode.future, undefined)
  if (typeof source !== 'function') {
    follow(source, future)
    return yield* future
  }
  const controller = new AbortController()
  const promise = acrossAwaits.run(currentContext(), () => source(controller.signal))
  follow(promise, future)
  let finished = false
  try {
    const value = yield* future
    finished = true
    return value
  } finally {
    if (!finished) controller.abort()
  }
}

function follow<T>(promise: PromiseLike<T>, future: Future<T>): void {
  promise.then(
    (value) => setResultUnlessDone(future, value),
    (error: unknown) => {
      if (!future.done()) future.setException(error)
    },
  )
}

/** Starts a coroutine as a task of the running loop and gives a promise of its result, for async functions. */
export function asPromise<T>(awaitable: Awaitable<T>): Promise<T> {
  return ensureFuture(awaitable).then((value) => value)
}
