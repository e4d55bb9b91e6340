// The twin of loops.py, by hand. Change both.
import * as aio from '../../../runtime/typescript/index.ts'
import type { Coroutine, EventLoop, ExceptionContext } from '../../../runtime/typescript/index.ts'
import { Boom, driven, VirtualLoop, type Log } from '../harness.ts'

const MESSAGE_WORDS = 3
const beginning = (message: string): string => message.split(/\s+/).slice(0, MESSAGE_WORDS).join(' ')

/** What the runtime writes where nobody listens: the beginning of each message. */
async function listening(log: Log, body: () => Promise<void>): Promise<void> {
  const plain = console.error
  console.error = (message: string) => log('written', beginning(message), message.includes('while handling'))
  try {
    await body()
  } finally {
    console.error = plain
  }
}

async function attempt(log: Log, name: string, call: () => unknown): Promise<void> {
  try {
    log(name, await call())
  } catch (error) {
    log(name, error)
  }
}

function* nothing(): Coroutine<void> {}
const print = (): void => {}

driven('a loop that is closed', async (log, newLoop) => {
  const loop = newLoop()
  const future = loop.createFuture()
  log(loop.isClosed())
  loop.close()
  loop.close()
  log(loop.isClosed(), loop.isRunning())
  await attempt(log, 'run_forever', () => loop.runForever())
  await attempt(log, 'run_until_complete', () => loop.runUntilComplete(future))
  await attempt(log, 'call_soon', () => loop.callSoon(print))
  await attempt(log, 'call_soon_threadsafe', () => loop.callSoonThreadsafe(print))
  await attempt(log, 'call_later', () => loop.callLater(1, print))
  await attempt(log, 'call_at', () => loop.callAt(1, print))
  await attempt(log, 'create_task', () => loop.createTask(nothing()))
  await attempt(log, 'ensure_future', () => aio.ensureFuture(nothing(), { loop }))
  await attempt(log, 'add_signal_handler', () => loop.addSignalHandler('SIGTERM', print))
})

driven('a loop that runs cannot be closed, nor run', async (log, newLoop) => {
  const loop = newLoop()
  const attempts: Promise<void>[] = []

  function* main(): Coroutine<void> {
    log(loop.isRunning(), aio.getRunningLoop() === loop)
    attempts.push(attempt(log, 'close', () => loop.close()))
    attempts.push(attempt(log, 'run', () => aio.run(nothing())))
    attempts.push(attempt(log, 'run_until_complete', () => loop.runUntilComplete(loop.createFuture())))
  }
  await loop.runUntilComplete(main())
  await Promise.all(attempts)
  log(loop.isRunning())
  loop.close()
})

driven('what a run until the end gives', async (log, newLoop) => {
  const [loop, other] = [newLoop(), newLoop()]
  function* result(): Coroutine<string> {
    yield* aio.sleep(10)
    return 'result'
  }
  function* fails(): Coroutine<void> {
    yield* aio.sleep(10)
    throw new Boom('error')
  }
  log(await loop.runUntilComplete(result()), loop.time())
  await attempt(log, 'error', () => loop.runUntilComplete(fails()))
  await attempt(log, 'no awaitable', () => loop.runUntilComplete('blah' as never))
  const future = loop.createFuture<string>()
  await attempt(log, 'other loop', () => other.runUntilComplete(future))
  loop.callSoon(() => future.setResult('set'))
  log(await loop.runUntilComplete(future), await loop.runUntilComplete(future))
  loop.close()
  other.close()
})

driven('stopped before the end, and run on', async (log, newLoop) => {
  const loop = newLoop()
  const count = [0]
  function* body(): Coroutine<void> {
    while (count[0] < 10) {
      yield* aio.sleep(0.125)
      if (++count[0] === 2) loop.stop()
    }
  }
  const task = loop.createTask(body())
  await attempt(log, 'stopped', () => loop.runUntilComplete(task))
  log(count, task.done(), loop.time())
  task.cancel()
  await attempt(log, 'cancelled', () => loop.runUntilComplete(task))
  loop.close()
})

driven('callbacks of several runs', async (log, newLoop) => {
  const loop = newLoop()
  const handle = loop.callSoon(() => log('called'))
  const never = loop.callSoon(() => log('never'))
  never.cancel()
  const timer = loop.callLater(10, () => log('timer', loop.time()))
  log(handle instanceof aio.Handle, timer instanceof aio.TimerHandle, never.cancelled(), timer.when())
  loop.stop()
  await loop.runForever()
  log('stopped beforehand', loop.time())
  loop.callLater(20, () => loop.stop())
  await loop.runForever()
  log(loop.time())
  loop.callSoon(() => loop.stop())
  loop.callSoon(() => log('in the turn that stops'))
  loop.callSoon(() => loop.callSoon(() => log('in the next run')))
  await loop.runForever()
  log('between')
  loop.stop()
  await loop.runForever()
  loop.close()
})

