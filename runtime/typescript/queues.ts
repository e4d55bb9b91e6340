// asyncio/queues.py
import { AwaitCode, ObjectCode } from '../../trace/format/schema.ts'
import type { Coroutine } from './coroutines.ts'
import { Deque } from './deque.ts'
import { getRunningLoop } from './events.ts'
import { QueueEmpty, QueueFull, QueueShutDown, ValueError } from './exceptions.ts'
import { createWaiter, type Future } from './futures.ts'
import { heapPop, heapPush } from './heapq.ts'
import { Event } from './locks.ts'
import { tracing } from './trace/hooks.ts'

export interface ShutdownOptions {
  /** Throws the remaining items away, so that `get` fails at once. */
  readonly immediate?: boolean | undefined
}

/** Where a queue keeps its items. */
interface Store<T> {
  readonly length: number
  push(item: T): void
  /** Removes the item that is next. */
  shift(): T
}

/**
 * First in, first out. `put` waits while `maxsize` items are in it (0 = never), `get` while there is none.
 * Tasks are served in the order in which they asked, and an item given to a task that is cancelled goes to the next.
 */
export class Queue<T> {
  /** @internal */ _awaitKind: number = AwaitCode.queue_get
  private readonly getters = new Waiters()
  private readonly putters = new Waiters()
  private unfinished = 0
  private readonly finished = new Event()
  private isShutDown = false

  constructor(
    readonly maxsize = 0,
    /** @internal */ private readonly items: Store<T> = new Deque<T>(),
  ) {
    this.finished.set()
    this.finished._setOwner(AwaitCode.queue_join, this)
  }

  /** How many items are in it. */
  qsize(): number {
    return this.items.length
  }

  empty(): boolean {
    return this.items.length === 0
  }

  /** Whether `maxsize` items are in it. */
  full(): boolean {
    return this.maxsize > 0 && this.items.length >= this.maxsize
  }

  /** Adds an item, after waiting for a free place. Throws QueueShutDown. */
  *put(item: T): Coroutine<void> {
    while (this.full()) {
      if (this.isShutDown) throw new QueueShutDown()
      const putter = createWaiter<void>(getRunningLoop(), AwaitCode.queue_put, this)
      this.putters.add(putter)
      try {
        yield* putter
      } catch (error) {
        putter.cancel() // in case it is not done yet
        this.putters.leave()
        // It was woken and cannot take the place: the next in line can.
        if (!this.full() && !putter.cancelled()) this.putters.wakeNext()
        throw error
      }
    }
    this.putNowait(item)
  }

  /** Adds an item, or throws QueueFull or QueueShutDown. */
  putNowait(item: T): void {
    if (this.isShutDown) throw new QueueShutDown()
    if (this.full()) throw new QueueFull()
    this.items.push(item)
    if (tracing.recorder !== undefined) this.traceLevel()
    this.unfinished++
    this.finished.clear()
    this.getters.wakeNext()
  }

  /** Removes the next item, after waiting for one. Throws QueueShutDown where the queue is shut down and empty. */
  *get(): Coroutine<T> {
    while (this.empty()) {
      if (this.isShutDown) throw new QueueShutDown()
      const getter = createWaiter<void>(getRunningLoop(), this._awaitKind, this)
      this.getters.add(getter)
      try {
        yield* getter
      } catch (error) {
        getter.cancel() // in case it is not done yet
        this.getters.leave()
        if (!this.empty() && !getter.cancelled()) this.getters.wakeNext()
        throw error
      }
    }
    return this.getNowait()
  }

  /** Removes the next item, or throws QueueEmpty or QueueShutDown. */
  getNowait(): T {
    if (this.empty()) throw this.isShutDown ? new QueueShutDown() : new QueueEmpty()
    const item = this.items.shift()
    if (tracing.recorder !== undefined) this.traceLevel()
    this.putters.wakeNext()
    return item
  }

  /** Says that an item taken from the queue is dealt with. Throws ValueError where this was said more often than items were put. */
  taskDone(): void {
    if (this.unfinished <= 0) throw new ValueError('task_done() called too many times')
    if (--this.unfinished === 0) this.finished.set()
  }

  /** Waits until every item that was put is dealt with. */
  *join(): Coroutine<void> {
    if (this.unfinished > 0) yield* this.finished.wait()
  }

  /** `put` throws QueueShutDown from now on, `get` does once the queue is empty; tasks that wait in them are woken. */
  shutdown(options: ShutdownOptions = {}): void {
    this.isShutDown = true
    if (options.immediate) {
      while (!this.empty()) {
        this.items.shift()
        if (this.unfinished > 0) this.unfinished--
      }
      if (tracing.recorder !== undefined) this.traceLevel()
      if (this.unfinished === 0) this.finished.set()
    }
    this.getters.wakeAll()
    this.putters.wakeAll()
  }

  private traceLevel(): void {
    tracing.recorder!.level(this, ObjectCode.queue, this.items.length, Math.max(0, Math.ceil(this.maxsize)))
  }

  toString(): string {
    const unfinished = this.unfinished > 0 ? ` tasks=${this.unfinished}` : ''
    return `<${this.constructor.name} maxsize=${this.maxsize} size=${this.qsize()}${unfinished}${this.isShutDown ? ' shutdown' : ''}>`
  }
}

/** Last in, first out. */
export class LifoQueue<T> extends Queue<T> {
  constructor(maxsize = 0) {
    super(maxsize, new Stack<T>())
  }
}

/** The smallest item first. `less` compares two; the default compares numbers, strings, and arrays of them element by element, as Python does tuples. */
export class PriorityQueue<T> extends Queue<T> {
  constructor(maxsize = 0, less: (a: T, b: T) => boolean = lessThan) {
    super(maxsize, new Heap(less))
  }
}

class Stack<T> implements Store<T> {
  private readonly items: T[] = []
  get length(): number {
    return this.items.length
  }
  push(item: T): void {
    this.items.push(item)
  }
  shift(): T {
    return this.items.pop() as T
  }
}

class Heap<T> implements Store<T> {
  private readonly items: T[] = []
  constructor(private readonly less: (a: T, b: T) => boolean) {}
  get length(): number {
    return this.items.length
  }
  push(item: T): void {
    heapPush(this.items, item, this.less)
  }
  shift(): T {
    return heapPop(this.items, this.less)
  }
}

function lessThan(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return (a as number) < (b as number)
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (lessThan(a[i], b[i])) return true
    if (lessThan(b[i], a[i])) return false
  }
  return a.length < b.length
}

/** Those who left the line are dropped when they are this many, and half of it. */
const MIN_TO_PURGE = 16

/** Tasks in line, first come first served. Who is cancelled leaves late: its future is done, and is passed over. */
class Waiters {
  private line = new Deque<Future<void>>()
  private left = 0

  add(waiter: Future<void>): void {
    this.line.push(waiter)
  }

  /** Takes one out that is done. Amortised O(1). */
  leave(): void {
    if (++this.left < MIN_TO_PURGE || this.left * 2 < this.line.length) return
    const all = this.line
    this.line = new Deque()
    while (all.length > 0) this.stay(all.shift())
    this.left = 0
  }

  /** Wakes the first that is not done, and takes it out of the line. */
  wakeNext(): void {
    while (this.line.length > 0) {
      const waiter = this.line.shift()
      if (waiter.done()) continue
      waiter.setResult()
      return
    }
  }

  wakeAll(): void {
    while (this.line.length > 0) this.wakeNext()
  }

  private stay(waiter: Future<void>): void {
    if (!waiter.done()) this.line.push(waiter)
  }
}
