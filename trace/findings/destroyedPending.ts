import { Event } from '../format/schema.ts'
import { taskName } from '../model/describe.ts'
import { placeOf, shortPlace } from './places.ts'
import { holdsWith, type Check, type Draft } from './types.ts'

/** Tasks that Python destroyed while they were pending: it says so itself. */
export const destroyedPending: Check = (model, facts) => {
  const { warnings, tasks, segments, tables } = model
  const drafts: Draft[] = []
  warnings.kind.forEach((kind, i) => {
    if (kind !== Event.TASK_DESTROYED) return
    const task = warnings.task[i]
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
  return holdsWith(drafts)
}
