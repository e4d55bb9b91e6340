import type { Finding } from '../../trace/findings/types.ts'
import { outcomeText, taskName } from '../../trace/model/describe.ts'
import { outcomeNames } from '../../trace/model/types.ts'
import { element } from '../elements.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { PanelState } from '../state/panelState.ts'
import { plain } from '../stories/facts.ts'
import { loopClasses, threadName } from '../stories/runNames.ts'
import { traceFacts } from '../stories/traceFacts.ts'
import { taskFacts } from '../stories/taskFacts.ts'
import type { Actions } from './actions.ts'
import { awaitsTable } from './awaitsTable.ts'
import { loopSummary } from './loopSummary.ts'
import { findingsList } from './findingsList.ts'
import { factList } from './parts.ts'
import { traceSummary } from './traceSummary.ts'
import { timeBar } from './timeBar.ts'
import { itemStory } from './tooltip.ts'

export interface Drawer {
  readonly element: HTMLElement
  /** What is wrong in the trace; draws anew. */
  setFindings(findings: readonly Finding[]): void
  /** Moves the keyboard to the right side, where lists are. */
  focusLists(): void
  draw(state: PanelState): void
}

/** Below the lanes: the story of what is selected, and its awaits. */
export function drawer(data: LaneData, actions: Actions): Drawer {
  const left = element('div', { class: 'drawer-left', tabindex: '0', role: 'region', 'aria-label': 'Details' })
  const right = element('div', {
    class: 'drawer-right',
    tabindex: '0',
    role: 'region',
    'aria-label': 'Awaits and lists',
  })
  const { model } = data
  let shownTask = 0
  let findings: readonly Finding[] = []

  function drawTask(task: number, item: number, cursorNs: number): void {
    const outcome = outcomeNames[model.tasks.outcome[task]] ?? 'unfinished'
    left.replaceChildren(
      element(
        'h2',
        {},
        taskName(model, task),
        ' ',
        element('span', { class: `outcome outcome-${outcome}` }, outcomeText(model, task)),
      ),
      factList(taskFacts(data, task, cursorNs), actions),
      ...findingsList(
        model,
        findings.filter((finding) => finding.tasks.includes(task)),
        actions,
      ),
      ...timeBar(model, task),
      ...(item >= 0
        ? [
            element('h3', {}, 'Selected segment'),
            factList(itemStory(data, { kind: 'task', id: task }, item).facts, actions),
          ]
        : []),
    )
    if (task !== shownTask) right.replaceChildren(...awaitsTable(data, task, actions))
    shownTask = task
    const current = right.querySelector('[aria-current]')
    current?.removeAttribute('aria-current')
    const row = right.querySelector(`tr[data-segment="${item}"]`)
    row?.setAttribute('aria-current', 'true')
    row?.scrollIntoView({ block: 'nearest' })
  }

  function drawLoop(stream: number, run: number): void {
    shownTask = 0
    left.replaceChildren(
      element('h2', {}, 'Event loop'),
      factList(
        [
          { label: 'thread', parts: [plain(threadName(model, stream))] },
          { label: 'class', parts: [plain(loopClasses(model, stream) || 'unknown')] },
        ],
        actions,
      ),
      ...(run >= 0
        ? [
            element('h3', {}, 'Selected run'),
            factList(itemStory(data, { kind: 'loop', id: stream }, run).facts, actions),
          ]
        : []),
    )
    right.replaceChildren(...loopSummary(data, stream, actions))
  }

  function drawTrace(): void {
    shownTask = 0
    left.replaceChildren(
      element('h2', {}, 'This trace'),
      factList(traceFacts(model), actions),
      element(
        'p',
        { class: 'soft' },
        'Select a lane to see what its task did: click it, or use the arrow keys. Press ? for all keys.',
      ),
    )
    right.replaceChildren(...findingsList(model, findings, actions), ...traceSummary(model, actions))
  }

  return {
    element: element('section', { class: 'drawer', 'aria-label': 'Selection' }, left, right),
    focusLists: () => right.focus(),
    setFindings(all) {
      findings = all
    },
    draw({ selection, cursorNs }) {
      if (!selection) drawTrace()
      else if (selection.lane.kind === 'task') drawTask(selection.lane.id, selection.item, cursorNs)
      else drawLoop(selection.lane.id, selection.item)
    },
  }
}
