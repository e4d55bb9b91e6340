import type { NotKnown } from '../../trace/findings/notKnown.ts'
import type { Finding } from '../../trace/findings/types.ts'
import { criticalPath, type CriticalPath } from '../../trace/model/criticalPath.ts'
import { objectName, outcomeText, streamName, taskName } from '../../trace/model/describe.ts'
import { outcomeNames } from '../../trace/model/types.ts'
import { button, element } from '../elements.ts'
import type { Lane } from '../lanes/lane.ts'
import { tabIds, type PanelState, type TabId } from '../state/panelState.ts'
import { plain, spokenLines, type Fact } from '../stories/facts.ts'
import { creatorsOf, manyName, manyText } from '../stories/laneNames.ts'
import { itemStory, type LaneContext } from '../stories/laneStories.ts'
import { processFacts, processTitle } from '../stories/processFacts.ts'
import { resourceFacts } from '../stories/resourceFacts.ts'
import { loopClasses, threadName } from '../stories/runNames.ts'
import { scopeFacts, scopeTitle } from '../stories/scopeFacts.ts'
import { taskFacts } from '../stories/taskFacts.ts'
import { traceFacts } from '../stories/traceFacts.ts'
import { count, counted } from '../time/shares.ts'
import type { Actions } from './actions.ts'
import { awaitGraphView } from './awaitGraphView.ts'
import { awaitsTable } from './awaitsTable.ts'
import { findingsList, unknownsList } from './findingsList.ts'
import { loopSummary } from './loopSummary.ts'
import { factList } from './parts.ts'
import { sitesTable } from './sitesTable.ts'
import { tabs } from './tabs.ts'
import { tasksTable } from './tasksTable.ts'
import { timeBar } from './timeBar.ts'
import { traceSummary } from './traceSummary.ts'
import { whyView } from './whyView.ts'

const MAX_CRUMBS = 8

export interface Drawer {
  readonly element: HTMLElement
  /** What is wrong in the trace; draws anew. */
  setFindings(findings: readonly Finding[], unknowns: readonly NotKnown[]): void
  /** Moves the keyboard to the right side, where lists are. */
  focusLists(): void
  draw(state: PanelState): void
  /** What the keyboard is in, as text: the story of what is selected, or the table that is shown. */
  text(): string
}

export interface DrawerInput {
  onTab(tab: TabId): void
  onStacks(): void
  onWhy(): void
  pathOf(state: PanelState): CriticalPath | undefined
}

/** The path of what a state has selected: of its segment, or of its task in the selected range. */
export function selectedPath(
  context: LaneContext,
  selection: PanelState['selection'],
  range: PanelState['range'],
): CriticalPath | undefined {
  if (selection?.lane.kind !== 'task') return undefined
  const { model, segmentEndNs } = context.data
  const { id } = selection.lane
  const { item } = selection
  if (item >= 0) return criticalPath(model, id, model.segments.startNs[item], segmentEndNs(id, item))
  const lastNs = segmentEndNs(id, model.segments.last[id] - 1)
  const startNs = Math.max(model.tasks.createdNs[id], range?.startNs ?? 0)
  return criticalPath(model, id, startNs, Math.min(lastNs, range?.endNs ?? Infinity))
}

