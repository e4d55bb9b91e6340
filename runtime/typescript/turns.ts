// asyncio/base_events.py: _run_once, and how a loop's turns run inside of the host's own loop.
import type { EventLoop } from './baseEvents.ts'
import type { Seconds } from './coroutines.ts'
import { Handle, markStarted, setTurning, TimerHandle, turningLoop, type Runnable } from './events.ts'
import { afterEvents, clock } from './host.ts'
import { Timers } from './timers.ts'
import { recorder } from './trace/hooks.ts'

/**
 * How many turns of this loop come before the host looks after its own events: up to 8, or 1 ms of them, so that timers and sockets are never later
 * than that. To look costs 2 µs, which is twice what a turn of a single task does: short turns go on for 50 µs.
 */
const TURNS = 8
const TURNS_MS = 1
const SHORT_TURNS_MS = 0.05
/** Node's longest timeout. Also keeps Node alive while a loop runs and waits: a program that hangs in Python hangs here. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1
/** Two moments that differ by less are the same. */
const CLOCK_RESOLUTION: Seconds = 1e-9

/** What is ready, what is due later, and turn after turn of it. `EventLoop` is this and its methods for programs. */
export abstract class Turns {
  /** Callbacks that run longer are reported in debug mode. */
  slowCallbackDuration: Seconds = 0.1
  /** @internal */ abstract _debug: boolean

  // Two arrays that change places: the one that turns consume and the one that is filled. Their lengths never shrink while they are in use.
  private _ready: (Runnable | undefined)[] = []
  private _readyCount = 0
  private _spare: (Runnable | undefined)[] = []
  private readonly _timers = new Timers()

  private _running = false
  private _stopping = false
  /** @internal Whether it waits for the host. */ _polling = false
  private _immediate = false
  private _timeout: ReturnType<typeof setTimeout> | undefined
  private _timeoutDue = Infinity
  private _settleRun: ((error: unknown, failed: boolean) => void) | undefined

  /** Seconds on the loop's clock, which never goes back. */
  time(): Seconds {
    return clock.now() / 1000
  }

  isRunning(): boolean {
    return this._running
  }

  /** Stops the loop at the end of this turn. What is ready stays so, for the next run. */
  stop(): void {
    this._stopping = true
    if (this._running && turningLoop() !== this._loop) this._schedule()
  }

  /** @internal Ends the run with an error, at once. */
  _abort(error: unknown): void {
    if (this._running) this._finishRun(error, true)
  }

  /** @internal */
  _enqueue(runnable: Runnable): void {
    this._ready[this._readyCount++] = runnable
    if (this._readyCount === 1 && turningLoop() !== this._loop && this._running) this._schedule()
  }

  /** @internal */
  _timerCancelled(handle: TimerHandle): void {
    this._timers._noteCancelled(handle)
  }

  protected _addTimer(handle: TimerHandle): void {
    this._timers._add(handle)
    if (turningLoop() !== this._loop && this._running) this._arm()
  }

