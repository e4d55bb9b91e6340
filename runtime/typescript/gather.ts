// asyncio/tasks.py: gather and shield.
import { AwaitCode, ObjectCode } from '../../trace/format/schema.ts'
import type { Awaitable, Awaited } from './coroutines.ts'
import { getEventLoop } from './events.ts'
import { CancelledError } from './exceptions.ts'
import { createWaiter, Future, State } from './futures.ts'
import { ensureFuture, Task } from './tasks.ts'
import { recorder, type Recorder } from './trace/hooks.ts'

export interface GatherOptions {
  /** Errors and cancellations stand among the results instead of ending the whole. */
  readonly returnExceptions?: boolean | undefined
}
type Results<A extends readonly Awaitable<unknown>[]> = { -readonly [K in keyof A]: Awaited<A[K]> }
type Outcomes<A extends readonly Awaitable<unknown>[]> = { -readonly [K in keyof A]: unknown }

/** The future that `gather` gives: its `cancel()` cancels the children, and it ends when they have. */
class GatheringFuture<T> extends Future<T> {
  _cancelRequested = false
  _children: readonly Future<unknown>[] = []

  override _finish(state: State, value: unknown): void {
    super._finish(state, value)
    recorder?.scopeClosed(this, ObjectCode.gather, state === State.RESULT ? undefined : { error: value })
  }

  override cancel(message?: string): boolean {
    if (this.done()) return false
    let any = false
    for (const child of this._children) if (child.cancel(message)) any = true
    if (any) this._cancelRequested = true
    return any
  }
}

/**
 * Runs awaitables concurrently; a future of the array of their results, in the order of the arguments. The first error ends it at once, and the others
 * run on. Cancelling it cancels them all. A child that is cancelled counts as one that raised CancelledError.
 */
export function gather<A extends readonly Awaitable<unknown>[]>(...awaitables: A): Future<Results<A>>
export function gather<A extends readonly Awaitable<unknown>[]>(
  ...args: [...awaitables: A, options: GatherOptions & { readonly returnExceptions: true }]
): Future<Outcomes<A>>
export function gather<A extends readonly Awaitable<unknown>[]>(
  ...args: [...awaitables: A, options: GatherOptions]
): Future<Results<A>>
export function gather(...args: readonly unknown[]): Future<unknown[]> {
  const last = args.at(-1)
  const options = isOptions(last) ? last : undefined
  const awaitables = (options === undefined ? args : args.slice(0, -1)) as readonly Awaitable<unknown>[]
  return gathered(awaitables, options?.returnExceptions ?? false)
}

const isOptions = (value: unknown): value is GatherOptions =>
  typeof value === 'object' && value !== null && !(Symbol.iterator in value)

function traceScope(recorder: Recorder, outer: Future<unknown>, children: readonly Future<unknown>[]): void {
  recorder.scopeOpened(outer, ObjectCode.gather)
  for (const child of children) if (child instanceof Task) recorder.scopeChild(outer, ObjectCode.gather, child)
}

function gathered(awaitables: readonly Awaitable<unknown>[], returnExceptions: boolean): Future<unknown[]> {
  if (awaitables.length === 0) {
    const empty = getEventLoop().createFuture<unknown[]>()
    empty.setResult([])
    return empty
  }
  // One coroutine given twice runs once.
  const futures = new Map<Awaitable<unknown>, Future<unknown>>()
  for (const awaitable of awaitables) {
    if (futures.has(awaitable)) continue
    const loop = futures.values().next().value?._loop
    const future = ensureFuture(awaitable, { loop })
    if (future !== awaitable && future instanceof Task) future._logDestroyPending = false
    futures.set(awaitable, future)
  }
  const children = awaitables.map((awaitable) => futures.get(awaitable)!)
  const outer = new GatheringFuture<unknown[]>(children[0]._loop._futureOptions)
  outer._children = children
  outer._kind = AwaitCode.gather
  outer._owner = children.length
  if (recorder) traceScope(recorder, outer, children)
  let left = futures.size
  const childDone = (child: Future<unknown>): void => {
    left--
    child._markRetrieved()
    if (outer.done()) return
    if (!returnExceptions && child._state !== State.RESULT) {
      outer.setException(child._state === State.CANCELLED ? child._cancelledError() : child._value)
      return
    }
    if (left > 0) return
    // CPython's loop over the results leaves its variable at the last child: that one's cancellation is what the awaiter sees.
    const last = children.at(-1)!
    if (outer._cancelRequested)
      outer.setException(last.cancelled() ? last._cancelledError() : new CancelledError(last._message))
    else outer.setResult(children.map(outcome))
  }
  const done = [...futures.values()].filter((future) => future.done())
  for (const future of futures.values()) if (!future.done()) future.addDoneCallback(childDone)
  done.forEach(childDone)
  return outer
}

const outcome = (child: Future<unknown>): unknown => {
  child._markRetrieved()
  return child._state === State.CANCELLED ? new CancelledError(child._message) : child._value
}

/**
 * A future of the awaitable's outcome that can be cancelled without cancelling the awaitable. The one who awaits it sees the cancellation;
 * the awaitable runs on.
 */
export function shield<T>(awaitable: Awaitable<T>): Future<T> {
  const inner = ensureFuture(awaitable)
  if (inner.done()) return inner
  const outer = createWaiter<T>(inner._loop, AwaitCode.shield, inner)
  const innerDone = (): void => {
    if (outer.cancelled()) inner._markRetrieved()
    else if (inner.cancelled()) outer.cancel()
    else if (inner.exception() !== undefined || inner._state === State.FAILED) outer.setException(inner._value)
    else outer.setResult(inner.result())
  }
  inner.addDoneCallback(innerDone)
  outer.addDoneCallback(() => {
    if (!inner.done()) inner.removeDoneCallback(innerDone)
  })
  return outer
}
