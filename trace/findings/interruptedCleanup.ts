import { objectKindNames } from '../format/schema.ts'
import { taskName } from '../model/describe.ts'
import { lastAtOrBefore } from '../model/at.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { cancelledTasks } from './cancelled.ts'
import { isShutdownStack } from './facts.ts'
import { wentOnAt } from './loopFrame.ts'
import { placeOf, shortPlace } from './places.ts'
import { countBefore, rowsOf } from './rowsBy.ts'
import { cannotTell, holdsWith, type Check, type Draft, type Place } from './types.ts'

export interface Cleanup {
  readonly task: number
  /** When the second request came. */
  readonly atNs: number
  /** The clean-up: where the function that the first request interrupted had gone on to. */
  readonly place: Place | undefined
  readonly byShutdown: boolean
}

/** Tasks that got a CancelledError, went on to await something, were cancelled there again, and ended cancelled. Linear in the requests. */
export function interruptedCleanups(model: TraceModel): readonly Cleanup[] {
  let known = cleanupsOf.get(model)
  if (!known) cleanupsOf.set(model, (known = findCleanups(model)))
  return known
}

const cleanupsOf = new WeakMap<TraceModel, readonly Cleanup[]>()

function findCleanups(model: TraceModel): Cleanup[] {
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
    if (byOwnTimeout(model, task, firstNs, atNs)) return
    const cut = waitBefore(model, task, atNs)
    if (cut < 0 || segments.startNs[cut] < firstNs) return
    const first = waitBefore(model, task, firstNs)
    const place =
      (first >= 0 && wentOnAt(model, segments.detail[first], segments.detail[cut])) ||
      placeOf(model, tables.awaits.stack[segments.detail[cut]])
    cleanups.push({ task, atNs, place, byShutdown: isShutdownStack(model, cancels.stack[i]) })
  })
  return cleanups
}

/** The timeouts that were open at a moment are among so many that opened last. */
const MAX_NESTED = 16

/** Whether the request is that of a timeout which the clean-up set itself. */
function byOwnTimeout({ scopes, tables }: TraceModel, task: number, sinceNs: number, atNs: number): boolean {
  const own = rowsOf(scopes.owner, task)
  const last = countBefore(own, scopes.openNs, atNs)
  return own
    .slice(Math.max(last - MAX_NESTED, 0), last)
    .some(
      (scope) =>
        scopes.how[scope] === 2 &&
        scopes.openNs[scope] >= sinceNs &&
        atNs <= scopes.closeNs[scope] &&
        objectKindNames[tables.objects.kind[scopes.object[scope]]] === 'timeout',
    )
}

/** The task's last wait that began before a moment, -1 = none. */
function waitBefore({ segments }: TraceModel, task: number, atNs: number): number {
  let i = lastAtOrBefore(segments.startNs, segments.first[task], segments.last[task], atNs)
  while (i >= 0 && i >= segments.first[task] && segments.state[i] !== State.waiting) i--
  return i >= segments.first[task] ? i : -1
}

/** Whether what was left undone matters is not in the record: it is for information, unless something hangs of it. */
export const interruptedCleanup: Check = (model, facts) => {
  const drafts = interruptedCleanups(model).map(({ task, atNs, place, byShutdown }): Draft => ({
    kind: 'interrupted-cleanup',
    severity: 'info',
    message: `${taskName(model, task)} was cancelled again${byShutdown ? ', by the end of the loop’s run,' : ''} while it cleaned up after a cancellation at ${shortPlace(place)}.`,
    tasks: [task],
    place,
    startNs: atNs,
    endNs: model.tasks.endedNs[task],
    confidence: 'likely',
  }))
  const going = drafts.length === 0 && facts.open ? cancelledAgain(model) : undefined
  return going === undefined
    ? holdsWith(drafts)
    : cannotTell(
        `whether ${taskName(model, going)}, which was cancelled again while it cleaned up, still completes that: record until it has ended`,
      )
}

/** A task that has not ended and was asked to once more after a first CancelledError had reached it. */
const cancelledAgain = (model: TraceModel): number | undefined =>
  cancelledTasks(model).find(
    ({ task, nextNs, deliveredNs, resumed }) =>
      nextNs > deliveredNs && !resumed && model.tasks.outcome[task] === Outcome.unfinished,
  )?.task
