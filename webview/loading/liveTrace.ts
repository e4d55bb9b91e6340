import { TraceError } from '../../trace/format/errors.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { following } from './following.ts'
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
  onGrown(model: TraceModel, lag: Lag): void
  /** What was appended has been shown: more may come. */
  onShown(): void
  /** The file must be read from its beginning: it was cut or damaged before it grew. */
  onUnreadable(): void
  findFindings(model: TraceModel): void
}

const UPDATE_EVERY_MS = 100
/** Updating, and drawing what has changed, is linear in the tasks: with very many, it comes less often, and takes this share of the time at most. */
const UPDATE_SHARE = 1 / 8
const QUIET_AFTER_MS = 400
const FINDINGS_EVERY_MS = 3000
/** Looking for findings copies the model, and may take this share of the page's time. */
const FINDINGS_SHARE = 1 / 50

type Makers = Extract<FromWorker, { readonly type: 'model' }>['makers']

/** Follows a trace: what comes is interpreted at once, and shown several times a second. */
export function liveTrace(makers: Makers, options: LiveTraceOptions): LiveTrace {
  const startedMs = Number(options.model.header.wallClockNs / 1_000_000n)
  let followed = makers && following(makers)
  let updating: ReturnType<typeof setTimeout> | undefined
  let quiet: ReturnType<typeof setTimeout> | undefined
  let nextUpdateMs = 0
  let nextFindingsMs = performance.now() + FINDINGS_EVERY_MS
  let sent = { atMs: 0, arrivedMs: 0 }

  function update(isQuiet: boolean): void {
    updating = undefined
    if (!followed) return
    const beganMs = performance.now()
    const model = followed.update(isQuiet)
    const hasEnded = model.end !== 'open'
    const ageMs = sent.atMs - (startedMs + model.endNs / 1e6)
    options.onGrown(model, { behindMs: Math.max(0, ageMs) + beganMs - sent.arrivedMs, isQuiet, hasEnded })
    const updatedMs = performance.now()
    // The parts are drawn in the frame that comes, and with very many tasks that costs most.
    requestAnimationFrame((frameMs) => {
      setTimeout(() => {
        const costMs = updatedMs - beganMs + performance.now() - Math.max(updatedMs, frameMs)
        nextUpdateMs = performance.now() + Math.max(UPDATE_EVERY_MS, costMs / UPDATE_SHARE)
        if (!isQuiet && followed) letMoreCome()
      })
    })
    const nowMs = performance.now()
    if (nowMs < nextFindingsMs && !isQuiet && !hasEnded) return
    options.findFindings(model)
    const tookMs = performance.now() - nowMs
    nextFindingsMs = nowMs + Math.max(FINDINGS_EVERY_MS, tookMs / FINDINGS_SHARE)
  }

  /** Not before: what takes long to show is no silence of the program. */
  function letMoreCome(): void {
    options.onShown()
    clearTimeout(quiet)
    quiet = setTimeout(becomeQuiet, QUIET_AFTER_MS)
  }

  function becomeQuiet(): void {
    if (followed) update(true)
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
      if (followed) updating ??= setTimeout(() => update(false), Math.max(0, nextUpdateMs - performance.now()))
      else letMoreCome()
    },
    stop() {
      clearTimeout(updating)
      clearTimeout(quiet)
      followed = undefined
    },
  }
}
