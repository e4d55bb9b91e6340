import { lastAtOrBefore, taskEndNs } from '../../trace/model/at.ts'
import { nextEventNs } from '../../trace/model/awaitGraph.ts'
import { formatMoment } from '../../trace/model/time.ts'
import type { PanelCommand } from '../../trace/panel/commands.ts'
import { laneAtPlace } from '../lanes/arrangement.ts'
import { groupingNames, groupings } from '../lanes/grouping.ts'
import { itemsOf, itemSpan } from '../lanes/hitTest.ts'
import { laneKey } from '../lanes/lane.ts'
import { ROW_PX } from '../lanes/rowGeometry.ts'
import type { LaneData } from '../lanes/laneData.ts'
import { sortKeys, sortNames } from '../lanes/sorting.ts'
import type { PanelState } from '../state/panelState.ts'
import { framed, panned, showing, wholeTrace, zoomed, type Viewport } from '../time/viewport.ts'
import type { ViewContext } from './context.ts'
import type { SelectionActions } from './selection.ts'

const ZOOM = 1.4
const PAN_SHARE = 0.15
const SCRUB_SHARE = 1 / 50

/** Does what a key asked for; `heightPx` is the lanes'. */
export function runCommand(
  command: PanelCommand,
  context: ViewContext,
  actions: SelectionActions,
  heightPx: number,
): void {
  const { store, data } = context
  const { viewport, cursorNs, selection } = store.state
  const { endNs } = data.model
  const spanNs = viewport.endNs - viewport.startNs
  const middleNs = viewport.startNs + spanNs / 2
  const anchorNs = cursorNs >= viewport.startNs && cursorNs <= viewport.endNs ? cursorNs : middleNs
  switch (command) {
    case 'zoomIn':
      return store.set({ viewport: zoomed(viewport, 1 / ZOOM, anchorNs, endNs) })
    case 'zoomOut':
      return store.set({ viewport: zoomed(viewport, ZOOM, anchorNs, endNs) })
    case 'panLeft':
      return store.set({ viewport: panned(viewport, -spanNs * PAN_SHARE, endNs) })
    case 'panRight':
      return store.set({ viewport: panned(viewport, spanNs * PAN_SHARE, endNs) })
    case 'whole':
      context.history.jump()
      return store.set({ viewport: wholeTrace(endNs) })
    case 'frame':
      context.history.jump()
      return frameSelection(context)
    case 'up':
      return moveRow(context, actions, -1)
    case 'down':
      return moveRow(context, actions, 1)
    case 'pageUp':
      return moveRow(context, actions, -Math.max(1, Math.floor(heightPx / ROW_PX) - 2))
    case 'pageDown':
      return moveRow(context, actions, Math.max(1, Math.floor(heightPx / ROW_PX) - 2))
    case 'first':
      return moveRow(context, actions, -Infinity)
    case 'last':
      return moveRow(context, actions, Infinity)
    case 'collapse':
      return fold(context, actions, true)
    case 'expand':
      return fold(context, actions, false)
    case 'previousSegment':
      return moveItem(context, actions, -1)
    case 'nextSegment':
      return moveItem(context, actions, 1)
    case 'openSource':
      return actions.openSelectedSource(false)
    case 'openSourceToSide':
      return actions.openSelectedSource(true)
    case 'back':
    case 'forward': {
      const shown = command === 'back' ? context.history.back() : context.history.forward()
      return shown ? store.set({ viewport: shown }) : context.tell('There is no other view in this direction.')
    }
    case 'cursorBack':
      return moveCursor(context, nextEventNs(data.model, cursorOrEdge(context, -1), -1))
    case 'cursorOn':
      return moveCursor(context, nextEventNs(data.model, cursorOrEdge(context, 1), 1))
    case 'cursorFarBack':
      return moveCursor(context, cursorOrEdge(context, -1) - spanNs * SCRUB_SHARE)
    case 'cursorFarOn':
      return moveCursor(context, cursorOrEdge(context, 1) + spanNs * SCRUB_SHARE)
    case 'range':
      return store.set({ range: selection ? selectedSpan(data, selection) : undefined })
    case 'why':
      return store.set({ why: !store.state.why })
    case 'awaitGraph':
    case 'awaits':
    case 'sites':
    case 'tasks':
    case 'findings':
      return store.set({ tab: command })
    case 'clear':
      if (store.state.range) return store.set({ range: undefined })
      if (selection?.item !== undefined && selection.item >= 0) return actions.select(selection.lane, -1)
      return store.set({ selection: undefined, cursorNs: NaN })
    case 'pin':
      return selection ? actions.togglePinned(selection.lane) : undefined
    case 'group': {
      const grouping = after(groupings, store.state.grouping)
      store.set({ grouping, scrollPx: 0 })
      return context.say(`Grouped by ${groupingNames[grouping]}`)
    }
    case 'sort': {
      const sort = after(sortKeys, store.state.sort)
      store.set({ sort, scrollPx: 0 })
      return context.say(`Sorted by ${sortNames[sort]}`)
    }
    case 'resources':
      return store.set({ resources: !store.state.resources })
    case 'connections':
      if (data.model.connections.object.length === 0) return context.tell('This trace has no connections.')
      return store.set({ connections: !store.state.connections })
    default:
      return
  }
}

