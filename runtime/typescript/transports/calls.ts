// How Node's events, which come between turns, reach a protocol.
import type { EventLoop } from '../baseEvents.ts'
import { copyContext } from '../contextvars.ts'
import type { CallbackOptions } from '../futures.ts'

/** The calls of one transport: by its loop, in the context in which the transport was made. */
export class ProtocolCalls {
  private readonly options: CallbackOptions = { context: copyContext() }

  constructor(private readonly loop: EventLoop) {}

  /** Calls in the next turn. A closed loop calls nobody any more, whatever Node still has to say. */
  soon(callback: () => unknown): void {
    if (!this.loop.isClosed()) this.loop.callSoon(callback, this.options)
  }
}
