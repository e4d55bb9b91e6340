// asyncio/unix_events.py: signals; asyncio/base_events.py: names and addresses.
import { lookup, lookupService, type LookupAddress } from 'node:dns'
import { constants } from 'node:os'
import { AwaitCode } from '../../trace/format/schema.ts'
import type { EventLoop, Open } from './baseEvents.ts'
import { copyContext } from './contextvars.ts'
import { RuntimeError, ValueError } from './exceptions.ts'
import type { Coroutine } from './coroutines.ts'
import { createWaiter } from './futures.ts'
import { recorder } from './trace/hooks.ts'

/** The handlers of a loop, by signal. */
export class SignalHandlers implements Open {
  private readonly listeners = new Map<NodeJS.Signals, () => void>()

  constructor(private readonly loop: EventLoop) {}

  /** Calls back in the loop when the process gets the signal; a handler that was there is replaced. */
  add(signal: NodeJS.Signals, callback: () => unknown): void {
    if (!(signal in constants.signals)) throw new ValueError(`invalid signal ${signal}`)
    if (signal === 'SIGKILL' || signal === 'SIGSTOP') throw new RuntimeError(`sig ${signal} cannot be caught`)
    this.remove(signal)
    const context = copyContext()
    const listener = (): void => {
      recorder?.signalled(signal, callback)
      this.loop.callSoon(callback, { context: context.copy() })
    }
    this.listeners.set(signal, listener)
    process.on(signal, listener)
  }

  /** Whether there was one. */
  remove(signal: NodeJS.Signals): boolean {
    const listener = this.listeners.get(signal)
    if (listener === undefined) return false
    process.off(signal, listener)
    return this.listeners.delete(signal)
  }

  /** @internal */
  _release(): void {
    for (const signal of [...this.listeners.keys()]) this.remove(signal)
  }
}

/** The addresses of a host. Node asks for them in its thread pool, which has four threads unless UV_THREADPOOL_SIZE says otherwise. */
export function* resolveHost(loop: EventLoop, host: string, family: 0 | 4 | 6): Coroutine<LookupAddress[]> {
  const found = createWaiter<LookupAddress[]>(loop, AwaitCode.resolve, undefined)
  lookup(host, { all: true, family }, (error, addresses) => {
    if (found.done()) return
    if (error) found.setException(error)
    else found.setResult(addresses)
  })
  return yield* found
}

/** The name and service of an address and port. */
export function* resolveAddress(loop: EventLoop, address: string, port: number): Coroutine<[string, string]> {
  const found = createWaiter<[string, string]>(loop, AwaitCode.resolve, undefined)
  lookupService(address, port, (error, host, service) => {
    if (found.done()) return
    if (error) found.setException(error)
    else found.setResult([host, service])
  })
  return yield* found
}
