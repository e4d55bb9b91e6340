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

  /** The moment of the first that is not cancelled; Infinity where there is none. */
  next(): Seconds {
    const { heap } = this
    while (heap.length > 0 && heap[0]._cancelled) this.drop()
    return heap.length > 0 ? heap[0]._when : Infinity
  }

  /** Takes the first out that is due before `end`; undefined where none is. */
  takeDue(end: Seconds): TimerHandle | undefined {
    return this.next() < end ? this.pop() : undefined
  }

  /** Rebuilds the heap where most of it is cancelled. */
  purge(): void {
    if (this.heap.length <= MIN_TO_PURGE || this.cancelled / this.heap.length <= 0.5) return
    for (const timer of this.heap) if (timer._cancelled) timer._scheduled = false
    this.heap = this.heap.filter((timer) => !timer._cancelled)
    heapify(this.heap, earlier)
    this.cancelled = 0
  }

  clear(): void {
    this.heap = []
    this.cancelled = 0
  }

  private drop(): void {
    this.cancelled--
    this.pop()
  }

  private pop(): TimerHandle {
    const timer = heapPop(this.heap, earlier)
    timer._scheduled = false
    return timer
  }
}
