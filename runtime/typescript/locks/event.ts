// asyncio/locks.py: Event.
import { AwaitCode, ObjectCode } from '../../../trace/format/schema.ts'
import type { Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import { createWaiter, type Future } from '../futures.ts'
import { recorder } from '../trace/hooks.ts'

/** A flag that tasks can wait for. */
export class Event {
  // A bundler calls it Event2, after the trace's own `Event`; people read this name, in traces and errors.
  static readonly name: string = 'Event'
  private _value = false
  // A set: thousands may wait, and each leaves on its own.
  private readonly _waiters = new Set<Future<void>>()
  private _kind: number = AwaitCode.event
  private _owner: unknown = this

  isSet(): boolean {
    return this._value
  }

  /** Wakes every task that waits. */
  set(): void {
    if (this._value) return
    this._value = true
    this._traceLevel()
    for (const waiter of this._waiters) if (!waiter.done()) waiter.setResult()
  }

  clear(): void {
    if (!this._value) return
    this._value = false
    this._traceLevel()
  }

  /** Waits until the flag is set; a `clear()` before this task runs does not take its wake-up back. */
  *wait(): Coroutine<true> {
    if (this._value) return true
    const waiter = createWaiter<void>(getRunningLoop(), this._kind, this._owner)
    this._waiters.add(waiter)
    try {
      yield* waiter
      return true
    } finally {
      this._waiters.delete(waiter)
    }
  }

  /** @internal Says what a wait for this event is really for: a queue's `join`. */
  _setOwner(kind: number, owner: unknown): void {
    this._kind = kind
    this._owner = owner
  }

  private _traceLevel(): void {
    if (recorder && this._owner === this) recorder.level(this, ObjectCode.event, this._value ? 1 : 0, undefined)
  }

  toString(): string {
    const waiters = this._waiters.size > 0 ? `, waiters:${this._waiters.size}` : ''
    return `<Event [${this._value ? 'set' : 'unset'}${waiters}]>`
  }
}
