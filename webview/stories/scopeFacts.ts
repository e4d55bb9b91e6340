import { objectKnownNs } from '../../trace/model/at.ts'
import { objectKindNames } from '../../trace/format/schema.ts'
import { objectName, taskName, userLine } from '../../trace/model/describe.ts'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import { Outcome, type TraceModel } from '../../trace/model/types.ts'
import { counted } from '../time/shares.ts'
import { plain, sourceParts, type Fact, type Part } from './facts.ts'

const NAMES: Readonly<Record<string, string>> = { task_group: 'TaskGroup', gather: 'gather', timeout: 'timeout' }
const ENDS = ['', 'well', 'with an exception', 'cancelled']
const MAX_TASKS = 12

/** `TaskGroup`, `gather`, `timeout` */
export function scopeTitle({ scopes, tables }: TraceModel, scope: number): string {
  const kind = objectKindNames[tables.objects.kind[scopes.object[scope]] ?? 0] ?? 'unknown'
  return NAMES[kind] ?? kind.replaceAll('_', ' ')
}

/** `6 tasks · 1 failed → 4 cancelled`: what happened to the tasks in a scope. Linear in these. */
export function scopeText(model: TraceModel, scope: number): string {
  const { scopes, tasks } = model
  const counts = [0, 0, 0, 0]
  for (let i = scopes.firstChild[scope]; i < scopes.lastChild[scope]; i++) counts[tasks.outcome[scopes.children[i]]]++
  const all = scopes.lastChild[scope] - scopes.firstChild[scope]
  const failed = counts[Outcome.failed] > 0 ? `${counts[Outcome.failed]} failed` : ''
  const cancelled = counts[Outcome.cancelled] > 0 ? `${counts[Outcome.cancelled]} cancelled` : ''
  const course = failed && cancelled ? `${failed} → ${cancelled}` : failed || cancelled
  const pending = counts[Outcome.unfinished] > 0 ? `${counts[Outcome.unfinished]} unfinished` : ''
  return [counted(all, 'task'), course, pending].filter(Boolean).join(' · ')
}

/** A group, gather or timeout: whose, where, how long, and the tasks in it. */
export function scopeFacts(model: TraceModel, scope: number): Fact[] {
  const { scopes } = model
  const owner = scopes.owner[scope]
  const isOpen = Number.isNaN(scopes.closeNs[scope])
  const lengthNs = (isOpen ? objectKnownNs(model, scopes.object[scope]) : scopes.closeNs[scope]) - scopes.openNs[scope]
  const tasks = [...scopes.children.subarray(scopes.firstChild[scope], scopes.lastChild[scope])]
  const links = tasks
    .slice(0, MAX_TASKS)
    .flatMap((task, i): Part[] => [...(i > 0 ? [plain(', ')] : []), { text: taskName(model, task), task }])
  return [
    { label: 'name', parts: [plain(objectName(model, scopes.object[scope]))] },
    {
      label: 'opened',
      parts: [
        plain('by '),
        owner > 0 ? { text: taskName(model, owner), task: owner } : plain('no task'),
        plain(` at ${formatMoment(scopes.openNs[scope])} `),
        ...sourceParts(userLine(model, scopes.stack[scope])),
      ],
    },
    {
      label: isOpen ? 'open' : 'closed',
      parts: [
        plain(
          isOpen
            ? `for ${formatDuration(lengthNs)}, to the trace's end`
            : `${ENDS[scopes.how[scope]] ?? ''} after ${formatDuration(lengthNs)}`.trim(),
        ),
      ],
    },
    {
      label: 'tasks',
      parts: [
        plain(`${scopeText(model, scope)}${links.length > 0 ? ': ' : ''}`),
        ...links,
        ...(tasks.length > MAX_TASKS ? [plain(` and ${counted(tasks.length - MAX_TASKS, 'more', 'more')}`)] : []),
      ],
    },
  ]
}
