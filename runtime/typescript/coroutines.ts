// asyncio/coroutines.py: what a coroutine is here, and the two ways in which one is suspended.
import type { Future } from './futures.ts'

declare const suspension: unique symbol
/** What a coroutine hands to its task while it is suspended. Programs never make one: they write `yield*`. */
export interface Suspension {
  readonly [suspension]: true
}

/** A coroutine: a generator awaited with `yield*`. It starts with its task's first step and is cancelled by a CancelledError at its await. */
export type Coroutine<T> = Generator<Suspension | undefined, T, unknown>
/** What `yield*` may wait for. */
export type Awaitable<T> = Coroutine<T> | Future<T>
/** The value that an awaitable gives. */
export type Awaited<A> = A extends Future<infer T> ? T : A extends Generator<unknown, infer T> ? T : never
/** A duration or a moment on the loop's clock, in seconds, as everywhere in asyncio. */
export type Seconds = number

/**
 * The iterator result that says "suspended until `future` is done". It is one object, changed at every await: the task reads it before anything
 * else runs, and `yield*` hands it through unchanged. So an await allocates nothing, and a `yield` where `yield*` was meant is told apart by identity.
 */
export const suspended: { done: false; value: Suspension; _future: Future<unknown> | undefined } = {
  done: false,
  value: undefined as unknown as Suspension,
  _future: undefined,
}

/** The iterator result that says "suspended for one turn of the loop". */
export const skipped: { done: false; value: Suspension } = { done: false, value: undefined as unknown as Suspension }
const resumed: { done: true; value: undefined } = { done: true, value: undefined }

/** What a probe of a suspended coroutine collects; undefined while coroutines run for real. See stacks.ts. */
export const probe: { _capture: (() => void) | undefined } = { _capture: undefined }

/** Whether the step that begins resumes a coroutine from `nextTurn`. Set by the task, cleared by whichever iterator is resumed. */
let skipEnds = false
export function resumeFromSkip(): void {
  skipEnds = true
}

/** `yield* nextTurn` skips one turn of the loop. Stateless, so that one object serves every task; the bare `yield` of asyncio's `sleep(0)`. */
export const nextTurn: Iterable<Suspension, undefined> & Iterator<Suspension, undefined> = {
  [Symbol.iterator]: () => nextTurn,
  next() {
    if (probe._capture) {
      probe._capture()
      return skipped
    }
    if (!skipEnds) return skipped
    skipEnds = false
    return resumed
  },
  throw(error: unknown): never {
    skipEnds = false
    throw error as Error
  },
}

const { isPrototypeOf } = Object.prototype
const generatorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())) as object

/** Whether the value is a coroutine object: what calling a generator function gives. */
export function isCoroutine(value: unknown): value is Coroutine<unknown> {
  return isPrototypeOf.call(generatorPrototype, value as object)
}

/** Whether calling the function gives a coroutine. */
export function isCoroutineFunction(value: unknown): value is (...args: never[]) => Coroutine<unknown> {
  return typeof value === 'function' && value.constructor === function* () {}.constructor
}

/** How asyncio's messages show a value. */
export function shown(value: unknown): string {
  if (isCoroutine(value)) return '<coroutine>'
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return `<function ${value.name || 'anonymous'}>`
  if (Object(value) !== value) return String(value)
  const { toString, constructor } = value as { toString?: () => string; constructor?: { name: string } }
  return !toString || toString === Object.prototype.toString
    ? `<${constructor?.name ?? 'object'}>`
    : toString.call(value)
}