/** Below the lanes: on the left the story of what is selected, on the right the tables that follow it. */
export function drawer(context: LaneContext, actions: Actions, input: DrawerInput): Drawer {
  const { data } = context
  const { model } = data
  const left = element('div', { class: 'drawer-left', tabindex: '0', role: 'region', 'aria-label': 'Details' })
  const awaits = element('div', { tabindex: '0' })
  const found = element('div', { tabindex: '0' })
  const graph = awaitGraphView(data, () => data.moments(), actions, input.onStacks)
  const sites = sitesTable(data, actions)
  const tasks = tasksTable(data, actions)
  const panels: Readonly<Record<TabId, HTMLElement>> = {
    awaitGraph: graph.element,
    awaits,
    sites: sites.element,
    tasks: tasks.element,
    findings: found,
  }
  const pages = tabs<TabId>(
    'Tables',
    tabIds.map((id) => ({ id, panel: panels[id] })),
    input.onTab,
  )
  const right = element(
    'div',
    { class: 'drawer-right', role: 'region', 'aria-label': 'Awaits and lists' },
    pages.element,
  )
  let shownAwaits = ''
  let findings: readonly Finding[] = []
  let unknowns: readonly NotKnown[] = []
  let story: { title: string; facts: readonly Fact[] } = { title: '', facts: [] }
  let tab: TabId = 'awaits'

  function drawTask(state: PanelState, task: number, item: number): void {
    const outcome = outcomeNames[model.tasks.outcome[task]] ?? 'unfinished'
    const path = input.pathOf(state)
    const segment = item >= 0 ? itemStory(data, { kind: 'task', id: task }, item).facts : []
    story = {
      title: `${taskName(model, task)} ${outcomeText(model, task)}`,
      facts: [...taskFacts(data, task, state.cursorNs), ...segment],
    }
    left.replaceChildren(
      ...breadcrumbs(task),
      element(
        'h2',
        {},
        taskName(model, task),
        ' ',
        element('span', { class: `outcome outcome-${outcome}` }, outcomeText(model, task)),
      ),
      factList(taskFacts(data, task, state.cursorNs), actions),
      ...findingsList(
        model,
        findings.filter((finding) => finding.tasks.includes(task)),
        actions,
      ),
      ...timeBar(model, task),
      ...(item >= 0 ? [element('h3', {}, 'Selected segment'), factList(segment, actions)] : []),
      ...(path ? whyView(model, path, state.why, actions, input.onWhy) : []),
    )
  }

  function drawLoop(stream: number, run: number): void {
    const { joined } = model
    const facts: Fact[] = [
      ...(joined ? [{ label: 'process', parts: [plain(processTitle(model, joined.streams.part[stream]))] }] : []),
      { label: 'thread', parts: [plain(threadName(model, stream))] },
      { label: 'class', parts: [plain(loopClasses(model, stream) || 'unknown')] },
    ]
    drawStory(
      'Event loop',
      facts,
      'Selected run',
      run >= 0 ? itemStory(data, { kind: 'loop', id: stream }, run).facts : [],
    )
  }

  function drawStory(title: string, facts: readonly Fact[], partTitle: string, part: readonly Fact[]): void {
    story = { title, facts: [...facts, ...part] }
    left.replaceChildren(
      element('h2', {}, title),
      factList(facts, actions),
      ...(part.length > 0 ? [element('h3', {}, partTitle), factList(part, actions)] : []),
    )
  }

  /** From the first creator down to the task: where it stands. */
  function breadcrumbs(task: number): HTMLElement[] {
    const above = creatorsOf(model, task, MAX_CRUMBS)
    const process = model.joined?.tasks.part[task]
    const links = above.map(({ lane, name }) =>
      element(
        'li',
        {},
        button(name, 'link', () => actions.selectTask(lane.id)),
      ),
    )
    if (process !== undefined) {
      const toProcess = (): void => actions.select({ kind: 'process', id: process }, -1)
      links.unshift(element('li', {}, button(processTitle(model, process), 'link', toProcess)))
    }
    if (links.length === 0) return []
    return [element('nav', { class: 'crumbs', 'aria-label': 'Created by' }, element('ol', {}, ...links))]
  }

  /** A lane that is neither a task's nor a loop's: what it is, and its selected part. */
  function drawOther(lane: Lane, item: number, cursorNs: number): void {
    const { title, facts } = otherStory(lane, cursorNs)
    const part = item >= 0 ? itemStory(data, lane, item).facts : []
    drawStory(title, facts, lane.kind === 'thread' ? 'Selected job' : 'Selected hold', part)
  }

  function otherStory(lane: Lane, cursorNs: number): { title: string; facts: readonly Fact[] } {
    switch (lane.kind) {
      case 'scope':
        return { title: scopeTitle(model, lane.id), facts: scopeFacts(model, lane.id) }
      case 'object': {
        const atNs = Number.isNaN(cursorNs) ? model.endNs : cursorNs
        return { title: objectName(model, lane.id), facts: resourceFacts(data, lane.id, atNs) }
      }
      case 'thread': {
        const jobs = counted(data.jobs.first[lane.id + 1] - data.jobs.first[lane.id], 'job')
        return { title: streamName(model, lane.id), facts: [{ label: 'executor thread', parts: [plain(jobs)] }] }
      }
      case 'process':
        return { title: processTitle(model, lane.id), facts: processFacts(model, lane.id) }
      default: {
        const place = context.rows().placeAt(context.rows().rowOf(lane))
        if (place < 0) return { title: 'Folded away', facts: [] }
        const density = context.lanes.densityAt(place)
        return {
          title: manyName(model, context.arrangement(), place, density),
          facts: [
            { label: 'holds', parts: [plain(manyText(density))] },
            { label: 'at once', parts: [plain(`${counted(density.overlap.most, 'task')} at the most`)] },
          ],
        }
      }
    }
  }

  function drawTrace(): void {
    const title = model.joined
      ? `${counted(model.joined.parts.length, 'process', 'processes')} on one clock`
      : 'This trace'
    story = { title, facts: traceFacts(model) }
    left.replaceChildren(
      element('h2', {}, title),
      factList(traceFacts(model), actions),
      element(
        'p',
        { class: 'soft' },
        'Select a lane to see what its task did: click it, or use the arrow keys. Press ? for all keys.',
      ),
    )
  }

  /** The awaits of a task, the stalls of a loop, or where the tasks of the trace are parked. */
  function drawAwaits({ selection }: PanelState): void {
    const kind = selection?.lane.kind
    const key = kind === 'task' || kind === 'loop' ? `${kind} ${selection!.lane.id}` : `trace ${findings.length}`
    if (key !== shownAwaits) {
      shownAwaits = key
      awaits.replaceChildren(
        ...(kind === 'task'
          ? awaitsTable(data, selection!.lane.id, actions)
          : kind === 'loop'
            ? loopSummary(data, selection!.lane.id, actions)
            : [...findingsList(model, findings, actions), ...traceSummary(model, actions)]),
      )
    }
    pages.label('awaits', kind === 'task' ? 'Awaits' : kind === 'loop' ? 'Stalls' : 'Overview')
    awaits.querySelector('[aria-current]')?.removeAttribute('aria-current')
    const row = awaits.querySelector(`tr[data-segment="${selection?.item ?? -1}"]`)
    row?.setAttribute('aria-current', 'true')
    row?.scrollIntoView({ block: 'nearest' })
  }

  /** Findings of the tasks that the filter leaves, and of the time that is selected. */
  function drawFindings(state: PanelState): void {
    const { range } = state
    const matches = context.lanes.matches(state)
    const left = findings.filter(
      ({ tasks: of, startNs, endNs }) =>
        (!range || (startNs < range.endNs && (endNs ?? model.endNs) >= range.startNs)) &&
        (!matches || of.some((task) => matches[task] === 1)),
    )
    const hidden = findings.length - left.length
    found.replaceChildren(
      ...findingsList(model, left, actions),
      ...(left.length === 0 ? [element('p', { class: 'soft' }, 'No findings.')] : []),
      ...(hidden > 0
        ? [element('p', { class: 'soft' }, `${counted(hidden, 'finding')} of other tasks or times.`)]
        : []),
      ...unknownsList(unknowns),
    )
  }

  function drawTab(state: PanelState): void {
    ;({ tab } = state)
    pages.show(tab)
    const matches = context.lanes.matches(state)
    pages.label('awaitGraph', 'Await graph')
    pages.label('sites', 'Await sites')
    pages.label('tasks', 'Tasks')
    pages.label('findings', findings.length > 0 ? `Findings ${count(findings.length)}` : 'Findings')
    drawAwaits(state)
    if (tab === 'awaitGraph') graph.draw(state)
    if (tab === 'sites') sites.draw(matches, state.range)
    if (tab === 'tasks') tasks.draw(matches, state.range)
    if (tab === 'findings') drawFindings(state)
  }

  return {
    element: element('section', { class: 'drawer', 'aria-label': 'Selection' }, left, right),
    focusLists: () => pages.focus(),
    setFindings(all, notTold) {
      findings = all
      unknowns = notTold
      shownAwaits = ''
    },
    draw(state) {
      const { selection, cursorNs } = state
      if (!selection) drawTrace()
      else if (selection.lane.kind === 'task') drawTask(state, selection.lane.id, selection.item)
      else if (selection.lane.kind === 'loop') drawLoop(selection.lane.id, selection.item)
      else drawOther(selection.lane, selection.item, cursorNs)
      drawTab(state)
    },
    text() {
      if (right.contains(document.activeElement)) {
        if (tab === 'awaitGraph') return graph.text()
        if (tab === 'sites') return sites.text()
        if (tab === 'tasks') return tasks.text()
        return panels[tab].innerText
      }
      return `${story.title}\n${spokenLines(story.facts)}`
    },
  }
}
