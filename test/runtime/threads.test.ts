import { transformSync } from 'esbuild'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as workerThreads from 'node:worker_threads'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as aio from '../../runtime/typescript/index.ts'
import type * as jobsModule from './programs/jobs.ts'
import { built, start } from './node.ts'

/** The module of jobs as JavaScript: a worker of this Node imports no TypeScript. */
let jobs: typeof jobsModule
beforeAll(() => {
  const source = readFileSync(join(import.meta.dirname, 'programs/jobs.ts'), 'utf8')
  const file = join(mkdtempSync(join(tmpdir(), 'loopscope-')), 'jobs.mjs')
  writeFileSync(file, transformSync(source, { loader: 'ts' }).code)
  jobs = aio.workerModule<typeof jobsModule>(pathToFileURL(file))
})

function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2)
}

/** Runs a body, which is called inside of the loop. */
function running<T>(body: () => aio.Coroutine<T>): Promise<T> {
  function* main(): aio.Coroutine<T> {
    return yield* body()
  }
  return aio.run(main())
}

describe('toThread', () => {
  it('runs functions that need nothing from outside of themselves, and exports of modules', async () => {
    await running(function* () {
      expect(yield* aio.toThread(fibonacci, 15)).toBe(610)
      expect(yield* aio.toThread((a: number[], b: Map<string, number>) => a.length + b.size, [1, 2], new Map())).toBe(2)
      expect(yield* aio.toThread(async () => Promise.resolve('awaited'))).toBe('awaited')
      expect(yield* aio.toThread({ method: (n: number) => n + 1 }.method, 1)).toBe(2)
      expect(yield* aio.toThread(jobs.double, 21)).toBe(42)
      expect(yield* aio.gather(aio.toThread(jobs.slowly, 1), aio.toThread(jobs.slowly, 2))).toEqual([1, 2])
    })
  })

  it('runs them in another thread', async () => {
    const other = await running(() =>
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- what a function in a worker has for Node's modules
      aio.toThread(() => (require('node:worker_threads') as typeof workerThreads).threadId),
    )
    expect(other).not.toBe(workerThreads.threadId)
  })

  it('refuses a closure, and says what it uses', async () => {
    let count = 0
    const factor = 3
    await running(function* () {
      function* scaled(): aio.Coroutine<number> {
        return yield* aio.toThread((n: number) => n * factor + count++, 1)
      }
      yield* expectError(scaled(), aio.ValueError, /uses 'factor', 'count' from outside of itself/)
    })
    expect(count).toBe(0)
  })

  it('does not take its own variables, properties and strings for a closure', async () => {
    const factor = 3
    const use = (n: number): number => n * factor // V8 keeps `factor` for this one
    const fine = (n: { factor: number }): string => {
      const copies = [n].map(({ factor }) => factor)
      return `factor ${n.factor} ${copies.length}` // factor
    }
    expect(await running(() => aio.toThread(fine, { factor: use(1) }))).toBe('factor 3 1')
  })

  it('refuses what cannot be sent', async () => {
    await running(function* () {
      yield* expectError(aio.toThread(Math.max, 1), aio.ValueError, /built in/)
      yield* expectError(aio.toThread(fibonacci.bind(null), 1), aio.ValueError, /bound/)
      yield* expectError(aio.toThread(jobs.Missing as unknown as () => void), TypeError, /Missing/)
      yield* expectError(
        aio.toThread(
          (fn: () => number) => fn(),
          () => 1,
        ),
        TypeError,
        /arguments of .* cannot be sent/,
      )
      yield* expectError(
        aio.toThread(() => () => 1),
        TypeError,
        /result cannot be sent/,
      )
    })
  })

  it('throws what the function throws, with its class and the stack of its thread', async () => {
    await running(function* () {
      function broken(): never {
        throw new RangeError('on purpose')
      }
      const error = yield* expectError(aio.toThread(broken), RangeError, /^on purpose$/)
      expect(error.stack).toContain('broken')
    })
  })

  it('leaves at once where it is cancelled, and the run waits for the thread', async () => {
    const flag = new Int32Array(new SharedArrayBuffer(4))
    await running(function* () {
      const task = aio.createTask(
        aio.toThread((shared: Int32Array) => {
          Atomics.store(shared, 0, 1)
          Atomics.notify(shared, 0)
          Atomics.wait(shared, 0, 1) // until the loop goes on
          Atomics.store(shared, 0, 3)
        }, flag),
      )
      while (Atomics.load(flag, 0) !== 1) yield* aio.sleep(0.001)
      task.cancel()
      yield* expectError(task, aio.CancelledError, /^$/)
      expect(Atomics.load(flag, 0)).toBe(1)
      Atomics.store(flag, 0, 2)
      Atomics.notify(flag, 0)
    })
    expect(Atomics.load(flag, 0)).toBe(3)
  })
})

