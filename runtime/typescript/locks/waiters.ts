/** Removes one entry of a queue of waiters, if it is there. The first is by far the likeliest. */
export function remove<T>(waiters: T[], waiter: T): boolean {
  if (waiters[0] === waiter) {
    waiters.shift()
    return true
  }
  const at = waiters.indexOf(waiter)
  if (at >= 0) waiters.splice(at, 1)
  return at >= 0
}
