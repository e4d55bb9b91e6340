import { segmentEndNs, lastAtOrBefore } from '../model/at.ts'
import { awaitText, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { cancelledTasks, takenBack, type Cancelled } from './cancelled.ts'
import { wentOnAt } from './loopFrame.ts'
import { placeOf, shortPlace } from './places.ts'
import { streamOf } from './facts.ts'
import { unserved } from './processorWaits.ts'
import { cannotTell, doesNot, holdsWith, type Check, type Draft } from './types.ts'

/** A task that ended cancelled, or has not ended, long after the CancelledError reached it, and what it awaited meanwhile. */
export const slowCancellation: Check = (model, facts, thresholds) => {
  const minimumNs = thresholds['slow-cancel-after'] * 1e6
  const cleaning = cancelledTasks(model).filter((cancelled) => cleansUp(model, cancelled))
  const late = cleaning.filter(({ deliveredNs, untilNs }) => untilNs - deliveredNs >= minimumNs)
  // What the machine kept from the loop's thread is no doing of the task's.
  const slow = late.filter((cancelled) => servedNs(model, cancelled).least >= minimumNs)
  if (slow.length > 0) return holdsWith(slow.map((cancelled) => draftOf(model, cancelled)))
  const unsure = late.find((cancelled) => servedNs(model, cancelled).most >= minimumNs)
  if (unsure)
    return cannotTell(
      `whether ${taskName(model, unsure.task)} was slow to end after it was cancelled, or its loop’s thread had no processor: record on a machine that has one to spare`,
    )
  const going = facts.open ? cleaning.find(({ task }) => isUnfinished(model, task)) : undefined
  return going === undefined
    ? doesNot
    : cannotTell(
        `how long ${taskName(model, going.task)} still takes to end, which was cancelled ${formatDuration(model.endNs - going.deliveredNs)} before the end: record until it has ended`,
      )
}

/** For how long a clean-up lasted without the time for which its loop's thread had no processor: between these two. */
function servedNs(model: TraceModel, { task, deliveredNs, untilNs }: Cancelled): { least: number; most: number } {
  const lastedNs = untilNs - deliveredNs
  const waited = unserved(model, streamOf(model, task), deliveredNs, untilNs)
  return { least: lastedNs - (waited?.mostNs ?? 0), most: lastedNs - (waited?.leastNs ?? 0) }
}

const isUnfinished = ({ tasks }: TraceModel, task: number): boolean => tasks.outcome[task] === Outcome.unfinished

/** Whether what it did after the error was to clean up: it awaited something, and neither went back to its work nor took the error back. */
function cleansUp(model: TraceModel, cancelled: Cancelled): boolean {
  const { task, request } = cancelled
  const outcome = model.tasks.outcome[task]
  if (cancelled.after.length === 0 || cancelled.resumed || cancelled.again) return false
  if (outcome === Outcome.done || outcome === Outcome.failed) return false
  if (isUnfinished(model, task) && cancelled.waitsAgain) return false
  // A timeout of the clean-up takes its own request back.
  return !takenBack(model).has(request)
}

function draftOf(model: TraceModel, cancelled: Cancelled): Draft {
  const { task, deliveredNs, untilNs } = cancelled
  const lastedNs = untilNs - deliveredNs
  const longest = longestWait(model, cancelled)
  const place =
    longest &&
    (wentOnAt(model, cancelled.interrupted, longest.awaitId) ??
      placeOf(model, model.tables.awaits.stack[longest.awaitId]))
  const unfinished = isUnfinished(model, task)
  return {
    kind: 'slow-cancellation',
    severity: 'warning',
    message: `${taskName(model, task)} was cancelled and ${unfinished ? 'has not ended after' : 'took'} ${formatDuration(lastedNs)}${unfinished ? '' : ' to end'}: it awaited ${longest?.text ?? 'something'} at ${shortPlace(place)}.`,
    tasks: [task],
    place,
    startNs: deliveredNs,
    endNs: untilNs,
    costNs: lastedNs,
  }
}

function longestWait(
  model: TraceModel,
  { task, deliveredNs }: Cancelled,
): { awaitId: number; text: string } | undefined {
  const { segments } = model
  const from = lastAtOrBefore(segments.startNs, segments.first[task], segments.last[task], deliveredNs)
  let longest: { awaitId: number; text: string } | undefined
  let longestNs = -1
  for (let i = Math.max(from, segments.first[task]); i < segments.last[task]; i++) {
    if (segments.state[i] !== State.waiting || segments.startNs[i] < deliveredNs) continue
    const ns = segmentEndNs(model, task, i) - segments.startNs[i]
    if (ns <= longestNs) continue
    longestNs = ns
    longest = { awaitId: segments.detail[i], text: awaitText(model, segments.detail[i], segments.other[i]) }
  }
  return longest
}
