import { taskEndNs } from '../../trace/model/at.ts'
import { coroutineName, taskName } from '../../trace/model/describe.ts'
import { tasksDuring, type TimeRange } from '../../trace/model/siteStats.ts'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import { element } from '../elements.ts'
import { endStateOf, endStates } from '../lanes/grouping.ts'
import type { LaneData } from '../lanes/laneData.ts'
import { stateTimes } from '../lanes/rangeTimes.ts'
import { processColumn } from '../stories/processFacts.ts'
import { shortCoroutine } from '../stories/runNames.ts'
import { count, counted } from '../time/shares.ts'
import type { Actions } from './actions.ts'
import { sortableHead, type Column, type Sorting } from './sortableHead.ts'
import { virtualList } from './virtualList.ts'

const allColumns = [
  { key: 'name', label: 'task', isNumber: false },
  { key: 'process', label: 'process', isNumber: false },
  { key: 'coroutine', label: 'coroutine', isNumber: false },
  { key: 'state', label: 'state', isNumber: false },
  { key: 'created', label: 'created', isNumber: true },
  { key: 'duration', label: 'duration', isNumber: true },
  { key: 'running', label: 'running', isNumber: true },
  { key: 'ready', label: 'ready', isNumber: true },
  { key: 'waiting', label: 'waiting', isNumber: true },
  { key: 'steps', label: 'steps', isNumber: true },
] as const satisfies readonly Column<string>[]
type Key = (typeof allColumns)[number]['key']

export interface TasksTable {
  readonly element: HTMLElement
  draw(matches: Uint8Array | undefined, range: TimeRange | undefined): void
  text(): string
  /** How many tasks it lists. */
  readonly count: number
}

/** The tasks that the filter and the time range leave, sorted by any column. Times are those within the range. */
export function tasksTable(data: LaneData, actions: Actions): TasksTable {
  const { model } = data
  const { tasks, joined } = model
  const columns = allColumns.filter(({ key }) => joined || key !== 'process')
  let sorting: Sorting<Key> = { key: 'created', descending: false }
  let order = new Uint32Array(0)
  let range: TimeRange | undefined
  let asked: { matches: Uint8Array | undefined; range: TimeRange | undefined; sorting: Sorting<Key> } | undefined
  const title = element('h2', {})
  const head = element('div', {
    class: `virtual-head task-cells${joined ? ' with-process' : ''}`,
    role: 'row',
    'aria-rowindex': '1',
  })
  const list = virtualList({
    role: 'grid',
    label: 'Tasks',
    head,
    fill(row, index) {
      row.classList.add('task-cells')
      if (joined) row.classList.add('with-process')
      const task = order[index]
      row.append(
        ...cells(task).map((text, i) =>
          element(
            'span',
            {
              role: 'gridcell',
              class: columns[i].isNumber ? 'number' : columns[i].key === 'coroutine' ? 'mono' : undefined,
            },
            text,
          ),
        ),
      )
      row.title = `${taskName(model, task)}\n${coroutineName(model, task)}`
    },
    onChoose: (index) => actions.selectTask(order[index]),
  })

  function cells(task: number): string[] {
    const { runningNs, readyNs, waitingNs } = stateTimes(data, task, range)
    return [
      taskName(model, task),
      ...(model.joined ? [processColumn(model, model.joined.tasks.part[task])] : []),
      shortCoroutine(model, task),
      endStates[endStateOf(model, task)],
      formatMoment(tasks.createdNs[task], model.endNs),
      formatDuration(taskEndNs(model, task) - tasks.createdNs[task]),
      formatDuration(runningNs),
      formatDuration(readyNs),
      formatDuration(waitingNs),
      count(tasks.steps[task]),
    ]
  }

  function sort(): void {
    const sign = sorting.descending ? -1 : 1
    if (sorting.key === 'name' || sorting.key === 'coroutine') {
      const { compare } = new Intl.Collator('en', { numeric: true })
      const text = sorting.key === 'name' ? taskName : shortCoroutine
      const texts = new Map(Array.from(order, (task) => [task, text(model, task)]))
      order = Uint32Array.from([...order].sort((a, b) => sign * compare(texts.get(a)!, texts.get(b)!) || a - b))
      return
    }
    const value = new Float64Array(tasks.count + 1)
    const number = numberOf(sorting.key)
    for (const task of order) value[task] = number(task)
    order.sort((a, b) => sign * (value[a] - value[b]) || a - b)
  }

  function numberOf(key: Exclude<Key, 'name' | 'coroutine'>): (task: number) => number {
    switch (key) {
      case 'process':
        return (task) => model.joined?.tasks.part[task] ?? 0
      case 'state':
        return (task) => endStateOf(model, task)
      case 'created':
        return (task) => tasks.createdNs[task]
      case 'duration':
        return (task) => taskEndNs(model, task) - tasks.createdNs[task]
      case 'steps':
        return (task) => tasks.steps[task]
      default:
        return (task) => stateTimes(data, task, range)[`${key}Ns`]
    }
  }

  function draw(matches: Uint8Array | undefined, wanted: TimeRange | undefined): void {
    if (asked && asked.matches === matches && asked.range === wanted && asked.sorting === sorting)
      return list.update(order.length)
    asked = { matches, range: wanted, sorting }
    range = wanted
    const inRange = wanted && tasksDuring(model, wanted)
    const left = new Uint32Array(tasks.count)
    let count = 0
    for (let task = 1; task <= tasks.count; task++) {
      if (Number.isNaN(tasks.createdNs[task]) || matches?.[task] === 0 || inRange?.[task] === 0) continue
      left[count++] = task
    }
    order = left.subarray(0, count)
    sort()
    title.textContent = counted(count, 'task')
    head.replaceChildren(
      ...sortableHead(columns, sorting, 'div', (changed) => {
        sorting = changed
        const at = columns.findIndex(({ key }) => key === changed.key)
        draw(matches, wanted)
        head.querySelectorAll('button')[at].focus()
      }),
    )
    list.update(count)
  }

  return {
    element: element('div', { class: 'tasks-table' }, element('div', { class: 'list-head' }, title), list.element),
    draw,
    text: () =>
      [columns.map(({ label }) => label), ...Array.from(order, cells)].map((line) => line.join('\t')).join('\n'),
    get count() {
      return order.length
    },
  }
}
