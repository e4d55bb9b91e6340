import { describe, expect, it } from 'vitest'
import {
  asPromise,
  CancelledError,
  ContextVar,
  createTask,
  fromPromise,
  Future,
  gather,
  getRunningLoop,
  isCoroutineFunction,
  run,
  Runner,
  RuntimeError,
  sleep,
  timeout,
  TimeoutError,
  type Coroutine,
} from '../../runtime/typescript/index.ts'

const never = new Promise<never>(() => {})

describe('promises in coroutines', () => {
  it('gives the value, throws the error', async () => {
    function* main(): Coroutine<unknown[]> {
      const value = yield* fromPromise(Promise.resolve(5))
      try {
        yield* fromPromise(Promise.reject(new Error('no')))
      } catch (error) {
        return [value, (error as Error).message]
      }
      return []
    }
    expect(await run(main())).toEqual([5, 'no'])
  })

  it('leaves at once when cancelled, and aborts the signal', async () => {
    let aborted = false
    const pending = (signal: AbortSignal): Promise<never> => {
      signal.addEventListener('abort', () => (aborted = true))
      return never
    }
    function* main(): Coroutine<void> {
      yield* timeout(0.01, () => fromPromise(pending))
    }
    await expect(run(main())).rejects.toThrow(TimeoutError)
    expect(aborted).toBe(true)
  })

  it('does not abort what has settled', async () => {
    let aborted = false
    function* main(): Coroutine<number> {
      return yield* fromPromise((signal) => {
        signal.addEventListener('abort', () => (aborted = true))
        return Promise.resolve(1)
      })
    }
    expect(await run(main())).toBe(1)
    expect(aborted).toBe(false)
  })
})

describe('coroutines in async functions', () => {
  it('a task can be awaited', async () => {
    function* main(): Coroutine<unknown> {
      const task = createTask(sleep(0.001, 'slept'))
      return yield* fromPromise((async () => `${await task}, ${await asPromise(sleep(0, 'again'))}`)())
    }
    expect(await run(main())).toBe('slept, again')
  })

  it('a cancelled task rejects with CancelledError', async () => {
    function* main(): Coroutine<unknown> {
      const task = createTask(sleep(10))
      task.cancel('why')
      return yield* fromPromise(task.then(null, (error: unknown) => error))
    }
    const error = await run(main())
    expect(error).toBeInstanceOf(CancelledError)
  })
})

describe('loops', () => {
  it('two can run in one process, each with its own tasks', async () => {
    function* main(name: string): Coroutine<string> {
      const loop = getRunningLoop()
      yield* sleep(0.005)
      return loop === getRunningLoop() ? name : 'another loop'
    }
    expect(await Promise.all([run(main('a')), run(main('b'))])).toEqual(['a', 'b'])
  })

  it('a coroutine cannot run a loop', async () => {
    function* main(): Coroutine<unknown> {
      const inner = sleep(0)
      return yield* fromPromise(run(inner).catch((error: unknown) => error))
    }
    expect(await run(main())).toBeInstanceOf(RuntimeError)
  })

  it('there is none outside', () => {
    expect(() => getRunningLoop()).toThrow('no running event loop')
    expect(() => new Future()).toThrow(RuntimeError)
  })

  it('a Runner keeps its loop and its context over several runs', async () => {
    await using runner = new Runner()
    const loop = runner.getLoop()
    expect(await runner.run(sleep(0, 1))).toBe(1)
    expect(await runner.run(sleep(0, 2))).toBe(2)
    expect(runner.getLoop()).toBe(loop)
    await runner.close()
    await expect(runner.run(sleep(0))).rejects.toThrow('Runner is closed')
  })
})

describe('context variables in async functions', () => {
  const user = new ContextVar<string>('user', { default: 'nobody' })
  const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  it('are those of the task that awaits them, after their own awaits too', async () => {
    const seen = async (): Promise<string> => {
      await later()
      const first = user.get()
      await later()
      return `${first} ${user.get()}`
    }
    function* request(name: string): Coroutine<string> {
      user.set(name)
      return yield* fromPromise(seen)
    }
    function* main(): Coroutine<unknown> {
      return yield* gather(createTask(request('ann')), createTask(request('bob')), fromPromise(seen))
    }
    expect(await run(main())).toEqual(['ann ann', 'bob bob', 'nobody nobody'])
    expect(user.get()).toBe('nobody')
  })

  it("go on into the coroutines that those start, and what they set is the task's", async () => {
    function* inner(): Coroutine<string> {
      yield* sleep(0)
      return user.get()
    }
    function* main(): Coroutine<string[]> {
      user.set('outer')
      const found = yield* fromPromise(async () => {
        await later()
        user.set('set')
        return asPromise(inner())
      })
      return [found, user.get()]
    }
    expect(await run(main())).toEqual(['set', 'set'])
  })
})

it('a coroutine function is told from others', () => {
  const functions = [function* () {}, () => {}, async () => {}, async function* () {}, sleep]
  expect(functions.map(isCoroutineFunction)).toEqual([true, false, false, false, true])
})
