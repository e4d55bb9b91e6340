// The timers of asyncio/base_events.py: a heap by moment, from which cancelled ones are dropped late.
import type { Seconds } from './coroutines.ts'
import type { TimerHandle } from './events.ts'
import { heapify, heapPop, heapPush } from './heapq.ts'

/** Cancelled timers leave the heap when they are this many, and half of it. */
const MIN_TO_PURGE = 100

const earlier = (a: TimerHandle, b: TimerHandle): boolean => a._when < b._when

/** The timers of a loop. */
export class Timers {
  private _heap: TimerHandle[] = []
  private _cancelled = 0

  _isEmpty(): boolean {
    return this._heap.length === 0
  }

  _add(handle: TimerHandle): void {
    heapPush(this._heap, handle, earlier)
    handle._scheduled = true
  }

  /** Counts one that was cancelled: it leaves the heap later. */
  _noteCancelled(handle: TimerHandle): void {
    if (handle._scheduled) this._cancelled++
  }

  /** The moment of the first; Infinity where there is none. */
  _next(): Seconds {
    return this._heap.length > 0 ? this._heap[0]._when : Infinity
  }

  /**
   * Drops those that are cancelled from the front, and rebuilds the heap where most of it is. When this happens decides in which order timers of one moment
   * leave: it is CPython's `_run_once` that does so, once a turn and before it takes what is due.
   */
  _dropCancelled(): void {
    this._purge()
    for (; this._heap.length > 0 && this._heap[0]._cancelled; this._cancelled--) this._pop()
  }

  _clear(): void {
    this._heap = []
    this._cancelled = 0
  }

  private _purge(): void {
    if (this._heap.length <= MIN_TO_PURGE || this._cancelled / this._heap.length <= 0.5) return
    for (const timer of this._heap) if (timer._cancelled) timer._scheduled = false
    this._heap = this._heap.filter((timer) => !timer._cancelled)
    heapify(this._heap, earlier)
    this._cancelled = 0
  }

  /** Takes the first out, cancelled or not. There must be one. */
  _pop(): TimerHandle {
    const timer = heapPop(this._heap, earlier)
    timer._scheduled = false
    return timer
  }
}
