import { objectKindNames } from '../../trace/format/schema.ts'
import { objectName, taskName, userLine } from '../../trace/model/describe.ts'
import { holdersAt, levelRowAt, waitersAt } from '../../trace/model/resources.ts'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import type { LaneData } from '../lanes/laneData.ts'
import { count, counted } from '../time/shares.ts'
import { connectionFacts, connectionNote } from './connectionFacts.ts'
import { plain, sourceParts, type Fact, type Part } from './facts.ts'

const MAX_TASKS = 12

export const objectKind = ({ tables }: TraceModel, object: number): string =>
  (objectKindNames[tables.objects.kind[object]] ?? 'object').replaceAll('_', ' ')

/** `0 … 8 of 8`, `2 of 3 taken`, `3 waited`: a lane's one line. */
export function resourceText(data: LaneData, object: number): string {
  const connection = data.connections().rowOf(object)
  if (connection >= 0) return connectionNote(data.model, connection)
  const { index, lane } = data.resources()
  const { full, capacity, countsFree } = lane(object)
  const waits = index.waits.first[object + 1] - index.waits.first[object]
  const holds = index.holds.first[object + 1] - index.holds.first[object]
  const kind = objectKind(data.model, object)
  const level =
    full === 0 || kind === 'event'
      ? ''
      : capacity > 0
        ? countsFree
          ? `${count(capacity)} slots`
          : `max ${count(full)} of ${count(capacity)}`
        : `max ${count(full)}`
  return [
    kind,
    level,
    holds > 0 && level === '' ? `held ${count(holds)}×` : '',
    waits > 0 ? counted(waits, 'wait') : '',
  ]
    .filter(Boolean)
    .join(' · ')
}

/** A lock, queue or the like: what it is, and at a moment who holds it, how full it is, and who waits. */
export function resourceFacts(data: LaneData, object: number, atNs: number): Fact[] {
  const { model } = data
  const { index, lane } = data.resources()
  const { full, capacity, countsFree, waiting } = lane(object)
  const connection = data.connections().rowOf(object)
  const facts: Fact[] = [
    ...(connection >= 0
      ? connectionFacts(model, connection)
      : [{ label: 'created', parts: orUnknown(sourceParts(userLine(model, model.tables.objects.creator[object]))) }]),
    { label: 'at', parts: [plain(formatMoment(atNs))] },
  ]
  const level = levelRowAt(index, object, atNs)
  if (full > 0) {
    const value = level < 0 ? NaN : model.levels.level[level]
    const what =
      objectKind(model, object) === 'event'
        ? value > 0
          ? 'set'
          : 'not set'
        : `${count(value)}${capacity > 0 ? ` of ${count(capacity)}` : ''}${countsFree ? ' free' : ''}`
    facts.push({ label: 'level', parts: [plain(Number.isNaN(value) ? 'not known yet' : what)] })
  }
  const holders = holdersAt(model, index, object, atNs)
  if (index.holds.first[object + 1] > index.holds.first[object]) {
    facts.push({
      label: 'held by',
      parts:
        holders.length === 0
          ? [plain('nobody')]
          : list(
              model,
              holders.map((row) => ({ task: model.holds.task[row], sinceNs: atNs - model.holds.fromNs[row] })),
            ),
    })
  }
  const waiters = waitersAt(index, object, atNs)
  facts.push({
    label: 'waiting',
    parts:
      waiters.length === 0
        ? [plain('nobody')]
        : list(
            model,
            waiters.map((i) => ({ task: index.waits.task[i], sinceNs: atNs - index.waits.startNs[i] })),
          ),
  })
  facts.push({
    label: 'in all',
    parts: [plain(`${counted(waiting.count, 'wait')}, ${count(waiting.most)} at once at the most`)],
  })
  return facts
}

/** One row of holds: who, from when, how long, where. */
export function holdFacts({ model, resources }: LaneData, item: number): Fact[] {
  const row = resources().index.holds.row[item]
  const { holds, endNs } = model
  const isHeld = Number.isNaN(holds.untilNs[row])
  const task = holds.task[row]
  const by = holds.releasedBy[row]
  return [
    { label: 'held by', parts: [task > 0 ? { text: taskName(model, task), task } : plain('a task that is not known')] },
    {
      label: 'for',
      parts: [
        plain(
          `${formatDuration((isHeld ? endNs : holds.untilNs[row]) - holds.fromNs[row])} from ${formatMoment(holds.fromNs[row])} `,
        ),
        ...sourceParts(userLine(model, holds.stack[row])),
      ],
    },
    ...(isHeld
      ? [{ label: 'released', parts: [plain('not before the trace ended')] }]
      : by !== task && by > 0
        ? [{ label: 'released', parts: [plain('by '), { text: taskName(model, by), task: by }] }]
        : []),
  ]
}

export const resourceTitle = (model: TraceModel, object: number): string => objectName(model, object)

const orUnknown = (parts: Part[]): Part[] => (parts.length > 0 ? parts : [plain('not known where')])

function list(model: TraceModel, tasks: readonly { task: number; sinceNs: number }[]): Part[] {
  const shown = tasks
    .slice(0, MAX_TASKS)
    .flatMap(({ task, sinceNs }, i): Part[] => [
      ...(i > 0 ? [plain(', ')] : []),
      task > 0 ? { text: taskName(model, task), task } : plain('somebody'),
      plain(` for ${formatDuration(sinceNs)}`),
    ])
  return tasks.length > MAX_TASKS ? [...shown, plain(` and ${count(tasks.length - MAX_TASKS)} more`)] : shown
}
