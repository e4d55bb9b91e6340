import { segmentEndNs, lastAtOrBefore } from '../model/at.ts'
import { awaitText, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { cancelledTasks, type Cancelled } from './cancelled.ts'
import { wentOnAt } from './loopFrame.ts'
import { placeOf, shortPlace } from './places.ts'
import { firstFrom, rowsOf } from './rowsBy.ts'
import { holdsWith, type Check } from './types.ts'

/** A task that ended cancelled, or has not ended, long after the CancelledError reached it, and what it awaited meanwhile. */
export const slowCancellation: Check = (model, _facts, thresholds) => {
  const minimumNs = thresholds['slow-cancel-after'] * 1e6
  return holdsWith(
    cancelledTasks(model).flatMap((cancelled) => {
      const { task, deliveredNs, untilNs } = cancelled
      const outcome = model.tasks.outcome[task]
      const lastedNs = untilNs - deliveredNs
      if (lastedNs < minimumNs || cancelled.after.length === 0) return []
      if (outcome === Outcome.done || outcome === Outcome.failed || cancelled.resumed || cancelled.again) return []
      if (still(outcome) && cancelled.waitsAgain) return []
      if (firstFrom(rowsOf(model.uncancels.task, task), model.uncancels.atNs, deliveredNs) >= 0) return []
      const longest = longestWait(model, cancelled)
      const place =
        longest &&
        (wentOnAt(model, cancelled.interrupted, longest.awaitId) ??
          placeOf(model, model.tables.awaits.stack[longest.awaitId]))
      const unfinished = still(outcome)
      return [
        {
          kind: 'slow-cancellation' as const,
          severity: 'warning' as const,
          message: `${taskName(model, task)} was cancelled and ${unfinished ? 'has not ended after' : 'took'} ${formatDuration(lastedNs)}${unfinished ? '' : ' to end'}: it awaited ${longest?.text ?? 'something'} at ${shortPlace(place)}.`,
          tasks: [task],
          place,
          startNs: deliveredNs,
          endNs: untilNs,
          costNs: lastedNs,
        },
      ]
    }),
  )
}

const still = (outcome: number): boolean => outcome === Outcome.unfinished

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
