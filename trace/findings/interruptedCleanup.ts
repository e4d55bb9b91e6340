import { taskName } from '../model/describe.ts'
import { lastAtOrBefore } from '../model/at.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { isShutdownStack } from './facts.ts'
import { placeOf, shortPlace } from './places.ts'
import { holdsWith, type Check, type Place } from './types.ts'

export interface Cleanup {
  readonly task: number
  /** When the second request came. */
  readonly atNs: number
  /** The await that it interrupted. */
  readonly place: Place | undefined
  readonly byShutdown: boolean
}

/** Tasks that got a CancelledError, went on to await something, were cancelled there again, and ended cancelled. Linear in the requests. */
export function interruptedCleanups(model: TraceModel): Cleanup[] {
  const { cancels, tasks, segments, tables } = model
  const deliveredNs = new Map<number, number>()
  const cleanups: Cleanup[] = []
  cancels.task.forEach((task, i) => {
    const atNs = cancels.atNs[i]
    const firstNs = deliveredNs.get(task)
    if (firstNs === undefined) {
      if (!Number.isNaN(cancels.deliveredNs[i])) deliveredNs.set(task, cancels.deliveredNs[i])
      return
    }
    if (atNs <= firstNs || Number.isNaN(cancels.deliveredNs[i]) || tasks.outcome[task] !== Outcome.cancelled) return
    // The wait that the request cut short is the segment before the wake-up.
    let segment = lastAtOrBefore(segments.startNs, segments.first[task], segments.last[task], atNs)
    while (segment > segments.first[task] && segments.state[segment] !== State.waiting) segment--
    if (segment < 0 || segments.startNs[segment] < firstNs) return
    const place = placeOf(model, tables.awaits.stack[segments.detail[segment]])
    cleanups.push({ task, atNs, place, byShutdown: isShutdownStack(model, cancels.stack[i]) })
  })
  return cleanups
}

/** Whether what was left undone matters is not in the record: it is for information, unless something hangs of it. */
export const interruptedCleanup: Check = (model) =>
  holdsWith(
    interruptedCleanups(model)
      .filter(({ byShutdown }) => !byShutdown)
      .map(({ task, atNs, place }) => ({
        kind: 'interrupted-cleanup',
        severity: 'info',
        message: `${taskName(model, task)} was cancelled again while it cleaned up after a cancellation, in the await at ${shortPlace(place)}.`,
        tasks: [task],
        place,
        startNs: atNs,
        endNs: model.tasks.endedNs[task],
        confidence: 'likely',
      })),
  )
