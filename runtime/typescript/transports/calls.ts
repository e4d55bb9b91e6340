// How Node's events, which come between turns, reach a protocol.
import type { EventLoop } from '../baseEvents.ts'
import { copyContext } from '../contextvars.ts'
import { Handle } from '../events.ts'

/** The calls of one transport: by its loop, in the context in which the transport was made. */
export class ProtocolCalls {
  private readonly context = copyContext()

  constructor(private readonly loop: EventLoop) {}

  /** Calls in the next turn, with the argument if one is given. A closed loop calls nobody any more, whatever Node still has to say. */
  soon(callback: () => unknown): void
  soon<A>(callback: (argument: A) => unknown, argument: A): void
  soon(callback: (argument: never) => unknown, argument?: unknown): void {
    if (!this.loop.isClosed()) this.loop._addHandle(new Handle(callback, argument, this.loop, this.context))
  }
}
