// asyncio/tasks.py: sleep.
import { AwaitCode } from '../../trace/format/schema.ts'
import { nextTurn, type Coroutine, type Seconds } from './coroutines.ts'
import { getRunningLoop } from './events.ts'
import { ValueError } from './exceptions.ts'
import { createWaiter, setResultUnlessDone } from './futures.ts'

/** Suspends the task for `delay` seconds and gives `result`. Zero or less: lets everything that is ready run once. */
export function sleep(delay: Seconds): Coroutine<void>
export function sleep<T>(delay: Seconds, result: T): Coroutine<T>
export function* sleep(delay: Seconds, result?: unknown): Coroutine<unknown> {
  if (delay <= 0) {
    yield* nextTurn
    return result
  }
  if (Number.isNaN(delay)) throw new ValueError('Invalid delay: NaN (not a number)')
  const loop = getRunningLoop()
  const future = createWaiter<unknown>(loop, AwaitCode.sleep, delay)
  const timer = loop.callLater(delay, () => setResultUnlessDone(future, result))
  try {
    return yield* future
  } finally {
    timer.cancel()
  }
}
