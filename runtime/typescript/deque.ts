// collections.deque, as far as queues need it: O(1) at both ends.

/** A first-in-first-out queue in a ring of slots. */
export class Deque<T> {
  private _slots: (T | undefined)[] = new Array<undefined>(8)
  private _head = 0
  private _count = 0

  get length(): number {
    return this._count
  }

  push(item: T): void {
    if (this._count === this._slots.length) this._grow()
    this._slots[(this._head + this._count++) & (this._slots.length - 1)] = item
  }

  /** The oldest item. There must be one. */
  shift(): T {
    const item = this._slots[this._head] as T
    this._slots[this._head] = undefined
    this._head = (this._head + 1) & (this._slots.length - 1)
    this._count--
    return item
  }

  private _grow(): void {
    const items = [...this._slots.slice(this._head), ...this._slots.slice(0, this._head)]
    items.length = this._slots.length * 2
    this._slots = items
    this._head = 0
  }
}