describe('executors', () => {
  it('run as many jobs at a time as they have workers, in order', async () => {
    await using pool = new aio.ThreadPoolExecutor({ maxWorkers: 1 })
    const order: number[] = []
    const futures = [1, 2, 3].map((n) => pool.submit(jobs.slowly, n))
    for (const future of futures) future.addDoneCallback(() => order.push(future.cancelled() ? 0 : future.result()))
    expect(futures.map((future) => future.running())).toEqual([true, false, false])
    expect(futures[0].cancel()).toBe(false)
    expect(futures[2].cancel()).toBe(true)
    expect(() => futures[1].result()).toThrow(aio.InvalidStateError)
    expect(await futures[1]).toBe(2)
    await expect(futures[2].then()).rejects.toThrow(aio.CancelledError)
    expect(order).toEqual([0, 1, 2])
  })

  it('import a module once for each worker, and run their initializer first', async () => {
    const initializer = (value: string): void => void ((globalThis as { ready?: string }).ready = value)
    await using pool = new aio.ThreadPoolExecutor({ maxWorkers: 1, initializer, initargs: ['yes'] })
    expect(await pool.submit(jobs.counted)).toBe(1)
    expect(await pool.submit(jobs.counted)).toBe(2)
    expect(await pool.submit(() => (globalThis as { ready?: string }).ready)).toBe('yes')
  })

  it('refuse jobs after shutdown, which takes back those that have not begun', async () => {
    const pool = new aio.ThreadPoolExecutor({ maxWorkers: 1 })
    const [first, second] = [pool.submit(jobs.slowly, 1), pool.submit(jobs.slowly, 2)]
    await pool.shutdown({ cancelFutures: true })
    expect([first.result(), second.cancelled()]).toEqual([1, true])
    expect(() => pool.submit(jobs.double, 1)).toThrow('cannot schedule new futures after shutdown')
  })

  it('of processes run functions there; one that dies breaks its job', async () => {
    await using pool = new aio.ProcessPoolExecutor({ maxWorkers: 1 })
    const pid = await pool.submit(() => process.pid)
    expect(pid).not.toBe(process.pid)
    expect(await pool.submit(jobs.double, 4)).toBe(8)
    await expect(pool.submit(() => process.exit(3)).then()).rejects.toThrow(aio.BrokenExecutor)
    expect(await pool.submit(() => process.pid)).not.toBe(pid)
  })

  it('is taken back with the future that awaits it', async () => {
    await using pool = new aio.ThreadPoolExecutor({ maxWorkers: 1 })
    await running(function* () {
      const first = aio.runInExecutor(pool, jobs.slowly, 1)
      const job = pool.submit(jobs.slowly, 2)
      const second = aio.wrapFuture(job)
      expect(aio.wrapFuture(second)).toBe(second)
      second.cancel()
      yield* first
      expect(job.cancelled()).toBe(true)
    })
  })

  it('the default one ends with the run, and takes no job afterwards', async () => {
    await running(function* () {
      const loop = aio.getRunningLoop()
      expect(yield* loop.runInExecutor(undefined, jobs.double, 2)).toBe(4)
      yield* loop.shutdownDefaultExecutor()
      yield* expectError(aio.toThread(jobs.double, 1), aio.RuntimeError, /Executor shutdown has been called/)
    })
  })
})

