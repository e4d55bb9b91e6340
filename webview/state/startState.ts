import type { TraceModel } from '../../trace/model/types.ts'
import { itemsOf } from '../lanes/hitTest.ts'
import { laneKey, parseLaneKey, type Lane } from '../lanes/lane.ts'
import type { LaneData } from '../lanes/laneData.ts'
import { clamped, fromFirst, wholeTrace, type Viewport } from '../time/viewport.ts'
import type { PanelState } from './panelState.ts'
import { DRAWER_PX, GUTTER_PX, type PersistedState } from './persistedState.ts'

/** How the panel opens: as it was left, as far as this trace still has that, or else with all that happens. */
export function initialState(data: LaneData, saved: PersistedState | undefined): PanelState {
  const { endNs } = data.model
  const lane = parseLaneKey(saved?.selectedLane ?? '')
  const selection =
    lane && exists(data, lane) ? { lane, item: itemIn(data, lane, saved?.selectedItem ?? -1) } : undefined
  return {
    viewport: saved?.viewport ? clamped(saved.viewport, endNs) : opened(data.model),
    scrollPx: saved?.scrollPx ?? 0,
    selection,
    cursorNs: saved && saved.cursorNs <= endNs ? saved.cursorNs : NaN,
    collapsed: new Set(saved?.collapsed),
    opened: new Set(saved?.opened),
    pinned: saved?.pinned.filter((key) => exists(data, parseLaneKey(key))) ?? [],
    grouping: saved?.grouping ?? 'tree',
    sort: saved?.sort ?? 'created',
    resources: saved?.resources ?? false,
    connections: saved?.connections ?? false,
    query: saved?.query ?? '',
    range: saved?.range && saved.range.startNs < endNs ? saved.range : undefined,
    tab: saved?.tab ?? 'awaits',
    stacks: saved?.stacks ?? false,
    why: saved?.why ?? false,
    gutterPx: saved?.gutterPx ?? GUTTER_PX.initial,
    drawerPx: saved?.drawerPx ?? DRAWER_PX.initial,
    hover: undefined,
    grown: 0,
    look: 0,
  }
}

/** One that grows is shown whole, so that it goes on being followed. */
function opened({ end, endNs, loopRuns, tasks }: TraceModel): Viewport {
  if (end === 'open') return wholeTrace(endNs)
  let firstNs = loopRuns.startNs.reduce((first, atNs) => Math.min(first, atNs), endNs)
  // Of a recording that began while the loop ran.
  for (let task = 1; task <= tasks.count; task++) if (tasks.createdNs[task] < firstNs) firstNs = tasks.createdNs[task]
  return firstNs < endNs ? fromFirst(firstNs, endNs) : wholeTrace(endNs)
}

/** Whether the trace has what a lane shows. Of folds and groups the arrangement decides; there they are not asked for. */
export function exists({ model, streams, jobs }: LaneData, lane: Lane | undefined): boolean {
  switch (lane?.kind) {
    case 'task':
      return lane.id > 0 && lane.id <= model.tasks.count && !Number.isNaN(model.tasks.createdNs[lane.id])
    case 'loop':
      return streams.includes(lane.id)
    case 'thread':
      return jobs.threads.includes(lane.id)
    case 'process':
      return lane.id < (model.joined?.parts.length ?? 0)
    case 'scope':
      return lane.id < model.scopes.object.length
    case 'object':
      return lane.id > 0 && lane.id < model.tables.objects.kind.length
    default:
      return false
  }
}

function itemIn(data: LaneData, lane: Lane, item: number): number {
  const items = itemsOf(data, lane)
  return items && item >= items.first && item < items.last ? item : -1
}

/** What is kept of a state. */
export function persist(state: PanelState): PersistedState {
  const { viewport, scrollPx, selection, collapsed, opened, pinned, grouping, sort, resources, connections, query } =
    state
  return {
    version: 1,
    viewport,
    selectedLane: selection ? laneKey(selection.lane) : '',
    selectedItem: selection?.item ?? -1,
    collapsed: [...collapsed],
    opened: [...opened],
    pinned: [...pinned],
    grouping,
    sort,
    resources,
    connections,
    query,
    range: state.range,
    tab: state.tab,
    stacks: state.stacks,
    why: state.why,
    cursorNs: state.cursorNs,
    scrollPx,
    gutterPx: state.gutterPx,
    drawerPx: state.drawerPx,
  }
}
