import { beforeAll, describe, expect, it } from 'vitest'
import * as aio from '../../runtime/typescript/index.ts'
import { built, start, until } from './node.ts'

let program: string
beforeAll(async () => {
  program = await built('interrupted')
})

/** Starts the program, presses Ctrl-C each time it waits, and gives what it printed. */
async function interrupted(times: number, ...args: string[]): Promise<string[]> {
  const { child, ended } = start(program, args)
  let printed = ''
  child.stdout!.on('data', (text: Buffer) => (printed += String(text)))
  for (let i = 1; i <= times; i++) {
    await until(() => printed.split('waiting').length > i)
    child.kill('SIGINT')
  }
  return (await ended).stdout.trim().split('\n')
}

describe('Ctrl-C', () => {
  it('cancels the main task, which cleans up; run fails with KeyboardInterrupt', async () => {
    expect(await interrupted(1)).toEqual(['waiting', 'cancelled', 'cleaned', 'KeyboardInterrupt'])
  })

  it('pressed again, ends the run; pressed once more, the process, whose task refuses to be cancelled', async () => {
    const lines = await interrupted(3, 'stubborn')
    expect(lines).toEqual([...['waiting', 'cancelled', 'cleaned'], ...['waiting', 'cancelled', 'cleaned'], 'waiting'])
  })
})

describe('Runner, as in test_runners.RunnerTests', () => {
  const variable = new aio.ContextVar('variable', { default: -1 })

  function* set(value: number): aio.Coroutine<number> {
    const old = variable.get()
    yield* aio.sleep(0)
    variable.set(value)
    return old
  }

  it('keeps one loop and one context over its runs', async () => {
    await using runner = new aio.Runner()
    expect(await runner.run(set(1))).toBe(-1)
    const loop = runner.getLoop()
    expect(await runner.run(set(2))).toBe(1)
    expect(runner.getLoop()).toBe(loop)
    expect(await runner.run(set(3), { context: new aio.Context() })).toBe(-1)
  })

  it('closes its loop, once; afterwards it runs nothing', async () => {
    const runner = new aio.Runner()
    const loop = runner.getLoop()
    await runner.close()
    await runner.close()
    expect(loop.isClosed()).toBe(true)
    expect(() => runner.getLoop()).toThrow('Runner is closed')
    await expect(runner.run(set(1))).rejects.toThrow('Runner is closed')
  })

  it('takes a loop of a factory, and the debug mode', async () => {
    const loop = aio.newEventLoop()
    await using runner = new aio.Runner({ loopFactory: () => loop, debug: true })
    expect(runner.getLoop()).toBe(loop)
    expect(loop.getDebug()).toBe(true)
    await using plain = new aio.Runner({ debug: false })
    expect(plain.getLoop().getDebug()).toBe(false)
  })

  it('runs coroutines only', async () => {
    await using runner = new aio.Runner()
    for (const wrong of [123, runner.getLoop().createFuture(), set])
      await expect(runner.run(wrong as never)).rejects.toThrow('a coroutine was expected')
  })

  it('does not run inside of a running loop', async () => {
    await using runner = new aio.Runner()
    let inside: Promise<number> | undefined
    function* recursive(): aio.Coroutine<void> {
      inside = runner.run(set(1))
      inside.catch(() => {}) // looked at below
    }
    await runner.run(recursive())
    await expect(inside).rejects.toThrow('Runner.run() cannot be called from a running event loop')
  })
})