describe('a thread calls into the loop', () => {
  function* greet(name: string): aio.Coroutine<string> {
    yield* aio.sleep(0.001)
    return `hello ${name}`
  }
  function* never(): aio.Coroutine<void> {
    yield* aio.sleep(1000)
  }
  function* failing(): aio.Coroutine<void> {
    throw new RangeError('on purpose')
  }
  const noted: number[] = []
  const calls = { greet, never, failing, note: (n: number) => noted.push(n) }
  type Loop = aio.ThreadLoop<typeof calls>
  afterAll(() => noted.splice(0))

  it('and waits for the result, blocked', async () => {
    const heard = await running(() =>
      aio.toThread((loop: Loop) => {
        const future = loop.runCoroutineThreadsafe('greet', 'thread')
        return [loop.runCoroutineThreadsafe('never').done(), future.result(), future.done()]
      }, aio.threadLoop(calls)),
    )
    expect(heard).toEqual([false, 'hello thread', true])
  })

  it('for a time, and can cancel it', async () => {
    const heard = await running(() =>
      aio.toThread((loop: Loop) => {
        const names: string[] = []
        const attempt = (action: () => unknown): void => {
          try {
            names.push(String(action()))
          } catch (error) {
            names.push((error as Error).name)
          }
        }
        const future = loop.runCoroutineThreadsafe('never')
        attempt(() => future.result(0.01))
        attempt(() => future.cancel())
        attempt(() => future.result())
        attempt(() => future.cancelled())
        return names
      }, aio.threadLoop(calls)),
    )
    expect(heard).toEqual(['TimeoutError', 'true', 'CancelledError', 'true'])
  })

  it('and learns of errors, and of names that the loop does not offer', async () => {
    const heard = await running(() =>
      aio.toThread(
        (loop: Loop) => [
          String(loop.runCoroutineThreadsafe('failing').exception()),
          String(loop.runCoroutineThreadsafe('other' as 'never').exception()),
        ],
        aio.threadLoop(calls),
      ),
    )
    expect(heard).toEqual([
      'RangeError: on purpose',
      "ValueError: The loop has no 'other' for threads: it offers greet, never, failing, note.",
    ])
  })

  it('and what it asks for comes before its own result', async () => {
    await running(function* () {
      yield* aio.toThread((loop: Loop) => {
        for (let n = 0; n < 3; n++) loop.callSoonThreadsafe('note', n)
      }, aio.threadLoop(calls))
      expect(noted).toEqual([0, 1, 2])
    })
  })

  it('but another process does not, nor its own thread', async () => {
    await using pool = new aio.ProcessPoolExecutor({ maxWorkers: 1 })
    await running(function* () {
      const loop = aio.threadLoop(calls)
      yield* expectError(
        aio.runInExecutor(pool, (given: Loop) => void given, loop),
        TypeError,
        /reaches threads/,
      )
      expect(() => loop.callSoonThreadsafe('note', 1)).toThrow(aio.RuntimeError)
    })
  })

  it('from a worker that the program started itself', async () => {
    const bundle = await built('ownWorker')
    await running(function* () {
      const port = aio.threadLoopPort(calls)
      const worker = new Worker(bundle, { workerData: port, transferList: [port] })
      const message = new Promise((resolve) => worker.once('message', resolve))
      expect(yield* aio.fromPromise(message)).toBe('hello worker')
    })
  })
})

it('recorded: jobs, their threads and how they end; a task that awaits one', async () => {
  const program = await built('threads')
  const path = join(program, '../threads.looptrace')
  const { status, stderr } = await start(program, [], { LOOPSCOPE: path }).ended
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const { readTrace } = await import('../../trace/format/reader.ts')
  const { buildModel } = await import('../../trace/model/build.ts')
  const { taskReports } = await import('../../trace/exports/tasks.ts')
  const model = buildModel(readTrace(readFileSync(path)))
  const starts = model.jobs.beginNs.map((beginNs, i) => Number(beginNs >= model.jobs.submitNs[i]))
  expect([...starts]).toEqual([1, 1])
  expect(new Set(model.jobs.stream)).toEqual(new Set([2]))
  const [main] = taskReports(model)
  expect(main.awaits.map(({ kind, target }) => ({ kind, target }))).toEqual([
    { kind: 'executor', target: expect.stringContaining('quick') as string },
    { kind: 'executor', target: expect.stringContaining('broken') as string },
  ])
})

function* expectError<T>(
  awaitable: aio.Awaitable<T>,
  kind: new (...args: never[]) => Error,
  message: RegExp,
): aio.Coroutine<Error> {
  try {
    yield* awaitable
  } catch (error) {
    expect(error).toBeInstanceOf(kind)
    expect((error as Error).message).toMatch(message)
    return error as Error
  }
  throw new Error('nothing was thrown')
}
