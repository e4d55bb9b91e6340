import type { TraceModel } from '../../trace/model/types.ts'
import { inSlices, type Sliced } from '../slices.ts'
import type { Lag } from './liveTrace.ts'

/** Several traces that may grow, which the worker joins anew each time. */
export interface LiveTogether {
  /** The parts that were sent at `sentAtMs`, by the clock of the machine that the files are on, are to be shown. */
  join(sentAtMs: number): void
  /** The worker has joined them. */
  joined(model: TraceModel): void
  /** None of them can grow any more. */
  readonly hasEnded: boolean
  stop(): void
}

export interface LiveTogetherOptions {
  ask(settled: boolean): void
  /** What takes long of showing it is made ready, and then what is returned shows it. */
  onGrowing(model: TraceModel, isFirst: boolean): Sliced<(lag: Lag) => void>
  /** More may come. */
  onShown(): void
}

/** Joining costs in proportion to all that there is, so it comes the less often the longer it takes. */
const UPDATE_EVERY_MS = 150
const UPDATE_SHARE = 1 / 8
const QUIET_AFTER_MS = 400
/** Frames and input wait no longer for what is made ready to be shown. */
const AT_ONCE_MS = 4

export function liveTogether({ ask, onGrowing, onShown }: LiveTogetherOptions): LiveTogether {
  let sent = { atMs: 0, arrivedMs: 0 }
  let askedMs = 0
  let shown = 0
  let isQuiet = false
  let hasEnded = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopGrowing = (): void => undefined

  function becomeQuiet(): void {
    isQuiet = true
    ask(true)
  }

  return {
    join(sentAtMs) {
      clearTimeout(timer)
      isQuiet = false
      askedMs = performance.now()
      sent = { atMs: sentAtMs, arrivedMs: askedMs }
      ask(false)
    },
    joined(model) {
      const startedMs =
        Number(model.joined!.parts[0].header.wallClockNs / 1_000_000n) - model.joined!.parts[0].startNs / 1e6
      const ageMs = sent.atMs - (startedMs + model.endNs / 1e6)
      hasEnded = model.end !== 'open'
      stopGrowing()
      stopGrowing = inSlices(onGrowing(model, shown++ === 0), AT_ONCE_MS, (show) => {
        show({ behindMs: Math.max(0, ageMs) + performance.now() - sent.arrivedMs, isQuiet, hasEnded })
        if (isQuiet) return
        requestAnimationFrame(() => {
          const costMs = performance.now() - askedMs
          timer = setTimeout(
            () => {
              onShown()
              if (!hasEnded && shown > 1) timer = setTimeout(becomeQuiet, QUIET_AFTER_MS)
            },
            Math.max(shown === 1 ? 0 : UPDATE_EVERY_MS - costMs, costMs / UPDATE_SHARE - costMs),
          )
        })
      })
    },
    get hasEnded() {
      return hasEnded
    },
    stop() {
      clearTimeout(timer)
      stopGrowing()
    },
  }
}
