// The twin of threads.py, by hand. Change both.
import * as aio from '../../../runtime/typescript/index.ts'
import { scenario } from '../harness.ts'

const add = (a: number, b: number): number => a + b
const fails = (): never => {
  throw new RangeError('in the thread')
}
/** Keeps its thread busy, seconds. */
const sleep = (seconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000)
}

scenario('a function in a thread', '', function* (log) {
  log(yield* aio.toThread(add, 40, 2))
  log(yield* aio.toThread((numbers: number[]) => numbers.reduce((a, b) => a + b), [40, 2]))
  try {
    yield* aio.toThread(fails)
  } catch (error) {
    log(error instanceof RangeError ? 'ValueError' : error)
  }
})

scenario('ten functions in threads', '', function* (log) {
  log(yield* aio.gather(...[...Array(10).keys()].map((i) => aio.toThread(add, i, 1))))
})

scenario('a function in an executor, and one whose future is cancelled', '', function* (log) {
  const loop = aio.getRunningLoop()
  const executor = new aio.ThreadPoolExecutor({ maxWorkers: 1 })
  log(yield* loop.runInExecutor(executor, add, 1, 2))
  log(yield* loop.runInExecutor(undefined, add, 3, 4))
  const running = loop.runInExecutor(executor, sleep, 0.1)
  const waiting = loop.runInExecutor(executor, add, 5, 6)
  waiting.cancel()
  try {
    yield* waiting
  } catch (error) {
    if (error instanceof aio.CancelledError) log('cancelled')
  }
  yield* running
  log(waiting.cancelled())
  yield* aio.fromPromise(executor.shutdown())
})

scenario('a future of an executor, wrapped', '', function* (log) {
  const loop = aio.getRunningLoop()
  const executor = new aio.ThreadPoolExecutor({ maxWorkers: 1 })
  log(yield* aio.wrapFuture(executor.submit(add, 1, 2)))
  const future = loop.createFuture()
  log(aio.wrapFuture(future) === future)
  const busy = executor.submit(sleep, 0.1)
  const job = executor.submit(add, 1, 2)
  const outer = aio.wrapFuture(job)
  outer.cancel()
  yield* aio.sleep(0)
  log(outer.cancelled(), job.cancelled())
  yield* aio.wrapFuture(busy)
  yield* aio.fromPromise(executor.shutdown())
})

scenario("a default executor of one's own, and the end of it", '', function* (log) {
  const loop = aio.getRunningLoop()
  loop.setDefaultExecutor(new aio.ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: 'own' }))
  log(yield* loop.runInExecutor(undefined, add, 1, 2))
  const slow = loop.runInExecutor(undefined, sleep, 0.5)
  const said: string[] = []
  const plain = console.warn
  console.warn = (message: string) => said.push(message)
  try {
    yield* loop.shutdownDefaultExecutor(0.01)
  } finally {
    console.warn = plain
  }
  log(said.map((message) => message.split(' ').slice(0, 3)))
  try {
    void loop.runInExecutor(undefined, add, 1, 2)
  } catch (error) {
    log(error)
  }
  yield* slow
})
