import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { built, start } from './node.ts'
import {
  createTask,
  Event,
  Future,
  getRunningLoop,
  newEventLoop,
  run,
  sleep,
  type Coroutine,
  type ExceptionContext,
} from '../../runtime/typescript/index.ts'

const event = (): Event => new Event()
function* leaf(waited: Event): Coroutine<void> {
  yield* waited.wait()
}
function* branch(waited: Event): Coroutine<void> {
  yield* leaf(waited)
}

describe('getStack', () => {
  it('gives the whole await stack of a suspended task, and runs none of its code', async () => {
    function* main(): Coroutine<void> {
      const waited = event()
      const task = createTask(branch(waited))
      expect(task.getStack()).toEqual([]) // it has not begun
      yield* sleep(0)
      for (let i = 0; i < 3; i++) {
        expect(task.getStack().map(({ functionName }) => functionName)).toEqual(['branch', 'leaf'])
      }
      expect(task.getStack({ limit: 1 })[0].functionName).toBe('leaf')
      waited.set()
      expect(task.getStack()).toHaveLength(2) // woken, and not yet running
      yield* task
      expect(task.getStack()).toEqual([])
    }
    await run(main())
  })

  it('gives lines of the TypeScript', async () => {
    const source = join(import.meta.dirname, 'programs/stacks.ts')
    const lines = readFileSync(source, 'utf8').split('\n')
    const frame = (functionName: string, text: string) => ({
      file: source,
      line: lines.findIndex((line) => line.includes(text)) + 1,
      functionName,
    })
    const { stdout } = await start(await built('stacks')).ended
    expect(JSON.parse(stdout)).toEqual([frame('run', '// branch waits'), frame('leaf', '// leaf waits')])
  })

  it('finds a task that sleeps for a turn', async () => {
    function* turns(): Coroutine<number> {
      let n = 0
      for (; n < 4; n++) yield* sleep(0)
      return n
    }
    function* main(): Coroutine<number> {
      const task = createTask(turns())
      yield* sleep(0)
      expect(task.getStack().map(({ functionName }) => functionName)).toEqual(['turns'])
      return yield* task
    }
    expect(await run(main())).toBe(4)
  })

  it('printStack writes it', async () => {
    function* main(): Coroutine<string> {
      const task = createTask(branch(event()), { name: 'waiting' })
      yield* sleep(0)
      let text = ''
      task.printStack({ write: (part) => (text += part) })
      return text
    }
    expect(await run(main())).toMatch(
      /^Stack for <Task pending name='waiting'> \(most recent call last\):\n {2}File ".*", line \d+, in branch\n/,
    )
  })
})

describe('what nobody sees is reported', () => {
  /** What the exception handler heard in a run. */
  async function heard(body: () => Coroutine<void>): Promise<ExceptionContext[]> {
    const contexts: ExceptionContext[] = []
    function* main(): Coroutine<void> {
      getRunningLoop().setExceptionHandler((_, context) => contexts.push(context))
      yield* body()
    }
    await run(main())
    return contexts
  }

  function* failing(): Coroutine<void> {
    throw new Error('unseen')
  }

  it('an error of a task that nobody asked for', async () => {
    const contexts = await heard(function* () {
      createTask(failing(), { name: 'unseen' })
      yield* sleep(0)
    })
    expect(contexts).toMatchObject([
      { message: 'Task exception was never retrieved', exception: { message: 'unseen' } },
    ])
  })

  it('but not one that was asked for', async () => {
    const contexts = await heard(function* () {
      const task = createTask(failing())
      yield* sleep(0)
      task.exception()
      const future = new Future()
      future.setException(new Error('seen'))
      future.exception()
    })
    expect(contexts).toEqual([])
  })

  it('nor the end of what was cancelled, nor a result that nobody asked for', async () => {
    const contexts = await heard(function* () {
      createTask(sleep(1)).cancel()
      createTask(sleep(0))
      new Future().cancel()
      new Future().setResult(1)
      yield* sleep(0.001)
    })
    expect(contexts).toEqual([])
  })

  it('a handler that breaks, by the default one', async () => {
    const lines: unknown[][] = []
    const { error } = console
    console.error = (...parts: unknown[]) => lines.push(parts)
    try {
      function* main(): Coroutine<void> {
        const loop = getRunningLoop()
        loop.setExceptionHandler(() => {
          throw new Error('broken handler')
        })
        loop.callExceptionHandler({ message: 'first' })
        yield* sleep(0)
      }
      await run(main())
    } finally {
      console.error = error
    }
    expect(lines).toHaveLength(1)
    expect(String(lines[0][0])).toMatch(/^Unhandled error in exception handler\n/)
    expect(lines[0][1]).toMatchObject({ message: 'broken handler' })
  })

  it('a task that is pending when its loop is closed', () => {
    const loop = newEventLoop()
    const messages: string[] = []
    loop.setExceptionHandler((_, { message }) => messages.push(message))
    loop.createTask(sleep(1))
    loop.close()
    expect(messages).toEqual(['Task was destroyed but it is pending!'])
  })

  it('a callback that is slow, in debug mode', async () => {
    const warnings: string[] = []
    const { warn } = console
    console.warn = (text: string) => warnings.push(text)
    try {
      function* main(): Coroutine<void> {
        const loop = getRunningLoop()
        loop.slowCallbackDuration = 0.005
        loop.callSoon(function busy() {
          for (const end = loop.time() + 0.01; loop.time() < end;);
        })
        yield* sleep(0)
      }
      await run(main(), { debug: true })
    } finally {
      console.warn = warn
    }
    expect(warnings).toContainEqual(expect.stringMatching(/^Executing <Handle <function busy>> took 0\.\d{3} seconds$/))
  })
})
