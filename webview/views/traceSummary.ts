import { taskKnownNs } from '../../trace/model/at.ts'
import { awaitText, taskName, userLine } from '../../trace/model/describe.ts'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import { State, type TraceModel } from '../../trace/model/types.ts'
import { button, element } from '../elements.ts'
import { sourceParts } from '../stories/facts.ts'
import { processTitle } from '../stories/processFacts.ts'
import { failedTasks, parkedTasks } from '../stories/traceFacts.ts'
import { stateName } from '../stories/segmentFacts.ts'
import { counted } from '../time/shares.ts'
import type { Actions } from './actions.ts'
import { head } from './awaitsTable.ts'
import { partNode } from './parts.ts'

const MAX_ROWS = 100

/** With nothing selected: where each task that did not end is parked, and which failed. */
export function traceSummary(model: TraceModel, actions: Actions): HTMLElement[] {
  const parked = parkedTasks(model)
  const failed = failedTasks(model)
  if (parked.length + failed.length === 0) {
    return [
      element('h2', {}, 'All tasks ended'),
      element('p', { class: 'soft' }, 'None failed, and none was left when the trace ended.'),
    ]
  }
  return [
    ...table(
      `Parked when the trace ended: ${counted(parked.length, 'task')}`,
      ['task', ...(model.joined ? ['process'] : []), 'state', '#for', 'site'],
      parked,
      (task) => parkedCells(model, task, actions),
    ),
    ...table(
      `Failed: ${counted(failed.length, 'task')}`,
      ['task', ...(model.joined ? ['process'] : []), 'exception', '#at'],
      failed,
      (task) => [
        taskLink(model, task, actions),
        ...processCell(model, task),
        element('td', {}, model.tables.strings[model.tasks.ending[task]] || 'failed'),
        element('td', { class: 'number' }, formatMoment(model.tasks.endedNs[task], model.endNs)),
      ],
    ),
  ]
}

function table(
  title: string,
  columns: readonly string[],
  tasks: readonly number[],
  cells: (task: number) => HTMLElement[],
): HTMLElement[] {
  if (tasks.length === 0) return []
  const rows = tasks.slice(0, MAX_ROWS).map((task) => element('tr', {}, ...cells(task)))
  const more =
    tasks.length > MAX_ROWS
      ? [element('p', { class: 'soft' }, `and ${counted(tasks.length - MAX_ROWS, 'task')} more`)]
      : []
  return [element('h2', {}, title), element('table', {}, head(columns), element('tbody', {}, ...rows)), ...more]
}

const taskLink = (model: TraceModel, task: number, actions: Actions): HTMLElement =>
  element(
    'td',
    {},
    button(taskName(model, task), 'link', () => actions.selectTask(task)),
  )

const processCell = (model: TraceModel, task: number): HTMLElement[] =>
  model.joined ? [element('td', {}, processTitle(model, model.joined.tasks.part[task]))] : []

function parkedCells(model: TraceModel, task: number, actions: Actions): HTMLElement[] {
  const { segments, tables } = model
  const last = segments.last[task] - 1
  const isWaiting = segments.state[last] === State.waiting
  const what = isWaiting ? ` for ${awaitText(model, segments.detail[last], segments.other[last])}` : ''
  const site = isWaiting ? userLine(model, tables.awaits.stack[segments.detail[last]]) : undefined
  return [
    taskLink(model, task, actions),
    ...processCell(model, task),
    element('td', {}, `${stateName(model, task, last)}${what}`),
    element('td', { class: 'number' }, formatDuration(taskKnownNs(model, task) - segments.startNs[last])),
    element('td', {}, ...sourceParts(site).map((part) => partNode(part, actions))),
  ]
}
