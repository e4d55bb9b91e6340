import { severities } from '../../trace/findings/registry.ts'
import type { Finding } from '../../trace/findings/types.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { Outcome, type TraceModel } from '../../trace/model/types.ts'
import type { PanelCommand } from '../../trace/panel/commands.ts'
import { button, element } from '../elements.ts'
import { groupingNames, groupings, type Grouping } from '../lanes/grouping.ts'
import { sortKeys, sortNames, type SortKey } from '../lanes/sorting.ts'
import type { FilterError } from '../../trace/model/filter/parse.ts'
import type { PanelState } from '../state/panelState.ts'
import { exportMenu } from './exportMenu.ts'
import { filterBox } from './filterBox.ts'
import { count, counted } from '../time/shares.ts'

export interface Toolbar {
  readonly element: HTMLElement
  readonly search: HTMLInputElement
  /** The button of the findings. */
  readonly findings: HTMLElement
  /** The trace has grown. */
  grow(): void
  /** `error`: what is wrong with the filter. */
  draw(state: PanelState, error: FilterError | undefined): void
  /** Shows how many findings there are; the button is `onFindings`. */
  setFindings(findings: readonly Finding[]): void
  /** How many tasks the search found; undefined while there is none. */
  setFound(found: number | undefined): void
}

export interface ToolbarInput {
  onSearch(query: string): void
  onGrouping(grouping: Grouping): void
  onSort(sort: SortKey): void
  onResources(): void
  onConnections(): void
  onFindings(): void
  onHelp(): void
  onCommand(command: PanelCommand): void
}

export function toolbar(model: TraceModel, fileName: string, input: ToolbarInput): Toolbar {
  const filter = filterBox(model, input.onSearch)
  const found = element('span', { class: 'found', role: 'status' })
  const findings = button('', 'chip chip-findings', input.onFindings)
  findings.hidden = true
  const help = button('?', 'help-button', input.onHelp)
  help.title = 'Keys (?)'
  help.setAttribute('aria-label', 'Keys')
  const said = element('span', { class: 'summary' })
  const saySummary = (): void => {
    // Where there is no room for all of it, the pointer finds the rest.
    said.textContent = said.title = summary(model, fileName)
  }
  saySummary()
  const ends = element('span', { class: 'outcomes' }, ...outcomes(model))
  const grouping = choice('Group', groupings, groupingNames, input.onGrouping)
  const sort = choice('Sort', sortKeys, sortNames, input.onSort)
  const resources = button('Locks & queues', 'toggle', input.onResources)
  resources.title = 'Lanes of locks, semaphores, events and queues (L)'
  const connections = button('Connections', 'toggle', input.onConnections)
  connections.title = 'Lanes of connections, pipes and servers (K)'
  connections.hidden = model.connections.object.length === 0
  return {
    element: element(
      'header',
      { class: 'toolbar' },
      filter.element,
      found,
      grouping.element,
      sort.element,
      resources,
      connections,
      element('span', { class: 'spacer' }),
      findings,
      ends,
      said,
      exportMenu(input.onCommand),
      help,
    ),
    search: filter.input,
    findings,
    grow() {
      ends.replaceChildren(...outcomes(model))
      saySummary()
      connections.hidden = model.connections.object.length === 0
    },
    draw(state, error) {
      grouping.select.value = state.grouping
      sort.select.value = state.sort
      resources.setAttribute('aria-pressed', String(state.resources))
      connections.setAttribute('aria-pressed', String(state.connections))
      filter.draw(state.query, error)
    },
    setFindings(all) {
      const worst = severities.find((severity) => all.some((finding) => finding.severity === severity))
      findings.hidden = worst === undefined
      findings.textContent = counted(all.length, 'finding')
      findings.className = `chip chip-findings severity-${worst}`
    },
    setFound(number) {
      found.textContent = number === undefined ? '' : `${count(number)} of ${counted(model.tasks.count, 'task')}`
    },
  }
}

/** A select with its word before it. */
function choice<T extends string>(
  label: string,
  values: readonly T[],
  names: Readonly<Record<T, string>>,
  onChoice: (value: T) => void,
): { element: HTMLElement; select: HTMLSelectElement } {
  const select = element('select', {}, ...values.map((value) => element('option', { value }, names[value])))
  select.addEventListener('change', () => onChoice(select.value as T))
  return { element: element('label', { class: 'choice' }, `${label}: `, select), select }
}

/** How tasks ended, where that is not "done": what a person looks for first. */
function outcomes({ tasks }: TraceModel): HTMLElement[] {
  const numbers = [0, 0, 0, 0]
  for (let task = 1; task <= tasks.count; task++)
    if (!Number.isNaN(tasks.createdNs[task])) numbers[tasks.outcome[task]]++
  const chip = (number: number, glyph: string, word: string): HTMLElement[] =>
    number === 0
      ? []
      : [
          element(
            'span',
            { class: `chip chip-${word}` },
            `${glyph} ${count(number)}`,
            element('span', { class: 'chip-word' }, ` ${word}`),
          ),
        ]
  return [
    ...chip(numbers[Outcome.failed], '●', 'failed'),
    ...chip(numbers[Outcome.cancelled], '✕', 'cancelled'),
    ...chip(numbers[Outcome.unfinished], '◌', 'unfinished'),
  ]
}

/** `4.82 s · 1,204 tasks · 86,310 steps · crawler.py · pid 4711`: what is last is cut first. */
function summary({ header, endNs, tasks, stepCount, joined }: TraceModel, fileName: string): string {
  const counts = [formatDuration(endNs), counted(tasks.count, 'task'), counted(stepCount, 'step')]
  if (joined) return [...counts, counted(joined.parts.length, 'process', 'processes'), fileName].join(' · ')
  const script = header.argv[0] ?? ''
  const program = script.slice(Math.max(script.lastIndexOf('/'), script.lastIndexOf('\\')) + 1) || fileName
  return [...counts, program, `pid ${header.pid}`].join(' · ')
}
