import type { SourceLine } from '../../trace/model/describe.ts'
import { treeParent } from '../../trace/model/tree.ts'
import { itemSpan } from '../lanes/hitTest.ts'
import { scrollToShow } from '../lanes/rowGeometry.ts'
import { visibleRows, type Lane } from '../lanes/rows.ts'
import { spoken } from '../stories/facts.ts'
import { runSource } from '../stories/runFacts.ts'
import { loopClasses, threadName } from '../stories/runNames.ts'
import { segmentSource } from '../stories/segmentFacts.ts'
import { taskSummary } from '../stories/taskFacts.ts'
import { showing, type Viewport } from '../time/viewport.ts'
import type { Actions } from './actions.ts'
import type { ViewContext } from './context.ts'
import { itemStory } from './tooltip.ts'

export interface SelectionActions extends Actions {
  /** As in `Actions`; `follow` false leaves the viewport and the cursor where they are. */
  select(lane: Lane, item: number, follow?: boolean): void
}

/** What selecting, folding and opening do. */
export function createActions({ data, tree, store, host, rows, geometry, say }: ViewContext): SelectionActions {
  const { model } = data

  function select(lane: Lane, item: number, follow = true): void {
    const row = rows().rowOf(lane)
    const viewport = follow ? viewportFor(lane, item) : store.state.viewport
    store.set({
      selection: { lane, item },
      viewport,
      scrollPx: row < 0 ? store.state.scrollPx : scrollToShow(geometry(), row),
      ...(item >= 0 && follow ? { cursorNs: itemSpan(data, lane, item).startNs } : {}),
    })
    say(item >= 0 ? storyText(lane, item) : laneText(lane))
  }

  /** The viewport, moved where it shows nothing of what is selected. */
  function viewportFor(lane: Lane, item: number): Viewport {
    const { viewport } = store.state
    if (item >= 0) return showing(viewport, itemSpan(data, lane, item).startNs, model.endNs)
    if (lane.kind === 'loop') return viewport
    const { createdNs, endedNs } = model.tasks
    const isVisible = createdNs[lane.id] <= viewport.endNs && !(endedNs[lane.id] < viewport.startNs)
    return isVisible ? viewport : showing(viewport, createdNs[lane.id], model.endNs)
  }
  function storyText(lane: Lane, item: number): string {
    const { title, facts } = itemStory(data, lane, item)
    return `${title}: ${spoken(facts)}`
  }
  const laneText = (lane: Lane): string =>
    lane.kind === 'task'
      ? taskSummary(model, lane.id)
      : `Event loop ${loopClasses(model, lane.id)}, thread ${threadName(model, lane.id)}`

  function selectTask(task: number): void {
    if (task < 1 || task > model.tasks.count || Number.isNaN(model.tasks.createdNs[task])) return
    if ((rows().rowOfTask[task] ?? -1) < 0) unfold(task)
    // The rows follow before the next frame; to scroll there now they are made here as well.
    const { collapsed, query } = store.state
    const shown = visibleRows(model, tree, data.streams, collapsed, query)
    const row = shown.rowOfTask[task]
    const createdNs = model.tasks.createdNs[task]
    store.set({
      selection: { lane: { kind: 'task', id: task }, item: -1 },
      viewport: showing(store.state.viewport, createdNs, model.endNs),
      scrollPx: scrollToShow({ ...geometry(), rows: shown }, row),
    })
    say(taskSummary(model, task))
  }

  function unfold(task: number): void {
    const collapsed = new Set(store.state.collapsed)
    for (let above = treeParent(model.tasks, task); above > 0; above = treeParent(model.tasks, above))
      collapsed.delete(above)
    store.set({ collapsed, query: '' })
  }

  function toggleCollapsed(task: number): void {
    const collapsed = new Set(store.state.collapsed)
    if (!collapsed.delete(task)) collapsed.add(task)
    store.set({ collapsed })
  }

  function openSource({ file, line }: SourceLine, toSide: boolean): void {
    if (file !== '') host.post({ type: 'openSource', file, line: Math.max(1, line), toSide })
  }

  function openSelectedSource(toSide: boolean): void {
    const { selection } = store.state
    if (!selection) return
    const { lane, item } = selection
    const source =
      lane.kind === 'task' ? segmentSource(model, lane.id, item) : item >= 0 ? runSource(model, item) : undefined
    if (source && source.file !== '') openSource(source, toSide)
    else say('The trace does not say where this is in the code.')
  }

  return { select, selectTask, toggleCollapsed, openSource, openSelectedSource }
}
