import { Event } from '../format/schema.ts'
import { taskName } from '../model/describe.ts'
import { Outcome, type TraceModel } from '../model/types.ts'
import { placeOf, shortPlace } from './places.ts'
import { holdsWith, type Check, type Draft } from './types.ts'

/** Tasks that Python destroyed while they were pending: it says so itself; and those that a closed loop left behind. */
export const destroyedPending: Check = (model, facts) => {
  const { warnings, tasks, segments, tables } = model
  const drafts: Draft[] = []
  const reported = new Set<number>()
  warnings.kind.forEach((kind, i) => {
    if (kind !== Event.TASK_DESTROYED) return
    const task = warnings.task[i]
    reported.add(task)
    const place = placeOf(model, tasks.creationStack[task])
    const awaited =
      facts.parked.get(task)?.place ??
      placeOf(model, tables.awaits.stack[segments.detail[segments.last[task] - 1]] ?? 0)
    drafts.push({
      kind: 'destroyed-pending',
      severity: 'error',
      message: `${taskName(model, task)}, created at ${shortPlace(place)}, was garbage-collected while it waited at ${shortPlace(awaited)}: nothing held a reference to it.`,
      tasks: [task],
      place,
      startNs: warnings.atNs[i],
      endNs: warnings.atNs[i],
      related: awaited ? [{ message: 'it waited here', file: awaited.file, line: awaited.line }] : [],
    })
  })
  return holdsWith([...drafts, ...leftInClosedLoops(model, reported)])
}

/** Tasks whose loop was closed while they were pending: nothing can run them any more, and Python complains when it drops them. */
function leftInClosedLoops(model: TraceModel, reported: ReadonlySet<number>): Draft[] {
  const { tasks, loops, segments, tables } = model
  const bySite = new Map<number, number[]>()
  for (let task = 1; task <= tasks.count; task++) {
    const closedNs = loops.closeNs[tasks.loop[task]]
    if (!(closedNs >= tasks.createdNs[task]) || tasks.outcome[task] !== Outcome.unfinished || reported.has(task))
      continue
    const site = bySite.get(tasks.creationStack[task])
    if (site) site.push(task)
    else bySite.set(tasks.creationStack[task], [task])
  }
  return [...bySite].map(([stack, left]) => {
    const place = placeOf(model, stack)
    const last = segments.last[left[0]] - 1
    const awaited = placeOf(model, last >= 0 ? (tables.awaits.stack[segments.detail[last]] ?? 0) : 0)
    return {
      kind: 'destroyed-pending',
      severity: 'warning',
      message: `${taskName(model, left[0])}${left.length > 1 ? ` and ${left.length - 1} more` : ''}, created at ${shortPlace(place)}, still waited at ${shortPlace(awaited)} when ${left.length > 1 ? 'their' : 'its'} loop was closed.`,
      tasks: left.slice(0, 1000),
      place,
      startNs: loops.closeNs[tasks.loop[left[0]]],
      endNs: model.endNs,
      related: awaited ? [{ message: 'it waited here', file: awaited.file, line: awaited.line }] : [],
    }
  })
}