  /** Takes turns until `stop()`. The promise settles when the loop has stopped. */
  protected _startTurns(): Promise<void> {
    this._running = true
    markStarted(this._loop, true)
    recorder?.loopStarted(this._loop)
    return new Promise<void>((resolve, reject) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the loop's run ended with, whatever it is
      this._settleRun = (error, failed) => (failed ? reject(error) : resolve())
      this._schedule()
    })
  }

  /** Forgets what is ready or due. */
  protected _clearTurns(): void {
    this._ready = []
    this._readyCount = 0
    this._timers._clear()
  }

  /** Asks the host for the next turns. */
  protected _schedule(): void {
    if (this._immediate) return
    this._immediate = true
    afterEvents(this._pump)
  }

  /** Waits in the host's loop until a moment of `time()` (Infinity: for its callbacks alone), then turns. Tests override it, with `time`. */
  protected _waitUntil(due: Seconds): void {
    if (this._timeout) {
      if (this._timeoutDue === due) return
      clearTimeout(this._timeout)
    }
    const delayMs = due === Infinity ? LONGEST_TIMEOUT_MS : Math.ceil((due - this.time()) * 1000)
    this._timeoutDue = due
    this._timeout = setTimeout(this._timeoutFired, Math.min(Math.max(delayMs, 0), LONGEST_TIMEOUT_MS))
  }

  private readonly _pump = (): void => {
    this._immediate = false
    if (!this._running) return
    if (this._polling) {
      this._polling = false
      recorder?.pollEnded(this._loop)
    }
    const outer = setTurning(this._loop)
    const began = clock.now()
    try {
      let turns = 0
      do this._turn()
      while (
        !this._stopping &&
        this._readyCount > 0 &&
        !this._debug &&
        clock.now() - began < (++turns < TURNS ? TURNS_MS : SHORT_TURNS_MS)
      )
    } catch (error) {
      this._finishRun(error, true)
    } finally {
      setTurning(outer)
    }
    recorder?.runEnded(this._loop)
    if (!this._running) return
    if (this._stopping) this._finishRun(undefined, false)
    else if (this._readyCount > 0) this._schedule()
    else this._arm()
  }

  /** One turn: due timers become ready, then what is ready runs, but nothing that becomes ready meanwhile. */
  private _turn(): void {
    if (!this._timers._isEmpty()) this._collectTimers()
    const batch = this._ready
    const count = this._readyCount
    this._ready = this._spare
    this._readyCount = 0
    this._spare = batch
    let i = 0
    try {
      while (i < count) {
        const runnable = batch[i]!
        batch[i++] = undefined
        if (runnable._cancelled) continue
        if (runnable instanceof Handle) this._beginHandle(runnable)
        if (this._debug) this._runTimed(runnable)
        else runnable._run()
      }
    } catch (error) {
      // The rest of this turn comes first in the next run.
      this._ready = [...batch.slice(i, count), ...this._ready.slice(0, this._readyCount)]
      this._readyCount += count - i
      this._spare = []
      throw error
    }
  }

  private _collectTimers(): void {
    this._timers._dropCancelled()
    // Node's timers fire up to a millisecond early: what is not due yet stays.
    const end = this.time() + CLOCK_RESOLUTION
    while (this._timers._next() < end) this._ready[this._readyCount++] = this._timers._pop()
  }

  private _beginHandle(handle: Handle): void {
    if (!recorder) return
    if (handle instanceof TimerHandle) recorder.timerBegan(handle, this.time() - handle._when)
    else recorder.callbackBegan(handle)
  }

  private _runTimed(runnable: Runnable): void {
    const began = this.time()
    runnable._run()
    const duration = this.time() - began
    if (duration >= this.slowCallbackDuration)
      console.warn(`Executing ${(runnable as Handle).toString()} took ${duration.toFixed(3)} seconds`)
  }

  /** Nothing is ready: waits for the first timer, or for a callback of the host's. */
  private _arm(): void {
    this._timers._dropCancelled()
    const due = this._timers._next()
    if (!this._polling && !this._immediate) {
      this._polling = true
      recorder?.pollBegan(this._loop, due === Infinity ? undefined : Math.max(0, due - this.time()))
    }
    this._waitUntil(due)
  }

  private readonly _timeoutFired = (): void => {
    this._timeout = undefined
    this._timeoutDue = Infinity
    if (!this._running || this._immediate) return
    this._pump()
  }

  private _finishRun(error: unknown, failed: boolean): void {
    this._running = false
    this._stopping = false
    this._polling = false
    markStarted(this._loop, false)
    clearTimeout(this._timeout)
    this._timeout = undefined
    this._timeoutDue = Infinity
    recorder?.loopStopped(this._loop)
    const settle = this._settleRun
    this._settleRun = undefined
    settle?.(error, failed)
  }

  private get _loop(): EventLoop {
    return this as unknown as EventLoop
  }
}
