import { Event } from '../format/schema.ts'
import { coroutineName, taskName } from '../model/describe.ts'
import { Outcome, type TraceModel } from '../model/types.ts'
import { forgotten } from './facts.ts'
import { placeOf, shortPlace } from './places.ts'
import { cannotTell, holdsWith, type Check, type Draft, type Place } from './types.ts'

/** Tasks that Python destroyed while they were pending: it says so itself; and those that a closed loop left behind. One finding for each line that made them. */
export const destroyedPending: Check = (model, facts) => {
  const { warnings, tasks, segments, tables } = model
  const groups = new Map<string, { readonly rows: number[]; readonly awaited: Place | undefined }>()
  const reported = new Set<number>()
  warnings.kind.forEach((kind, i) => {
    if (kind !== Event.TASK_DESTROYED) return
    const task = warnings.task[i]
    reported.add(task)
    const awaited =
      facts.parked.get(task)?.place ??
      placeOf(model, tables.awaits.stack[segments.detail[segments.last[task] - 1]] ?? 0)
    const key = `${tasks.creationStack[task]} ${tasks.coroutine[task]} ${shortPlace(awaited)}`
    const group = groups.get(key)
    if (group) group.rows.push(i)
    else groups.set(key, { rows: [i], awaited })
  })
  const drafts = [...groups.values()].map(({ rows, awaited }): Draft => {
    const [first] = rows
    const task = warnings.task[first]
    const place = placeOf(model, tasks.creationStack[task])
    const one = rows.length === 1
    const where = awaited
      ? `while ${one ? 'it' : 'they'} waited at ${shortPlace(awaited)}`
      : `before ${one ? 'it' : 'they'} had ended`
    const who = `${taskName(model, task)}${one ? '' : ` and ${rows.length - 1} more`} of ${coroutineName(model, task) || 'a coroutine not known'}`
    return {
      kind: 'destroyed-pending',
      severity: 'error',
      message: `${who}, created at ${shortPlace(place)}, ${one ? 'was' : 'were'} garbage-collected ${where}: nothing held a reference to ${one ? 'it' : 'them'}.`,
      tasks: rows.slice(0, 1000).map((row) => warnings.task[row]),
      place: place ?? awaited,
      startNs: warnings.atNs[first],
      endNs: warnings.atNs[rows[rows.length - 1]],
      related: awaited ? [{ message: 'it waited here', file: awaited.file, line: awaited.line }] : [],
      costNs: rows.length,
    }
  })
  drafts.push(...leftInClosedLoops(model, reported))
  const [left] = drafts.length > 0 ? [] : forgotten(model, facts).filter((task) => facts.parked.get(task)!.awaitId > 0)
  return left === undefined
    ? holdsWith(drafts)
    : cannotTell(
        `whether anything still refers to ${taskName(model, left)}, which waits and which nobody awaits: Python tells only when it collects it; record until the program ends`,
      )
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
