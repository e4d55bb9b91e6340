// asyncio/tasks.py: wait and wait_for.
import { AwaitCode, ObjectCode } from '../../trace/format/schema.ts'
import { isCoroutine, type Awaitable, type Coroutine, type Seconds } from './coroutines.ts'
import { getRunningLoop } from './events.ts'
import { CancelledError, TimeoutError, ValueError } from './exceptions.ts'
import { createWaiter, Future, setResultUnlessDone, State } from './futures.ts'
import { ensureFuture, Task } from './tasks.ts'
import { timeout as timeoutScope } from './timeouts.ts'
import { recorder, type Recorder } from './trace/hooks.ts'

export const FIRST_COMPLETED = 'FIRST_COMPLETED'
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION'
export const ALL_COMPLETED = 'ALL_COMPLETED'
export type ReturnWhen = typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED

export interface WaitOptions {
  /** null, undefined: none. */
  readonly timeout?: Seconds | null | undefined
  readonly returnWhen?: ReturnWhen | undefined
}

/** Waits until the futures are done, or one of them is, or the time is over. Neither raises TimeoutError nor cancels any of them. */
export function* wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): Coroutine<{ done: Set<F>; pending: Set<F> }> {
  if (futures instanceof Future || isCoroutine(futures)) throw new TypeError('expect a list of futures')
  const all = new Set(futures)
  const { timeout = null, returnWhen = ALL_COMPLETED } = options
  if (all.size === 0) throw new ValueError('Set of Tasks/Futures is empty.')
  if (![FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED].includes(returnWhen))
    throw new ValueError(`Invalid return_when value: ${String(returnWhen)}`)
  for (const future of all)
    if (!(future instanceof Future)) throw new TypeError('Passing coroutines is forbidden, use tasks explicitly.')

  const loop = getRunningLoop()
  const waiter = createWaiter<void>(loop, AwaitCode.wait, all.size)
  const timer = timeout === null ? undefined : loop.callLater(timeout, () => setResultUnlessDone(waiter, undefined))
  let left = all.size
  const onDone = (future: Future<unknown>): void => {
    left--
    const failed = future._state === State.FAILED
    if (failed && returnWhen === FIRST_EXCEPTION) future._markRetrieved()
    if (left > 0 && returnWhen !== FIRST_COMPLETED && !(returnWhen === FIRST_EXCEPTION && failed)) return
    timer?.cancel()
    setResultUnlessDone(waiter, undefined)
  }
  for (const future of all) future.addDoneCallback(onDone)
  if (recorder) traceScope(recorder, waiter, all)
  try {
    yield* waiter
  } finally {
    timer?.cancel()
    for (const future of all) future.removeDoneCallback(onDone)
  }
  const done = new Set<F>()
  const pending = new Set<F>()
  for (const future of all) (future.done() ? done : pending).add(future)
  return { done, pending }
}

/** A scope for each call that suspends; as in Python's traces, it closes where its owner goes on. */
function traceScope(recorder: Recorder, waiter: Future<void>, all: ReadonlySet<Future<unknown>>): void {
  if (all.size > MAX_TRACED) return
  recorder.scopeOpened(waiter, ObjectCode.wait)
  for (const future of all) if (future instanceof Task) recorder.scopeChild(waiter, ObjectCode.wait, future)
}
/** A loop that waits for the first of thousands would write them all each time. */
const MAX_TRACED = 100

/**
 * The awaitable's result, if it comes within `timeout` seconds (null: however long it takes). Else the awaitable is cancelled, its clean-up is
 * awaited, and TimeoutError is thrown. A coroutine runs in the calling task.
 */
export function* waitFor<T>(awaitable: Awaitable<T>, timeout: Seconds | null): Coroutine<T> {
  if (timeout === null || timeout > 0) return yield* timeoutScope(timeout, () => awaitable)
  const future = ensureFuture(awaitable)
  if (future.done()) return future.result()
  yield* cancelAndWait(future)
  try {
    return future.result()
  } catch (error) {
    if (error instanceof CancelledError) throw new TimeoutError('', { cause: error })
    throw error
  }
}

function* cancelAndWait(future: Future<unknown>): Coroutine<void> {
  const waiter = createWaiter<void>(future._loop, AwaitCode.wait_for, future)
  const release = (): void => setResultUnlessDone(waiter, undefined)
  future.addDoneCallback(release)
  try {
    future.cancel()
    yield* waiter
  } finally {
    future.removeDoneCallback(release)
  }
}
