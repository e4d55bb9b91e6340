// The timers of asyncio/base_events.py: a heap by moment, from which cancelled ones are dropped late.
import type { Seconds } from './coroutines.ts'
import type { TimerHandle } from './events.ts'
import { heapify, heapPop, heapPush } from './heapq.ts'

/** Cancelled timers leave the heap when they are this many, and half of it. */
const MIN_TO_PURGE = 100

const earlier = (a: TimerHandle, b: TimerHandle): boolean => a._when < b._when

/** The timers of a loop. */
export class Timers {
  private heap: TimerHandle[] = []
  private cancelled = 0

  isEmpty(): boolean {
    return this.heap.length === 0
  }

  add(handle: TimerHandle): void {
    heapPush(this.heap, handle, earlier)
    handle._scheduled = true
  }

  /** Counts one that was cancelled: it leaves the heap later. */
  noteCancelled(handle: TimerHandle): void {
    if (handle._scheduled) this.cancelled++
  }

  /** The moment of the first; Infinity where there is none. */
  next(): Seconds {
    return this.heap.length > 0 ? this.heap[0]._when : Infinity
  }

  /** Takes the first out that is due before `end`, cancelled or not; undefined where none is. */
  takeDue(end: Seconds): TimerHandle | undefined {
    return this.next() < end ? this.pop() : undefined
  }

  /**
   * Drops those that are cancelled from the front, and rebuilds the heap where most of it is. When this happens decides in which order timers of one moment
   * leave: it is CPython's `_run_once` that does so, once a turn and before it takes what is due.
   */
  dropCancelled(): void {
    this.purge()
    for (; this.heap.length > 0 && this.heap[0]._cancelled; this.cancelled--) this.pop()
  }

  clear(): void {
    this.heap = []
    this.cancelled = 0
  }

  private purge(): void {
    if (this.heap.length <= MIN_TO_PURGE || this.cancelled / this.heap.length <= 0.5) return
    for (const timer of this.heap) if (timer._cancelled) timer._scheduled = false
    this.heap = this.heap.filter((timer) => !timer._cancelled)
    heapify(this.heap, earlier)
    this.cancelled = 0
  }

  private pop(): TimerHandle {
    const timer = heapPop(this.heap, earlier)
    timer._scheduled = false
    return timer
  }
}
