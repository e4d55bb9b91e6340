// collections.deque, as far as queues need it: O(1) at both ends.

/** A first-in-first-out queue in a ring of slots. */
export class Deque<T> {
  private slots: (T | undefined)[] = new Array<undefined>(8)
  private head = 0
  private count = 0

  get length(): number {
    return this.count
  }

  push(item: T): void {
    if (this.count === this.slots.length) this.grow()
    this.slots[(this.head + this.count++) & (this.slots.length - 1)] = item
  }

  /** The oldest item. There must be one. */
  shift(): T {
    const item = this.slots[this.head] as T
    this.slots[this.head] = undefined
    this.head = (this.head + 1) & (this.slots.length - 1)
    this.count--
    return item
  }

  private grow(): void {
    const items = [...this.slots.slice(this.head), ...this.slots.slice(0, this.head)]
    items.length = this.slots.length * 2
    this.slots = items
    this.head = 0
  }
}
