import { describe, expect, it } from 'vitest'
import { Event, getRunningLoop, run, type Coroutine } from '../../runtime/typescript/index.ts'

describe('signals', () => {
  it('call back in the loop, until the handler is removed', async () => {
    function* main(): Coroutine<unknown[]> {
      const loop = getRunningLoop()
      const arrived = new Event()
      loop.addSignalHandler('SIGUSR2', () => arrived.set())
      expect(process.listenerCount('SIGUSR2')).toBe(1)
      process.kill(process.pid, 'SIGUSR2')
      const seen = yield* arrived.wait()
      return [seen, loop.removeSignalHandler('SIGUSR2'), loop.removeSignalHandler('SIGUSR2')]
    }
    expect(await run(main())).toEqual([true, true, false])
    expect(process.listenerCount('SIGUSR2')).toBe(0)
  })

  it('leave with their loop, and some cannot be caught', async () => {
    function* main(): Coroutine<void> {
      getRunningLoop().addSignalHandler('SIGUSR2', () => {})
      expect(() => getRunningLoop().addSignalHandler('SIGKILL', () => {})).toThrow('cannot be caught')
    }
    await run(main())
    expect(process.listenerCount('SIGUSR2')).toBe(0)
  })
})

describe('addresses', () => {
  it('of this machine', async () => {
    function* main(): Coroutine<string[]> {
      const found = yield* getRunningLoop().getaddrinfo('localhost', { family: 4 })
      return found.map(({ address }) => address)
    }
    expect(await run(main())).toContain('127.0.0.1')
  })
})
