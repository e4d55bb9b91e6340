import { Event } from '../format/schema.ts'
import { isLibraryFile, stackLines, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, type TraceModel } from '../model/types.ts'
import { cancelledTasks, takenBack, type Cancelled } from './cancelled.ts'
import { framesOutward } from './loopFrame.ts'
import { placeOf, shortPlace } from './places.ts'
import { firstFrom, rowsOf } from './rowsBy.ts'
import { cannotTell, holdsWith, type Check, type Draft, type Place } from './types.ts'

/**
 * A CancelledError was delivered and the task neither ended cancelled nor failed, nor took it back by `uncancel()` for its own use.
 * A task that ends normally soon after may have meant to: that is for information.
 */
export const swallowedCancellation: Check = (model, facts, thresholds) => {
  const { tasks } = model
  const drafts = new Map<number, Draft>()
  let stillIn: number | undefined
  for (const cancelled of cancelledTasks(model)) {
    const { task, deliveredNs, untilNs } = cancelled
    const outcome = tasks.outcome[task]
    // What it did until it was asked again, or else to its end.
    const lastedNs = (Number.isNaN(cancelled.nextNs) ? untilNs : cancelled.nextNs) - deliveredNs
    const wentOn = lastedNs >= thresholds['slow-cancel-after'] * 1e6
    // It ended cancelled by a later request: the first had been in vain if it went on with its normal course.
    const inVain = cancelled.again && cancelled.resumed && wentOn && cancelled.requesterWaits
    if ((outcome === Outcome.cancelled || outcome === Outcome.failed) && !inVain) continue
    if (cancelled.again && !cancelled.resumed) continue
    const uncancel = uncancelOf(model, cancelled)
    if (uncancel === 'library') continue
    if (uncancel !== undefined && !(cancelled.requesterWaits && wentOn && outcome === Outcome.unfinished)) continue
    // Still in the clean-up, for all that is known: that is a slow cancellation.
    const inCleanup = !cancelled.resumed && !cancelled.waitsAgain && cancelled.after.length < 2
    if (outcome === Outcome.unfinished && !uncancel && inCleanup) {
      if (facts.open) stillIn ??= task
      continue
    }
    const unfinished = outcome === Outcome.unfinished
    if (unfinished && !facts.open && !wentOn) continue
    const place = (uncancel && placeOf(model, uncancel.stack)) ?? caughtAt(model, cancelled)
    const ends = unfinished
      ? `and still runs ${formatDuration(lastedNs)} later`
      : inVain
        ? `and went on for ${formatDuration(lastedNs)}, until it was cancelled again`
        : `and ended normally ${formatDuration(lastedNs)} later`
    if (drafts.has(task) && inVain) continue
    drafts.set(task, {
      kind: 'swallowed-cancellation',
      severity: !wentOn ? 'info' : unfinished && cancelled.requesterWaits ? 'error' : 'warning',
      message: `${taskName(model, task)} was cancelled${by(model, cancelled)}, swallowed the CancelledError at ${shortPlace(place)} ${ends}.`,
      tasks: [task, ...(model.cancels.by[cancelled.request] > 0 ? [model.cancels.by[cancelled.request]] : [])],
      place,
      startNs: cancelled.atNs,
      endNs: untilNs,
      confidence: cancelled.resumed ? 'proven' : 'likely',
      related: requestedAt(model, cancelled),
      costNs: lastedNs,
    })
  }
  if (drafts.size > 0 || stillIn === undefined) return holdsWith([...drafts.values()])
  return cannotTell(
    `whether ${taskName(model, stillIn)}, which was cancelled, ends or goes on as before: record until it has done either`,
  )
}

function by(model: TraceModel, { request }: Cancelled): string {
  const requester = model.cancels.by[request]
  return requester > 0 ? ` by ${taskName(model, requester)}` : ''
}

function requestedAt(model: TraceModel, { request }: Cancelled): Draft['related'] & object {
  const place = placeOf(model, model.cancels.stack[request])
  return place ? [{ message: 'it was cancelled here', file: place.file, line: place.line }] : []
}

/** The `uncancel()` that took it back, by whom it was called: the program, or a library's scope, which is as it should be. */
function uncancelOf(model: TraceModel, { request }: Cancelled): { stack: number } | 'library' | undefined {
  const { uncancels, tables } = model
  const i = takenBack(model).get(request)
  if (i === undefined) return undefined
  const stack = uncancels.stack[i]
  const file = tables.strings[tables.locations.file[tables.stacks.location[stack]]] ?? ''
  return isLibraryFile(file) ? 'library' : { stack }
}

/** Where the exception was caught, as well as the record can say. */
function caughtAt(model: TraceModel, cancelled: Cancelled): Place | undefined {
  const { warnings, tables, header } = model
  const rows = rowsOf(warnings.task, cancelled.task).filter((row) => warnings.kind[row] === Event.CANCEL_CAUGHT)
  const i = firstFrom(rows, warnings.atNs, cancelled.deliveredNs)
  const caught = i >= 0 ? placeOf(model, warnings.stack[i]) : undefined
  if (caught) return caught
  const stack = tables.awaits.stack[cancelled.interrupted]
  const frames = framesOutward(model, cancelled.interrupted)
  const inner = frames.at(-1)
  // `wait_for` of Python 3.11 and older itself swallows a cancellation that comes with the result.
  if (stackLines(model, stack).find(({ file }) => isLibraryFile(file))?.function === 'wait_for') return inner
  const [next] = cancelled.after
  if (next === undefined) return frames[0]
  const on = framesOutward(model, next)
  // Went on further down in a frame: what it called has dealt with the error. Went back up: the loop in it has.
  for (let depth = 0; depth < Math.min(frames.length, on.length); depth++) {
    if (frames[depth].function !== on[depth].function) return frames[Math.max(depth - 1, 0)]
    // Where the record tells who catches it, nobody did: somebody on the way made another error of it, as a `finally` that fails.
    if (frames[depth].line < on[depth].line)
      return header.unrecorded.includes('CANCEL_CAUGHT') ? inner : (frames[depth + 1] ?? inner)
    if (frames[depth].line > on[depth].line) return frames[depth]
  }
  return frames[0]
}
