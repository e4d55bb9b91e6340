// "exception was never retrieved": Python says so from `__del__`; here from a FinalizationRegistry, and at the latest when the loop is closed.
import type { EventLoop, ExceptionContext } from './baseEvents.ts'
import type { Future } from './futures.ts'

/** An error that nobody has asked for yet. It must not refer to its future, or the future would never be collected. */
export class Unretrieved {
  private readonly _loop: EventLoop
  private readonly _context: ExceptionContext

  constructor(loop: EventLoop, context: ExceptionContext) {
    this._loop = loop
    this._context = context
    loop._unretrieved.add(this)
  }

  _retrieved(): void {
    this._loop._unretrieved.delete(this)
  }

  _report(): void {
    if (this._loop._unretrieved.delete(this)) this._loop.callExceptionHandler(this._context)
  }
}

const collected = new FinalizationRegistry<Unretrieved>((record) => record._report())

/** Registers a future that fails. Only failing futures pay for it (0.4 µs). */
export function watchRetrieval(future: Future<unknown>, error: unknown): Unretrieved {
  const message = `${future.constructor.name} exception was never retrieved`
  const record = new Unretrieved(future._loop, { message, exception: error, futureName: future.toString() })
  collected.register(future, record)
  return record
}
