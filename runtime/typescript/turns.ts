// asyncio/base_events.py: _run_once, and how a loop's turns run inside of the host's own loop.
import type { EventLoop } from './baseEvents.ts'
import type { Seconds } from './coroutines.ts'
import { Handle, markStarted, setTurning, TimerHandle, turningLoop, type Runnable } from './events.ts'
import { afterEvents, clock } from './host.ts'
import { Timers } from './timers.ts'
import { tracing } from './trace/hooks.ts'

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
  private ready: (Runnable | undefined)[] = []
  private readyCount = 0
  private spare: (Runnable | undefined)[] = []
  private readonly timers = new Timers()

  private running = false
  private stopping = false
  /** @internal Whether it waits for the host. */ _polling = false
  private immediate = false
  private timeout: ReturnType<typeof setTimeout> | undefined = undefined
  private timeoutDue = Infinity
  private settleRun: ((error: unknown, failed: boolean) => void) | undefined = undefined

  /** Seconds on the loop's clock, which never goes back. */
  time(): Seconds {
    return clock.now() / 1000
  }

  isRunning(): boolean {
    return this.running
  }

  /** Stops the loop at the end of this turn. What is ready stays so, for the next run. */
  stop(): void {
    this.stopping = true
    if (this.running && turningLoop() !== this.loop) this.schedule()
  }

  /** @internal Ends the run with an error, at once. */
  _abort(error: unknown): void {
    if (this.running) this.finishRun(error, true)
  }

  /** @internal */
  _enqueue(runnable: Runnable): void {
    this.ready[this.readyCount++] = runnable
    if (this.readyCount === 1 && turningLoop() !== this.loop && this.running) this.schedule()
  }

  /** @internal */
  _timerCancelled(handle: TimerHandle): void {
    this.timers.noteCancelled(handle)
  }

  protected addTimer(handle: TimerHandle): void {
    this.timers.add(handle)
    if (turningLoop() !== this.loop && this.running) this.arm()
  }

  /** Takes turns until `stop()`. The promise settles when the loop has stopped. */
  protected startTurns(): Promise<void> {
    this.running = true
    markStarted(this.loop, true)
    tracing.recorder?.loopStarted(this.loop)
    return new Promise<void>((resolve, reject) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the loop's run ended with, whatever it is
      this.settleRun = (error, failed) => (failed ? reject(error) : resolve())
      this.schedule()
    })
  }

  /** Forgets what is ready or due. */
  protected clearTurns(): void {
    this.ready = []
    this.readyCount = 0
    this.timers.clear()
  }

  /** Asks the host for the next turns. */
  protected schedule(): void {
    if (this.immediate) return
    this.immediate = true
    afterEvents(this.pump)
  }

  /** Waits in the host's loop until a moment of `time()` (Infinity: for its callbacks alone), then turns. Tests override it, with `time`. */
  protected waitUntil(due: Seconds): void {
    if (this.timeout !== undefined) {
      if (this.timeoutDue === due) return
      clearTimeout(this.timeout)
    }
    const delayMs = due === Infinity ? LONGEST_TIMEOUT_MS : Math.ceil((due - this.time()) * 1000)
    this.timeoutDue = due
    this.timeout = setTimeout(this.timeoutFired, Math.min(Math.max(delayMs, 0), LONGEST_TIMEOUT_MS))
  }

  private readonly pump = (): void => {
    this.immediate = false
    if (!this.running) return
    if (this._polling) {
      this._polling = false
      tracing.recorder?.pollEnded(this.loop)
    }
    const outer = setTurning(this.loop)
    const began = clock.now()
    try {
      let turns = 0
      do this.turn()
      while (
        !this.stopping &&
        this.readyCount > 0 &&
        !this._debug &&
        clock.now() - began < (++turns < TURNS ? TURNS_MS : SHORT_TURNS_MS)
      )
    } catch (error) {
      this.finishRun(error, true)
    } finally {
      setTurning(outer)
    }
    tracing.recorder?.runEnded(this.loop)
    if (!this.running) return
    if (this.stopping) this.finishRun(undefined, false)
    else if (this.readyCount > 0) this.schedule()
    else this.arm()
  }

  /** One turn: due timers become ready, then what is ready runs, but nothing that becomes ready meanwhile. */
  private turn(): void {
    if (!this.timers.isEmpty()) this.collectTimers()
    const batch = this.ready
    const count = this.readyCount
    this.ready = this.spare
    this.readyCount = 0
    this.spare = batch
    let i = 0
    try {
      while (i < count) {
        const runnable = batch[i]!
        batch[i++] = undefined
        if (runnable._cancelled) continue
        if (runnable instanceof Handle) this.beginHandle(runnable)
        if (this._debug) this.runTimed(runnable)
        else runnable._run()
      }
    } catch (error) {
      // The rest of this turn comes first in the next run.
      this.ready = [...batch.slice(i, count), ...this.ready.slice(0, this.readyCount)]
      this.readyCount += count - i
      this.spare = []
      throw error
    }
  }

  private collectTimers(): void {
    this.timers.dropCancelled()
    // Node's timers fire up to a millisecond early: what is not due yet stays.
    const end = this.time() + CLOCK_RESOLUTION
    for (let timer; (timer = this.timers.takeDue(end)) !== undefined;) this.ready[this.readyCount++] = timer
  }

  private beginHandle(handle: Handle): void {
    const recorder = tracing.recorder
    if (recorder === undefined) return
    if (handle instanceof TimerHandle) recorder.timerBegan(handle, this.time() - handle._when)
    else recorder.callbackBegan(handle)
  }

  private runTimed(runnable: Runnable): void {
    const began = this.time()
    runnable._run()
    const duration = this.time() - began
    if (duration >= this.slowCallbackDuration)
      console.warn(`Executing ${(runnable as Handle).toString()} took ${duration.toFixed(3)} seconds`)
  }

  /** Nothing is ready: waits for the first timer, or for a callback of the host's. */
  private arm(): void {
    this.timers.dropCancelled()
    const due = this.timers.next()
    if (!this._polling && !this.immediate) {
      this._polling = true
      tracing.recorder?.pollBegan(this.loop, due === Infinity ? undefined : Math.max(0, due - this.time()))
    }
    this.waitUntil(due)
  }

  private readonly timeoutFired = (): void => {
    this.timeout = undefined
    this.timeoutDue = Infinity
    if (!this.running || this.immediate) return
    this.pump()
  }

  private finishRun(error: unknown, failed: boolean): void {
    this.running = false
    this.stopping = false
    this._polling = false
    markStarted(this.loop, false)
    clearTimeout(this.timeout)
    this.timeout = undefined
    this.timeoutDue = Infinity
    tracing.recorder?.loopStopped(this.loop)
    const settle = this.settleRun
    this.settleRun = undefined
    settle?.(error, failed)
  }

  private get loop(): EventLoop {
    return this as unknown as EventLoop
  }
}
