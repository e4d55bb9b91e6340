import { coroutineName, outcomeText, sourceLine, taskName, userLine } from '../../trace/model/describe.ts'
import { segmentAt, taskEndNs, taskKnownNs } from '../../trace/model/at.ts'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import { Outcome, State, type TraceModel } from '../../trace/model/types.ts'
import type { LaneData } from '../lanes/laneData.ts'
import { counted, share } from '../time/shares.ts'
import { plain, sourceParts, type Fact, type Part } from './facts.ts'
import { awaitPart, stateName } from './segmentFacts.ts'

const MAX_CANCELS = 20

/** A task's own story, from its creation to its end. `cursorNs` may be NaN. */
export function taskFacts(data: LaneData, task: number, cursorNs: number): Fact[] {
  const { model } = data
  const facts: Fact[] = [
    {
      label: 'coroutine',
      parts: [
        plain(`${coroutineName(model, task) || 'unknown'} `),
        ...sourceParts(sourceLine(model, model.tasks.coroutine[task])),
      ],
    },
    createdFact(model, task),
  ]
  if (!Number.isNaN(cursorNs)) facts.push({ label: 'at cursor', parts: stateAt(model, task, cursorNs) })
  facts.push(...cancelFacts(data, task), endFact(model, task))
  return facts
}

/** Where the task is at a moment. */
export function stateAt(model: TraceModel, task: number, atNs: number): Part[] {
  const when = plain(`${formatMoment(atNs)}: `)
  if (atNs < model.tasks.createdNs[task]) return [when, plain('not created yet')]
  const segment = segmentAt(model, task, atNs)
  if (segment < 0) return [when, plain(outcomeText(model, task))]
  const since = plain(` since ${formatDuration(atNs - model.segments.startNs[segment])}`)
  const name = stateName(model, task, segment)
  if (model.segments.state[segment] !== State.waiting) return [when, plain(name), since]
  return [
    when,
    plain(`${name} for `),
    awaitPart(model, model.segments.detail[segment], model.segments.other[segment]),
    since,
  ]
}

function createdFact(model: TraceModel, task: number): Fact {
  const { tasks } = model
  const parent = tasks.parent[task]
  const where = sourceParts(userLine(model, tasks.creationStack[task]))
  return {
    label: 'created',
    parts: [
      ...(parent > 0 ? [plain('by '), { text: taskName(model, parent), task: parent }, plain(' ')] : []),
      plain(`at ${formatMoment(tasks.createdNs[task])} `),
      ...where,
    ],
  }
}

function cancelFacts({ model, cancels: byTask }: LaneData, task: number): Fact[] {
  const { cancels, tables } = model
  const mine = byTask.get(task) ?? []
  const facts = mine.slice(0, MAX_CANCELS).map((cancel): Fact => {
    const by = cancels.by[cancel]
    const message = tables.strings[cancels.message[cancel]]
    const delivered = cancels.deliveredNs[cancel]
    return {
      label: 'cancelled',
      parts: [
        plain('requested '),
        ...(by > 0 ? [plain('by '), { text: taskName(model, by), task: by }, plain(' ')] : []),
        plain(`at ${formatMoment(cancels.atNs[cancel])} `),
        ...sourceParts(userLine(model, cancels.stack[cancel])),
        plain(message ? `, “${message}”` : ''),
        plain(
          Number.isNaN(delivered)
            ? ', not delivered'
            : `, delivered after ${formatDuration(delivered - cancels.atNs[cancel])}`,
        ),
      ],
    }
  })
  if (mine.length > MAX_CANCELS)
    facts.push({ label: '', parts: [plain(`and ${counted(mine.length - MAX_CANCELS, 'request')} more`)] })
  return facts
}

function endFact(model: TraceModel, task: number): Fact {
  const { tasks } = model
  if (tasks.outcome[task] === Outcome.unfinished) {
    return {
      label: 'unfinished',
      parts: [plain(`${formatDuration(taskKnownNs(model, task) - tasks.createdNs[task])} old when the trace ended`)],
    }
  }
  return {
    label: 'ended',
    parts: [
      plain(
        `${outcomeText(model, task)} at ${formatMoment(tasks.endedNs[task])}, after ${formatDuration(tasks.endedNs[task] - tasks.createdNs[task])}`,
      ),
    ],
  }
}

/** How a task is called where it is heard: "request-17, coroutine fetch, done after 31 ms, waited 92 %". */
export function taskSummary(model: TraceModel, task: number): string {
  const name = coroutineName(model, task)
  return `${taskName(model, task)}${name === '' ? '' : `, coroutine ${name}`}, ${taskCourse(model, task)}`
}

/** How a task went: "done after 31 ms, waited 92 %". */
export function taskCourse(model: TraceModel, task: number): string {
  const { tasks } = model
  const isUnfinished = tasks.outcome[task] === Outcome.unfinished
  const lengthNs = taskEndNs(model, task) - tasks.createdNs[task]
  const course = isUnfinished
    ? `unfinished, ${lastState(model, task)} at the end, ${formatDuration(lengthNs)} old`
    : `${outcomeText(model, task)} after ${formatDuration(lengthNs)}`
  return `${course}, waited ${share(tasks.waitingNs[task], lengthNs)}`
}

/** The state in which the trace leaves an unfinished task. */
export function lastState({ segments }: TraceModel, task: number): string {
  const last = segments.last[task] - 1
  return last < segments.first[task] ? 'not seen' : (['running', 'ready', 'waiting'][segments.state[last]] ?? 'unknown')
}
