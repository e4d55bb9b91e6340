// asyncio/locks.py: Event.
import { AwaitCode, ObjectCode } from '../../../trace/format/schema.ts'
import type { Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import { createWaiter, type Future } from '../futures.ts'
import { tracing } from '../trace/hooks.ts'

/** A flag that tasks can wait for. */
export class Event {
  private value = false
  // A set: thousands may wait, and each leaves on its own.
  private readonly waiters = new Set<Future<void>>()
  private kind: number = AwaitCode.event
  private owner: unknown = this

  isSet(): boolean {
    return this.value
  }

  /** Wakes every task that waits. */
  set(): void {
    if (this.value) return
    this.value = true
    this.traceLevel()
    for (const waiter of this.waiters) if (!waiter.done()) waiter.setResult()
  }

  clear(): void {
    if (!this.value) return
    this.value = false
    this.traceLevel()
  }

  /** Waits until the flag is set; a `clear()` before this task runs does not take its wake-up back. */
  *wait(): Coroutine<true> {
    if (this.value) return true
    const waiter = createWaiter<void>(getRunningLoop(), this.kind, this.owner)
    this.waiters.add(waiter)
    try {
      yield* waiter
      return true
    } finally {
      this.waiters.delete(waiter)
    }
  }

  /** @internal Says what a wait for this event is really for: a queue's `join`. */
  _setOwner(kind: number, owner: unknown): void {
    this.kind = kind
    this.owner = owner
  }

  private traceLevel(): void {
    if (tracing.recorder !== undefined && this.owner === this)
      tracing.recorder.level(this, ObjectCode.event, this.value ? 1 : 0, undefined)
  }

  toString(): string {
    const waiters = this.waiters.size > 0 ? `, waiters:${this.waiters.size}` : ''
    return `<Event [${this.value ? 'set' : 'unset'}${waiters}]>`
  }
}