/** The cursor, or the visible edge that it comes from. */
function cursorOrEdge({ store }: ViewContext, direction: 1 | -1): number {
  const { cursorNs, viewport } = store.state
  if (!Number.isNaN(cursorNs)) return cursorNs
  return direction > 0 ? Math.max(0, viewport.startNs) : viewport.endNs
}

function moveCursor({ store, data, say }: ViewContext, toNs: number): void {
  const { endNs } = data.model
  const cursorNs = Math.min(Math.max(0, toNs), endNs)
  store.set({ cursorNs, viewport: showing(store.state.viewport, cursorNs, endNs) })
  say(`Cursor at ${formatMoment(cursorNs)}`)
}

const after = <T>(all: readonly T[], current: T): T => all[(all.indexOf(current) + 1) % all.length]

function frameSelection({ store, data }: ViewContext): void {
  const { selection } = store.state
  const { endNs } = data.model
  if (!selection) return
  const { startNs, endNs: untilNs } = selectedSpan(data, selection)
  const isWhole = startNs <= 0 && untilNs >= endNs
  store.set({ viewport: isWhole ? wholeTrace(endNs) : framed(startNs, untilNs, endNs) })
}

/** The time that what is selected takes: of an item, or of the lane from its beginning to its end. */
export function selectedSpan(data: LaneData, { lane, item }: NonNullable<PanelState['selection']>): Viewport {
  const { model } = data
  if (item >= 0) return itemSpan(data, lane, item)
  if (lane.kind === 'task') return { startNs: model.tasks.createdNs[lane.id], endNs: taskEndNs(model, lane.id) }
  const part = lane.kind === 'process' ? model.joined?.parts[lane.id] : undefined
  if (part) return { startNs: part.startNs, endNs: part.endNs }
  if (lane.kind === 'scope') {
    const closeNs = model.scopes.closeNs[lane.id]
    return { startNs: model.scopes.openNs[lane.id], endNs: Number.isNaN(closeNs) ? model.endNs : closeNs }
  }
  return { startNs: 0, endNs: model.endNs }
}

function moveRow({ store, rows }: ViewContext, actions: SelectionActions, by: number): void {
  const shown = rows()
  if (shown.count === 0) return
  const { selection } = store.state
  const from = selection ? shown.rowOf(selection.lane) : -1
  if (from < 0 && Number.isFinite(by)) return actions.select(shown.laneAt(0), -1)
  const row = Math.min(Math.max(0, from + by), shown.count - 1)
  actions.select(shown.laneAt(row), -1)
}

/** Left folds, or goes to the lane above in the tree; right unfolds, or goes to the first below. */
function fold(context: ViewContext, actions: SelectionActions, close: boolean): void {
  const { store, rows } = context
  const { selection, collapsed, opened } = store.state
  if (!selection) return
  const shown = rows()
  const arrangement = context.arrangement()
  const place = shown.placeAt(shown.rowOf(selection.lane))
  if (place < 0) return
  const key = laneKey(selection.lane)
  const isOpen = selection.lane.kind === 'fold' ? opened.has(key) : !collapsed.has(key)
  const canFold = arrangement.below[place] > 0 && shown.matches === undefined
  if (canFold && isOpen === close) return actions.toggleFolded(selection.lane)
  if (!close) return canFold ? moveRow(context, actions, 1) : undefined
  const above = arrangement.parent[place]
  if (above >= 0) actions.select(laneAtPlace(arrangement, above), -1)
}

/** To the neighbouring segment or run; without one selected, to the one at the cursor, or else the first visible. */
function moveItem({ store, data }: ViewContext, actions: SelectionActions, by: 1 | -1): void {
  const { selection, cursorNs, viewport } = store.state
  if (!selection) return
  const { lane, item } = selection
  const items = itemsOf(data, lane)
  if (!items || items.last <= items.first) return
  const { first, last, startNs } = items
  const nearNs = Number.isNaN(cursorNs) ? viewport.startNs : cursorNs
  const next = item >= 0 ? item + by : Math.max(first, lastAtOrBefore(startNs, first, last, nearNs))
  actions.select(lane, Math.min(Math.max(next, first), last - 1))
}
