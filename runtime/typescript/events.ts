// asyncio/events.py: handles, and which loop runs.
import type { EventLoop } from './baseEvents.ts'
import { copyContext, enterContext, type Context } from './contextvars.ts'
import { RuntimeError, isFatal } from './exceptions.ts'
import { shown } from './coroutines.ts'

/** What the ready queue holds: a handle, or a task whose next step is due. */
export interface Runnable {
  /** @internal Runs once. Throws only what must end the loop's run. */
  _run(): void
  /** @internal */ readonly _cancelled: boolean
}

/** A callback that is scheduled. The call can be taken back with `cancel()`. */
export class Handle implements Runnable {
  /** @internal */ _cancelled = false
  /** @internal */ _callback: ((argument: never) => unknown) | undefined
  /** @internal */ _argument: unknown
  /** @internal The recorder's: the task that made it, and when. */
  _recorded: { readonly by: object; readonly task: number; readonly ns: number } | undefined
  /** @internal Where it was made; in debug mode only. */ _source: string | undefined
  /** @internal */ readonly _loop: EventLoop
  /** @internal */ readonly _context: Context

  /** @internal */
  constructor(callback: (argument: never) => unknown, argument: unknown, loop: EventLoop, context: Context) {
    this._loop = loop
    this._context = context
    this._callback = callback
    this._argument = argument
  }

  cancel(): void {
    this._cancelled = true
    this._callback = undefined
    this._argument = undefined
  }

  cancelled(): boolean {
    return this._cancelled
  }

  getContext(): Context {
    return this._context
  }

  /** @internal */
  _run(): void {
    const outer = enterContext(this._context)
    try {
      this._callback!(this._argument as never)
    } catch (error) {
      if (isFatal(error)) throw error
      this._loop.callExceptionHandler({
        message: `Exception in callback ${shown(this._callback)}`,
        exception: error,
        handle: this,
        ...(this._source && { sourceTraceback: this._source }),
      })
    } finally {
      enterContext(outer)
    }
  }

  toString(): string {
    return `<${this.constructor.name}${this._cancelled ? ' cancelled' : ` ${shown(this._callback)}`}>`
  }
}

/** A callback that is scheduled for a moment on the loop's clock. */
export class TimerHandle extends Handle {
  /** @internal Whether it stands in the loop's heap. */ _scheduled = false
  /** @internal */ readonly _when: number

  /** @internal */
  constructor(
    when: number,
    callback: (argument: never) => unknown,
    argument: unknown,
    loop: EventLoop,
    context: Context,
  ) {
    super(callback, argument, loop, context)
    this._when = when
  }

  override cancel(): void {
    if (!this._cancelled) this._loop._timerCancelled(this)
    super.cancel()
  }

  /** The moment, in seconds on the clock of `loop.time()`. */
  when(): number {
    return this._when
  }
}

/** The loop whose turn runs at this moment: code on the stack was called by it. */
let turning: EventLoop | undefined
/** Loops between the start and the end of a `runForever`. Node's own callbacks run between their turns. */
const started = new Set<EventLoop>()

/** @internal */
export function setTurning(loop: EventLoop | undefined): EventLoop | undefined {
  const before = turning
  turning = loop
  return before
}
/** @internal */
export const turningLoop = (): EventLoop | undefined => turning
/** @internal */
export function markStarted(loop: EventLoop, running: boolean): void {
  if (running) started.add(loop)
  else started.delete(loop)
}

/** @internal */
export const startedLoops = (): Iterable<EventLoop> => started

/**
 * The running loop. In a coroutine or callback: the loop that runs it. In Node's own callbacks and after a promise's `await`: the loop that was
 * started, where there is exactly one. Throws RuntimeError otherwise.
 */
export function getRunningLoop(): EventLoop {
  if (turning) return turning
  if (started.size === 1) return started.values().next().value!
  throw new RuntimeError(
    started.size === 0 ? 'no running event loop' : 'several event loops run: pass the loop that is meant',
  )
}

/** As `getRunningLoop`: there is no loop besides running ones and those that the program made itself. */
export const getEventLoop = getRunningLoop

/** @internal */
export const contextFor = (options: { readonly context?: Context | undefined } | undefined): Context =>
  options?.context ?? copyContext()
