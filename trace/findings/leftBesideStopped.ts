import { lastAtOrBefore, taskEndNs } from '../model/at.ts'
import { taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, type TraceModel } from '../model/types.ts'
import type { Facts } from './facts.ts'
import { isUserLine, placeOf, shortPlace } from './places.ts'
import { indexOfRow, rowsOf } from './rowsBy.ts'
import type { Draft } from './types.ts'

/** Once may be meant: what is stopped one by one is stopped each time. */
const TIMES = 2
/** How many tasks of one step are looked at for one that was stopped, to either side. */
const REACH = 8

/**
 * Tasks of one line that all ran until the loop was shut down, although others that were started in the same steps were stopped by the program long before:
 * each time that it stopped what it had started, it forgot these.
 */
export function leftBesideStopped(
  model: TraceModel,
  facts: Facts,
  tasks: readonly number[],
  cancelled: Uint8Array,
  minimumNs: number,
): Draft | undefined {
  if (tasks.length < TIMES) return undefined
  const isLeft = (task: number): boolean =>
    !facts.awaited[task] &&
    (facts.endedByShutdown[task] === 1 || (!facts.open && model.tasks.outcome[task] === Outcome.unfinished))
  if (!tasks.every(isLeft)) return undefined
  const left = tasks.flatMap((task) => {
    const stopped = stoppedBeside(model, task, cancelled)
    const ranOnNs = stopped ? taskEndNs(model, task) - stopped.atNs : 0
    return stopped && ranOnNs >= minimumNs ? [{ task, ranOnNs, ...stopped }] : []
  })
  if (left.length < TIMES) return undefined
  const [first] = left
  const place = placeOf(model, model.tasks.creationStack[first.task])
  const names = left
    .slice(0, 4)
    .map(({ task }) => taskName(model, task))
    .join(', ')
  const request = placeOf(model, model.cancels.stack[first.request])
  return {
    kind: 'leaked-task',
    severity: 'warning',
    message: `${names}${left.length > 4 ? ` and ${left.length - 4} more` : ''}, created at ${shortPlace(place)}, ran until the loop was shut down, although each time another task that was started together with them was stopped: ${taskName(model, first.beside)} ${formatDuration(first.ranOnNs)} before.`,
    tasks: left.map(({ task }) => task),
    place,
    startNs: first.atNs,
    endNs: left.reduce((last, { task }) => Math.max(last, taskEndNs(model, task)), 0),
    confidence: 'likely',
    related: request
      ? [{ message: `${taskName(model, first.beside)} was stopped here`, file: request.file, line: request.line }]
      : [],
  }
}

/** A task that the program's own lines made in the same step, and cancelled. */
function stoppedBeside(
  model: TraceModel,
  task: number,
  cancelled: Uint8Array,
): { readonly beside: number; readonly request: number; readonly atNs: number } | undefined {
  const { tasks, segments, cancels } = model
  const parent = tasks.parent[task]
  const step = (each: number): number =>
    lastAtOrBefore(segments.startNs, segments.first[parent], segments.last[parent], tasks.createdNs[each])
  const own = step(task)
  const made = rowsOf(tasks.parent, parent)
  const at = indexOfRow(made, task)
  for (const beside of made.slice(Math.max(at - REACH, 0), at + REACH + 1)) {
    if (!cancelled[beside] || step(beside) !== own) continue
    const place = placeOf(model, tasks.creationStack[beside])
    const [request] = rowsOf(cancels.task, beside)
    if (place && isUserLine(place)) return { beside, request, atNs: cancels.atNs[request] }
  }
  return undefined
}
