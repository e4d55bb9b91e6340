import type { Timers } from './types.ts'

interface Timer {
  readonly location: number
  readonly stack: number
  readonly by: number
  readonly setNs: number
  stream: number
  /** Which of the stream's runs was its, -1 = none yet. */
  run: number
  cancelNs: number
  cancelledBy: number
  cancelStack: number
}

/** Follows the program's own timers from being set to running, or being cancelled. */
export class TimerBuilder {
  private readonly timers: Timer[] = []
  private readonly byNumber = new Map<number, Timer>()

  set(number: number, setNs: number, location: number, stack: number, by: number): void {
    const timer: Timer = {
      location,
      stack,
      by,
      setNs,
      stream: 0,
      run: -1,
      cancelNs: NaN,
      cancelledBy: 0,
      cancelStack: 0,
    }
    this.timers.push(timer)
    this.byNumber.set(number, timer)
  }

  cancel(number: number, atNs: number, by: number, stack: number): void {
    const timer = this.byNumber.get(number)
    if (!timer) return
    timer.cancelNs = atNs
    timer.cancelledBy = by
    timer.cancelStack = stack
  }

  /** Run number `run` of the stream is the timer's. */
  runs(number: number, stream: number, run: number): void {
    const timer = this.byNumber.get(number)
    if (timer) Object.assign(timer, { stream, run })
  }

  /** `firstRun[stream]` is where the stream's runs begin in their columns. */
  build(firstRun: Uint32Array): Timers {
    const { timers } = this
    return {
      location: Uint32Array.from(timers, (timer) => timer.location),
      stack: Uint32Array.from(timers, (timer) => timer.stack),
      by: Uint32Array.from(timers, (timer) => timer.by),
      setNs: Float64Array.from(timers, (timer) => timer.setNs),
      run: Int32Array.from(timers, ({ stream, run }) => (run < 0 ? -1 : firstRun[stream] + run)),
      cancelNs: Float64Array.from(timers, (timer) => timer.cancelNs),
      cancelledBy: Uint32Array.from(timers, (timer) => timer.cancelledBy),
      cancelStack: Uint32Array.from(timers, (timer) => timer.cancelStack),
    }
  }
}
