// asyncio/queues.py
import { AwaitCode, ObjectCode } from '../../trace/format/schema.ts'
import type { Coroutine } from './coroutines.ts'
import { Deque } from './deque.ts'
import { getRunningLoop } from './events.ts'
import { QueueEmpty, QueueFull, QueueShutDown, ValueError } from './exceptions.ts'
import { createWaiter, type Future } from './futures.ts'
import { heapPop, heapPush } from './heapq.ts'
import { Event } from './locks.ts'
import { recorder } from './trace/hooks.ts'

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
  static readonly name: string = 'Queue' // as NamedError's
  /** @internal */ _awaitKind: number = AwaitCode.queue_get
  private readonly _getters = new Waiters()
  private readonly _putters = new Waiters()
  private _unfinished = 0
  private readonly _finished = new Event()
  private _isShutDown = false
  /** @internal */ private readonly _items: Store<T>

  constructor(
    readonly maxsize = 0,
    items: Store<T> = new Deque<T>(),
  ) {
    this._items = items
    this._finished.set()
    this._finished._setOwner(AwaitCode.queue_join, this)
  }

  /** How many items are in it. */
  qsize(): number {
    return this._items.length
  }

  empty(): boolean {
    return this._items.length === 0
  }

  /** Whether `maxsize` items are in it. */
  full(): boolean {
    return this.maxsize > 0 && this._items.length >= this.maxsize
  }

  /** Adds an item, after waiting for a free place. Throws QueueShutDown. */
  *put(item: T): Coroutine<void> {
    while (this.full()) {
      if (this._isShutDown) throw new QueueShutDown()
      const putter = createWaiter<void>(getRunningLoop(), AwaitCode.queue_put, this)
      this._putters._add(putter)
      try {
        yield* putter
      } catch (error) {
        putter.cancel() // in case it is not done yet
        this._putters._leave()
        // It was woken and cannot take the place: the next in line can.
        if (!this.full() && !putter.cancelled()) this._putters._wakeNext()
        throw error
      }
    }
    this.putNowait(item)
  }

  /** Adds an item, or throws QueueFull or QueueShutDown. */
  putNowait(item: T): void {
    if (this._isShutDown) throw new QueueShutDown()
    if (this.full()) throw new QueueFull()
    this._items.push(item)
    if (recorder) this._traceLevel()
    this._unfinished++
    this._finished.clear()
    this._getters._wakeNext()
  }

  /** Removes the next item, after waiting for one. Throws QueueShutDown where the queue is shut down and empty. */
  *get(): Coroutine<T> {
    while (this.empty()) {
      if (this._isShutDown) throw new QueueShutDown()
      const getter = createWaiter<void>(getRunningLoop(), this._awaitKind, this)
      this._getters._add(getter)
      try {
        yield* getter
      } catch (error) {
        getter.cancel() // in case it is not done yet
        this._getters._leave()
        if (!this.empty() && !getter.cancelled()) this._getters._wakeNext()
        throw error
      }
    }
    return this.getNowait()
  }

  /** Removes the next item, or throws QueueEmpty or QueueShutDown. */
  getNowait(): T {
    if (this.empty()) throw this._isShutDown ? new QueueShutDown() : new QueueEmpty()
    const item = this._items.shift()
    if (recorder) this._traceLevel()
    this._putters._wakeNext()
    return item
  }

  /** Says that an item taken from the queue is dealt with. Throws ValueError where this was said more often than items were put. */
  taskDone(): void {
    if (this._unfinished <= 0) throw new ValueError('task_done() called too many times')
    if (--this._unfinished === 0) this._finished.set()
  }

  /** Waits until every item that was put is dealt with. */
  *join(): Coroutine<void> {
    if (this._unfinished > 0) yield* this._finished.wait()
  }

  /** `put` throws QueueShutDown from now on, `get` does once the queue is empty; tasks that wait in them are woken. */
  shutdown(options: ShutdownOptions = {}): void {
    this._isShutDown = true
    if (options.immediate) {
      while (!this.empty()) {
        this._items.shift()
        if (this._unfinished > 0) this._unfinished--
      }
      if (recorder) this._traceLevel()
      if (this._unfinished === 0) this._finished.set()
    }
    this._getters._wakeAll()
    this._putters._wakeAll()
  }

  private _traceLevel(): void {
    recorder!.level(this, ObjectCode.queue, this._items.length, Math.max(0, Math.ceil(this.maxsize)))
  }

  toString(): string {
    const unfinished = this._unfinished > 0 ? ` tasks=${this._unfinished}` : ''
    return `<${this.constructor.name} maxsize=${this.maxsize} size=${this.qsize()}${unfinished}${this._isShutDown ? ' shutdown' : ''}>`
  }
}

/** Last in, first out. */
export class LifoQueue<T> extends Queue<T> {
  static override readonly name: string = 'LifoQueue'

  constructor(maxsize = 0) {
    super(maxsize, new Stack<T>())
  }
}

/** The smallest item first. `less` compares two; the default compares numbers, strings, and arrays of them element by element, as Python does tuples. */
export class PriorityQueue<T> extends Queue<T> {
  static override readonly name: string = 'PriorityQueue'

  constructor(maxsize = 0, less: (a: T, b: T) => boolean = lessThan) {
    super(maxsize, new Heap(less))
  }
}

class Stack<T> implements Store<T> {
  private readonly _items: T[] = []
  get length(): number {
    return this._items.length
  }
  push(item: T): void {
    this._items.push(item)
  }
  shift(): T {
    return this._items.pop() as T
  }
}

class Heap<T> implements Store<T> {
  private readonly _items: T[] = []
  private readonly _less: (a: T, b: T) => boolean

  constructor(less: (a: T, b: T) => boolean) {
    this._less = less
  }
  get length(): number {
    return this._items.length
  }
  push(item: T): void {
    heapPush(this._items, item, this._less)
  }
  shift(): T {
    return heapPop(this._items, this._less)
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
  private _line = new Deque<Future<void>>()
  private _left = 0

  _add(waiter: Future<void>): void {
    this._line.push(waiter)
  }

  /** Takes one out that is done. Amortised O(1). */
  _leave(): void {
    if (++this._left < MIN_TO_PURGE || this._left * 2 < this._line.length) return
    const all = this._line
    this._line = new Deque()
    while (all.length > 0) this._stay(all.shift())
    this._left = 0
  }

  /** Wakes the first that is not done, and takes it out of the line. */
  _wakeNext(): void {
    while (this._line.length > 0) {
      const waiter = this._line.shift()
      if (waiter.done()) continue
      waiter.setResult()
      return
    }
  }

  _wakeAll(): void {
    while (this._line.length > 0) this._wakeNext()
  }

  private _stay(waiter: Future<void>): void {
    if (!waiter.done()) this._line.push(waiter)
  }
}
