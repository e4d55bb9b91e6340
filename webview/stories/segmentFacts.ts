import { awaitText, sourceLine, stackLines, targetKind, taskName, userLine } from '../../trace/model/describe.ts'
import { segmentEndNs } from '../../trace/model/at.ts'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import { Outcome, State, type TraceModel } from '../../trace/model/types.ts'
import { plain, sourceParts, type Fact, type Part } from './facts.ts'

/** Frames of an await stack that are shown. */
const MAX_FRAMES = 12

/** A segment of a task: its state, since when, how long, and why. */
export function segmentFacts(model: TraceModel, task: number, segment: number): Fact[] {
  const { segments } = model
  const state = segments.state[segment]
  const startNs = segments.startNs[segment]
  const endNs = segmentEndNs(model, task, segment)
  const facts: Fact[] = [
    {
      label: stateName(model, task, segment),
      parts: [plain(`${formatDuration(endNs - startNs)} from ${formatMoment(startNs)}`)],
    },
  ]
  if (state === State.waiting) facts.push(...waitingFacts(model, segment))
  if (state === State.ready) facts.push(wokenFact(model, task, segment))
  if (state === State.running) facts.push(...runningFacts(model, task, segment))
  else if (
    segment + 1 < segments.last[task] &&
    segments.state[segment + 1] === State.ready &&
    state === State.waiting
  ) {
    facts.push(wokenFact(model, task, segment + 1))
  } else if (
    state === State.waiting &&
    segment + 1 === segments.last[task] &&
    model.tasks.outcome[task] === Outcome.unfinished
  ) {
    facts.push({ label: 'woken', parts: [plain('not before the trace ended')] })
  }
  return facts
}

/** `waiting`, and `waiting, cancelling` after a cancel request to a task that has not ended yet. */
export function stateName({ segments, cancels }: TraceModel, task: number, segment: number): string {
  const name = ['running', 'ready', 'waiting'][segments.state[segment]] ?? 'unknown'
  const request = cancels.task.indexOf(task)
  return request >= 0 && cancels.atNs[request] <= segments.startNs[segment] ? `${name}, cancelling` : name
}

/** Where a task's segment stands in the code: the await, or where the task is defined. */
export function segmentSource(model: TraceModel, task: number, segment: number) {
  const { segments, tables, tasks } = model
  if (segment >= 0 && segments.state[segment] === State.waiting) {
    const line = userLine(model, tables.awaits.stack[segments.detail[segment]])
    if (line) return line
  }
  // A step begins where the task was suspended before.
  const before = segment - 1
  if (segment >= 0 && before >= segments.first[task]) {
    for (let i = before; i >= segments.first[task] && i >= before - 1; i--) {
      if (segments.state[i] !== State.waiting) continue
      const line = userLine(model, tables.awaits.stack[segments.detail[i]])
      if (line) return line
    }
  }
  return sourceLine(model, tasks.coroutine[task])
}

function waitingFacts(model: TraceModel, segment: number): Fact[] {
  const { segments, tables } = model
  const awaitId = segments.detail[segment]
  const target = segments.other[segment]
  const facts: Fact[] = [{ label: 'for', parts: [awaitPart(model, awaitId, target)] }]
  const frames = stackLines(model, tables.awaits.stack[awaitId])
  frames.slice(0, MAX_FRAMES).forEach((frame, i) => {
    facts.push({ label: i === 0 ? 'at' : '', parts: [plain(`${frame.function || '?'} `), ...sourceParts(frame)] })
  })
  if (frames.length > MAX_FRAMES)
    facts.push({ label: '', parts: [plain(`and ${frames.length - MAX_FRAMES} frames more`)] })
  return facts
}

/** What is awaited, a link where it is a task. */
export function awaitPart(model: TraceModel, awaitId: number, target: number): Part {
  const text = awaitText(model, awaitId, target)
  const isTask = targetKind(model, awaitId) === 'task' && target > 0 && target <= model.tasks.count
  return isTask ? { text, task: target } : plain(text)
}

/** What made a task ready: of a segment that is "ready". */
export function wokenFact(model: TraceModel, task: number, segment: number): Fact {
  const { segments } = model
  const stack = userLine(model, segments.detail[segment])
  const by = segments.other[segment]
  const label = segment === segments.first[task] ? 'created' : 'woken'
  const who: Part = by > 0 ? { text: taskName(model, by), task: by } : plain('the event loop')
  const where = sourceParts(stack)
  if (segments.state[segment - 1] === State.running && segment > segments.first[task]) {
    return { label: 'ready', parts: [plain('at once: it yielded its turn')] }
  }
  return { label, parts: [plain('by '), who, ...(where.length > 0 ? [plain(' at '), ...where] : [])] }
}

function runningFacts(model: TraceModel, task: number, segment: number): Fact[] {
  const { segments } = model
  const facts: Fact[] = []
  if (segments.detail[segment] === 1)
    facts.push({ label: 'resumed', parts: [plain('with a CancelledError thrown in')] })
  const before = segment - 1
  if (before < segments.first[task]) return facts
  if (segments.state[before] === State.ready) facts.push(wokenFact(model, task, before))
  const waited = segments.state[before] === State.waiting ? before : before - 1
  if (waited >= segments.first[task] && segments.state[waited] === State.waiting) {
    facts.push({
      label: 'after',
      parts: [plain('waiting for '), awaitPart(model, segments.detail[waited], segments.other[waited])],
    })
  }
  return facts
}
