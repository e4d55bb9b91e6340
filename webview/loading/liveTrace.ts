import { TraceError } from '../../trace/format/errors.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { inSlices, type Sliced } from '../slices.ts'
import { following, type Following } from './following.ts'
import { inParts, type ModelPart } from './modelParts.ts'
import type { FromWorker } from './workerMessages.ts'

/** A trace whose file may grow. */
export interface LiveTrace {
  /** Takes what was appended to the file; `sentAtMs` is when it was read, by the clock of the machine that the file is on. */
  append(bytes: Uint8Array, sentAtMs: number): void
  stop(): void
}

/** How far behind the program the lanes are. */
export interface Lag {
  /** From the newest event that is shown, to the moment it is shown, ms. */
  readonly behindMs: number
  /** Nothing came for a while: the program waits, or is gone. */
  readonly isQuiet: boolean
  readonly hasEnded: boolean
}

export interface LiveTraceOptions {
  readonly model: TraceModel
  /** The model is about to say more, the same object, once it is brought up to date with `update`. What takes long of showing it is made ready, and then what is returned shows it. */
  onGrowing(update: () => TraceModel): Sliced<(lag: Lag) => void>
  /** What was appended has been shown: more may come. */
  onShown(): void
  /** The file must be read from its beginning: it was cut or damaged before it grew. */
  onUnreadable(): void
  /** A part of a copy of the model; undefined after the last one: now is the time to look for what is wrong in it. */
  onCopied(part: ModelPart | undefined): void
}

const UPDATE_EVERY_MS = 100
/** Updating, and drawing what has changed, is linear in the tasks: with very many, it comes less often, and takes this share of the time at most. */
const UPDATE_SHARE = 1 / 8
const QUIET_AFTER_MS = 400
const FINDINGS_EVERY_MS = 3000
/** Looking for findings copies the model, and may take this share of the page's time. */
const FINDINGS_SHARE = 1 / 50
/** Frames and input wait no longer for what is appended, made ready to be shown, or copied. */
const AT_ONCE_MS = 4

type Makers = Extract<FromWorker, { readonly type: 'model' }>['makers']

/** Follows a trace: what comes is interpreted at once, a few milliseconds at a time, and shown several times a second. */
export function liveTrace(makers: Makers, options: LiveTraceOptions): LiveTrace {
  const startedMs = Number(options.model.header.wallClockNs / 1_000_000n)
  let followed = makers && following(makers)
  /** From the first byte that came until it is shown, one thing is done after the other: the model does not change while it is drawn or copied. */
  let isBusy = false
  /** More came meanwhile. */
  let hasMore = false
  let next: ReturnType<typeof setTimeout> | undefined
  let quiet: ReturnType<typeof setTimeout> | undefined
  let stopGrowing = (): void => undefined
  let nextUpdateMs = 0
  let nextFindingsMs = performance.now() + FINDINGS_EVERY_MS
  let sent = { atMs: 0, arrivedMs: 0 }

  /** Goes on when the page has had its turn. */
  function later(work: (following: Following) => void, inMs = 0): void {
    next = setTimeout(() => followed && work(followed), inMs)
  }

  function interpret(following: Following): void {
    hasMore = false
    const untilMs = performance.now() + AT_ONCE_MS
    let isLeft = true
    while (isLeft && performance.now() < untilMs) isLeft = following.goOn()
    if (isLeft) later(interpret)
    else later((rested) => update(rested, false), Math.max(0, nextUpdateMs - performance.now()))
  }

  function update(following: Following, isQuiet: boolean): void {
    isBusy = true
    let { model } = options
    const growing = options.onGrowing(() => (model = following.update(isQuiet)))
    stopGrowing = inSlices(growing, AT_ONCE_MS, (show, preparedMs) => {
      const hasEnded = model.end !== 'open'
      const beganMs = performance.now()
      const ageMs = sent.atMs - (startedMs + model.endNs / 1e6)
      show({ behindMs: Math.max(0, ageMs) + beganMs - sent.arrivedMs, isQuiet, hasEnded })
      const updatedMs = performance.now()
      // The parts are drawn in the frame that comes.
      requestAnimationFrame((frameMs) => {
        later(() => {
          const drawnMs = performance.now()
          const costMs = preparedMs + updatedMs - beganMs + drawnMs - Math.max(updatedMs, frameMs)
          nextUpdateMs = drawnMs + Math.max(UPDATE_EVERY_MS, costMs / UPDATE_SHARE)
          if (drawnMs < nextFindingsMs && !isQuiet && !hasEnded) rest(isQuiet)
          else copy(inParts(model), 0, isQuiet)
        })
      })
    })
  }

  function copy(parts: Generator<ModelPart>, tookMs: number, isQuiet: boolean): void {
    const beganMs = performance.now()
    let part = parts.next()
    for (; !part.done; part = parts.next()) {
      options.onCopied(part.value)
      if (performance.now() - beganMs > AT_ONCE_MS) break
    }
    const nowMs = performance.now()
    const tookNowMs = tookMs + nowMs - beganMs
    if (!part.done) return later(() => copy(parts, tookNowMs, isQuiet))
    options.onCopied(undefined)
    nextFindingsMs = nowMs + Math.max(FINDINGS_EVERY_MS, tookNowMs / FINDINGS_SHARE)
    rest(isQuiet)
  }

  function rest(isQuiet: boolean): void {
    isBusy = false
    if (hasMore) later(interpret)
    else if (!isQuiet) letMoreCome()
  }

  /** Not before: what takes long to show is no silence of the program. */
  function letMoreCome(): void {
    options.onShown()
    clearTimeout(quiet)
    quiet = setTimeout(becomeQuiet, QUIET_AFTER_MS)
  }

  function becomeQuiet(): void {
    if (followed) update(followed, true)
    else options.onUnreadable()
  }

  return {
    append(bytes, sentAtMs) {
      clearTimeout(quiet)
      sent = { atMs: sentAtMs, arrivedMs: performance.now() }
      try {
        followed?.append(bytes)
      } catch (error) {
        if (!(error instanceof TraceError)) throw error
        followed = undefined
      }
      if (!followed) letMoreCome()
      else if (isBusy) hasMore = true
      else {
        isBusy = true
        later(interpret)
      }
    },
    stop() {
      clearTimeout(next)
      clearTimeout(quiet)
      stopGrowing()
      followed = undefined
    },
  }
}
