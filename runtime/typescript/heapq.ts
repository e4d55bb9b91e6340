// heapq.py: a binary heap in an array. The sifting is heapq's, step for step, because it decides in which order equal entries leave.

export type LessThan<T> = (a: T, b: T) => boolean

/** Adds an item. O(log n). */
export function heapPush<T>(heap: T[], item: T, less: LessThan<T>): void {
  heap.push(item)
  towardsRoot(heap, 0, heap.length - 1, less)
}

/** Removes and returns the smallest item. O(log n). The heap must not be empty. */
export function heapPop<T>(heap: T[], less: LessThan<T>): T {
  const last = heap.pop()!
  if (heap.length === 0) return last
  const smallest = heap[0]
  heap[0] = last
  towardsLeaf(heap, 0, less)
  return smallest
}

/** Makes an array a heap. O(n). */
export function heapify<T>(heap: T[], less: LessThan<T>): void {
  for (let i = (heap.length >> 1) - 1; i >= 0; i--) towardsLeaf(heap, i, less)
}

function towardsRoot<T>(heap: T[], start: number, from: number, less: LessThan<T>): void {
  const item = heap[from]
  let position = from
  while (position > start) {
    const parent = (position - 1) >> 1
    if (!less(item, heap[parent])) break
    heap[position] = heap[parent]
    position = parent
  }
  heap[position] = item
}

/** Moves the hole down to a leaf along the smaller children, then lets the item rise: as heapq does, fewer comparisons than stopping early. */
function towardsLeaf<T>(heap: T[], start: number, less: LessThan<T>): void {
  const end = heap.length
  const item = heap[start]
  let position = start
  let child = 2 * position + 1
  while (child < end) {
    const right = child + 1
    if (right < end && !less(heap[child], heap[right])) child = right
    heap[position] = heap[child]
    position = child
    child = 2 * position + 1
  }
  heap[position] = item
  towardsRoot(heap, start, position, less)
}
