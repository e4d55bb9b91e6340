import { awaitKindNames, Event } from '../format/schema.ts'
import { lastAtOrBefore } from '../model/at.ts'
import { taskName } from '../model/describe.ts'
import { Outcome, RunKind, State, type TraceModel } from '../model/types.ts'
import type { Facts } from './facts.ts'
import { placeOf, shortPlace } from './places.ts'
import { cannotTell, doesNot, holdsWith, type Check, type Draft, type Related } from './types.ts'

/**
 * What Python itself reported, callbacks that raised, and in a program that hangs: tasks that failed and that nobody had looked at by then,
 * which Python reports only when they are garbage-collected.
 */
export const unretrievedException: Check = (model, facts) => {
  const { warnings, tables, tasks, endNs } = model
  const drafts: Draft[] = []
  const reported = new Set<number>()
  warnings.kind.forEach((kind, i) => {
    if (kind !== Event.UNRETRIEVED && kind !== Event.LOOP_ERROR) return
    const task = warnings.task[i]
    const text = tables.strings[warnings.text[i]] || 'an exception'
    if (kind === Event.LOOP_ERROR && task > 0) return
    if (task > 0) reported.add(task)
    const place =
      placeOf(model, warnings.stack[i]) ?? (task > 0 ? placeOf(model, tasks.creationStack[task]) : undefined)
    const who = kind === Event.LOOP_ERROR ? 'A callback' : task > 0 ? taskName(model, task) : 'A future'
    const atNs = task > 0 ? tasks.endedNs[task] : warnings.atNs[i]
    drafts.push({
      kind: 'unretrieved-exception',
      severity: 'error',
      message: `${who} failed with ${text} (${shortPlace(place)}), and nobody looked at it.`,
      tasks: task > 0 ? [task] : [],
      place,
      startNs: Number.isNaN(atNs) ? warnings.atNs[i] : atNs,
      endNs: warnings.atNs[i],
      related: createdAt(model, task),
    })
  })
  if (facts.open && facts.parked.size > 0) {
    for (const { task, stack } of unseenFailures(model, facts)) {
      if (reported.has(task)) continue
      const place = placeOf(model, stack) ?? placeOf(model, tasks.creationStack[task])
      drafts.push({
        kind: 'unretrieved-exception',
        severity: 'warning',
        message: `${taskName(model, task)} failed with ${tables.strings[tasks.ending[task]]} (${shortPlace(place)}), and nobody has looked at it so far.`,
        tasks: [task],
        place,
        startNs: tasks.endedNs[task],
        endNs,
        confidence: 'likely',
        related: createdAt(model, task),
      })
    }
  }
  if (drafts.length > 0) return holdsWith(drafts)
  // Python reports who is collected with an exception that nobody has asked for; `cancel()`, too, counts as having asked.
  const [unseen] = facts.open ? [] : unseenFailures(model, facts)
  return unseen === undefined
    ? doesNot
    : cannotTell(
        `whether the program asked ${taskName(model, unseen.task)} for its exception, ${tables.strings[tasks.ending[unseen.task]]}: no task awaited it, and Python does not complain. Await it, or look at it in a done callback`,
      )
}

function createdAt(model: TraceModel, task: number): readonly Related[] {
  const place = task > 0 ? placeOf(model, model.tasks.creationStack[task]) : undefined
  return place ? [{ message: `${taskName(model, task)} was created here`, file: place.file, line: place.line }] : []
}

/** Tasks that failed while nobody waited for them, by name or in a group, and whose end called no code that could have looked. */
function unseenFailures(model: TraceModel, facts: Facts): { task: number; stack: number }[] {
  const { tasks, runs } = model
  const failed = new Set<number>()
  for (let task = 1; task <= tasks.count; task++) {
    if (tasks.outcome[task] === Outcome.failed && !facts.awaited[task] && tasks.parent[task] > 0) failed.add(task)
  }
  if (failed.size === 0) return []
  for (let run = 0; run < runs.kind.length; run++) {
    if (runs.kind[run] === RunKind.callback) failed.delete(runs.scheduler[run])
  }
  const named = whoNameTasks(model)
  return [...failed]
    .filter((task) => !joinedByCreator(model, named, task))
    .map((task) => ({ task, stack: tasks.raiseStack[task] }))
}

/** Whether the creator waited for several tasks at once when the task failed, which the record does not name: this one may have been among them. */
function joinedByCreator(model: TraceModel, named: ReadonlySet<number>, task: number): boolean {
  const { segments, tables, tasks } = model
  const creator = tasks.parent[task]
  const atNs = tasks.endedNs[task]
  const i = lastAtOrBefore(segments.startNs, segments.first[creator], segments.last[creator], atNs)
  if (i < 0 || segments.state[i] !== State.waiting) return false
  const kind = awaitKindNames[tables.awaits.kind[segments.detail[i]]] ?? 'unknown'
  if (kind === 'as_completed') return true
  return (kind === 'gather' || kind === 'wait' || kind === 'task_group') && !named.has(creator)
}

/** The tasks of whose gathers, groups and waits the record names the members. */
function whoNameTasks({ scopes }: TraceModel): ReadonlySet<number> {
  const named = new Set<number>()
  scopes.owner.forEach((owner, scope) => {
    if (scopes.lastChild[scope] > scopes.firstChild[scope]) named.add(owner)
  })
  return named
}
