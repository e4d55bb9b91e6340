import type { Finding } from '../../trace/findings/types.ts'
import { objectName, outcomeText, streamName, taskName } from '../../trace/model/describe.ts'
import { outcomeNames } from '../../trace/model/types.ts'
import { button, element } from '../elements.ts'
import type { Lane } from '../lanes/lane.ts'
import { creatorsOf, manyName, manyText } from '../stories/laneNames.ts'
import { itemStory, type LaneContext } from '../stories/laneStories.ts'
import { resourceFacts } from '../stories/resourceFacts.ts'
import { scopeFacts, scopeTitle } from '../stories/scopeFacts.ts'
import type { PanelState } from '../state/panelState.ts'
import { plain, type Fact } from '../stories/facts.ts'
import { counted } from '../time/shares.ts'
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

const MAX_CRUMBS = 8

export interface Drawer {
  readonly element: HTMLElement
  /** What is wrong in the trace; draws anew. */
  setFindings(findings: readonly Finding[]): void
  /** Moves the keyboard to the right side, where lists are. */
  focusLists(): void
  draw(state: PanelState): void
}

/** Below the lanes: the story of what is selected, and its awaits. */
export function drawer(context: LaneContext, actions: Actions): Drawer {
  const { data } = context
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
      ...breadcrumbs(task),
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

  /** From the first creator down to the task: where it stands. */
  function breadcrumbs(task: number): HTMLElement[] {
    const above = creatorsOf(model, task, MAX_CRUMBS)
    if (above.length === 0) return []
    const links = above.map(({ lane, name }) =>
      element(
        'li',
        {},
        button(name, 'link', () => actions.selectTask(lane.id)),
      ),
    )
    return [element('nav', { class: 'crumbs', 'aria-label': 'Created by' }, element('ol', {}, ...links))]
  }

  /** A lane that is neither a task's nor a loop's: what it is, and its selected part. */
  function drawOther(lane: Lane, item: number, cursorNs: number): void {
    shownTask = 0
    const { title, facts } = otherStory(lane, cursorNs)
    left.replaceChildren(
      element('h2', {}, title),
      factList(facts, actions),
      ...(item >= 0
        ? [
            element('h3', {}, lane.kind === 'thread' ? 'Selected job' : 'Selected hold'),
            factList(itemStory(data, lane, item).facts, actions),
          ]
        : []),
    )
    right.replaceChildren(...traceSummary(model, actions))
  }

  function otherStory(lane: Lane, cursorNs: number): { title: string; facts: readonly Fact[] } {
    switch (lane.kind) {
      case 'scope':
        return { title: scopeTitle(model, lane.id), facts: scopeFacts(model, lane.id) }
      case 'object': {
        const atNs = Number.isNaN(cursorNs) ? model.endNs : cursorNs
        return { title: objectName(model, lane.id), facts: resourceFacts(data, lane.id, atNs) }
      }
      case 'thread':
        return {
          title: streamName(model, lane.id),
          facts: [
            {
              label: 'executor thread',
              parts: [plain(counted(data.jobs.first[lane.id + 1] - data.jobs.first[lane.id], 'job'))],
            },
          ],
        }
      default: {
        const place = context.rows().placeAt(context.rows().rowOf(lane))
        if (place < 0) return { title: 'Folded away', facts: [] }
        const density = context.lanes.densityAt(place)
        return {
          title: manyName(model, context.arrangement(), place, density),
          facts: [
            { label: 'holds', parts: [plain(manyText(model, density))] },
            { label: 'at once', parts: [plain(`${counted(density.overlap.most, 'task')} at the most`)] },
          ],
        }
      }
    }
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
      else if (selection.lane.kind === 'loop') drawLoop(selection.lane.id, selection.item)
      else drawOther(selection.lane, selection.item, cursorNs)
    },
  }
}