driven('a fatal error ends a run, and the next one is not disturbed', async (log, newLoop) => {
  const loop = newLoop()
  loop.setExceptionHandler((_, { message }) => log('handler', message))
  function* sleeps(delay: number): Coroutine<number> {
    yield* aio.sleep(delay)
    return delay
  }

  function* interrupted(): Coroutine<void> {
    throw new aio.KeyboardInterrupt()
  }
  loop.callSoon(() => {
    throw new aio.SystemExit()
  })
  await attempt(log, 'exit', () => loop.runUntilComplete(sleeps(0.125)))
  log(loop.isRunning(), await loop.runUntilComplete(sleeps(0.25)))
  await attempt(log, 'interrupt', () => loop.runUntilComplete(interrupted()))
  const stops = (): void => {
    log('stops')
    loop.stop()
  }
  loop.callSoon(() => loop.callSoon(stops))
  await loop.runForever()
  loop.close()
})

driven('what a broken callback and its handler write', async (log, newLoop) => {
  const fails = (): never => {
    throw new Boom('callback')
  }
  async function run(loop: EventLoop): Promise<void> {
    loop.callSoon(fails)
    loop.callLater(1, fails)
    loop.callLater(2, () => loop.stop())
    await loop.runForever()
    loop.close()
  }
  class Broken extends VirtualLoop {
    override defaultExceptionHandler(context: ExceptionContext): void {
      const first = context['context'] as ExceptionContext | undefined
      log('default', context.exception, first?.exception ?? false)
      throw new Boom('default')
    }
  }
  const broken = (): never => {
    throw new Boom('handler')
  }
  await listening(log, async () => {
    log('plain')
    await run(newLoop())
    log('a handler that breaks')
    const loop = newLoop()
    loop.setExceptionHandler(broken)
    await run(loop)
    log('a default handler that breaks')
    await run(new Broken())
    log('both')
    const both = new Broken()
    both.setExceptionHandler(broken)
    await run(both)
  })
})

driven('what a handler is told', async (log, newLoop) => {
  const loop = newLoop()
  loop.setExceptionHandler((_, context) => {
    const keys = Object.keys(context).filter((key) => !key.toLowerCase().includes('traceback'))
    log(beginning(context.message), keys.sort(), context.exception)
  })
  const fails = (): never => {
    throw new Boom('callback')
  }
  function* stubborn(): Coroutine<void> {
    try {
      yield* aio.sleep(10)
    } finally {
      throw new Boom('left over')
    }
  }
  const kept: aio.Task<void>[] = []
  function* main(): Coroutine<void> {
    loop.callSoon(fails)
    loop.callLater(1, fails)
    yield* aio.sleep(2)
    kept.push(aio.createTask(stubborn()))
    yield* aio.sleep(0)
  }
  await aio.run(main(), { loopFactory: () => loop })
  log(kept[0].done())
})

driven('debug mode, a factory that is none, an executor that is none', async (log, newLoop) => {
  const loop = newLoop()
  loop.setDebug(true)
  log(loop.getDebug())
  await attempt(log, 'coroutine', () => loop.callSoon(nothing() as never))
  await attempt(log, 'no callable', () => loop.callSoon(1 as never))
  loop.setDebug(false)
  log(loop.getDebug())
  await attempt(log, 'factory', () => loop.setTaskFactory(1 as never))
  log(loop.getTaskFactory())
  await attempt(log, 'handler', () => loop.setExceptionHandler(1 as never))
  log(loop.getExceptionHandler())
  await attempt(log, 'executor', () => loop.setDefaultExecutor('executor' as never))
  const executor = new aio.ThreadPoolExecutor()
  log(loop.setDefaultExecutor(executor))
  await executor.shutdown()
  loop.close()
})

driven('run with a loop of its own', async (log, newLoop) => {
  const made: EventLoop[] = []
  const loopFactory = (): EventLoop => {
    made.push(newLoop())
    return made[0]
  }

  function* main(): Coroutine<string> {
    log(aio.getRunningLoop() === made[0])
    return 'result'
  }
  log(await aio.run(main(), { loopFactory }), made.length, made[0].isClosed())
})

driven('sleeps that are shorter than the clock can tell', async (log, newLoop) => {
  const loop = newLoop()
  function* main(): Coroutine<string> {
    for (const delay of [1e-2, 1e-4, 1e-6, 1e-8, 1e-10]) yield* aio.sleep(delay)
    return 'slept'
  }
  log(await loop.runUntilComplete(main()))
  loop.close()
})
