import type { TaskTree } from '../../trace/model/tree.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { clamped, wholeTrace } from '../time/viewport.ts'
import type { PanelState } from './panelState.ts'
import { DRAWER_PX, GUTTER_PX, type PersistedState } from './persistedState.ts'

/** How the panel opens: as it was left, as far as this trace still has that, or else with the whole trace. */
export function initialState(model: TraceModel, tree: TaskTree, saved: PersistedState | undefined): PanelState {
  const { tasks, segments, endNs } = model
  const task = saved?.selectedTask ?? 0
  const isThere = task > 0 && task <= tasks.count && !Number.isNaN(tasks.createdNs[task])
  const segment = saved?.selectedSegment ?? -1
  const item = isThere && segment >= segments.first[task] && segment < segments.last[task] ? segment : -1
  return {
    viewport: saved?.viewport ? clamped(saved.viewport, endNs) : wholeTrace(endNs),
    scrollPx: saved?.scrollPx ?? 0,
    selection: isThere ? { lane: { kind: 'task', id: task }, item } : undefined,
    cursorNs: item >= 0 ? segments.startNs[item] : NaN,
    collapsed: new Set(saved?.collapsed.filter((id) => id <= tasks.count && tree.descendants[id] > 0)),
    query: '',
    gutterPx: saved?.gutterPx ?? GUTTER_PX.initial,
    drawerPx: saved?.drawerPx ?? DRAWER_PX.initial,
    hover: undefined,
    grown: 0,
    look: 0,
  }
}

/** What is kept of a state. */
export function persist({ viewport, scrollPx, selection, collapsed, gutterPx, drawerPx }: PanelState): PersistedState {
  const isTask = selection?.lane.kind === 'task'
  return {
    version: 1,
    viewport,
    selectedTask: isTask ? selection.lane.id : 0,
    selectedSegment: isTask ? selection.item : -1,
    collapsed: [...collapsed],
    scrollPx,
    gutterPx,
    drawerPx,
  }
}
