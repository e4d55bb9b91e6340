import { lastAtOrBefore } from '../../trace/model/at.ts'
import { treeParent } from '../../trace/model/tree.ts'
import { Outcome } from '../../trace/model/types.ts'
import { itemSpan } from '../lanes/hitTest.ts'
import { ROW_PX } from '../lanes/rowGeometry.ts'
import { framed, panned, wholeTrace, zoomed } from '../time/viewport.ts'
import type { ViewContext } from './context.ts'
import type { Command } from './keys.ts'
import type { SelectionActions } from './selection.ts'

const ZOOM = 1.4
const PAN_SHARE = 0.15

/** Does what a key asked for; `heightPx` is the lanes'. */
export function runCommand(command: Command, context: ViewContext, actions: SelectionActions, heightPx: number): void {
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
      return store.set({ viewport: wholeTrace(endNs) })
    case 'frame':
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
    case 'clear':
      if (selection?.item !== undefined && selection.item >= 0) return actions.select(selection.lane, -1)
      return store.set({ selection: undefined, cursorNs: NaN })
    case 'search':
    case 'help':
      return
  }
}

function frameSelection({ store, data }: ViewContext): void {
  const { selection } = store.state
  const { tasks, endNs } = data.model
  if (!selection) return
  const { lane, item } = selection
  if (item >= 0) {
    const span = itemSpan(data, lane, item)
    store.set({ viewport: framed(span.startNs, span.endNs, endNs) })
  } else if (lane.kind === 'task') {
    const lastNs = tasks.outcome[lane.id] === Outcome.unfinished ? endNs : tasks.endedNs[lane.id]
    store.set({ viewport: framed(tasks.createdNs[lane.id], lastNs, endNs) })
  } else store.set({ viewport: wholeTrace(endNs) })
}

function moveRow({ store, rows }: ViewContext, actions: SelectionActions, by: number): void {
  const shown = rows()
  if (shown.count === 0) return
  const { selection } = store.state
  const from = selection ? shown.rowOf(selection.lane) : -1
  const row = from < 0 && Number.isFinite(by) ? 0 : Math.min(Math.max(0, from + by), shown.count - 1)
  actions.select(shown.laneAt(row), -1)
}

/** Left folds, or goes to the creator; right unfolds, or goes to the first below. */
function fold(context: ViewContext, actions: SelectionActions, close: boolean): void {
  const { store, rows, tree, data } = context
  const { selection, collapsed } = store.state
  if (selection?.lane.kind !== 'task') return
  const { id } = selection.lane
  const shown = rows()
  const canFold = tree.descendants[id] > 0 && shown.matches === undefined
  if (canFold && collapsed.has(id) !== close) return actions.toggleCollapsed(id)
  if (!close) return canFold ? moveRow(context, actions, 1) : undefined
  const parent = treeParent(data.model.tasks, id)
  if (parent > 0) actions.select({ kind: 'task', id: parent }, -1)
}

/** To the neighbouring segment or run; without one selected, to the one at the cursor, or else the first visible. */
function moveItem({ store, data }: ViewContext, actions: SelectionActions, by: 1 | -1): void {
  const { selection, cursorNs, viewport } = store.state
  if (!selection) return
  const { lane, item } = selection
  const { first, last, startNs } = lane.kind === 'task' ? data.taskItems(lane.id) : data.loopItems(lane.id)
  if (last <= first) return
  const nearNs = Number.isNaN(cursorNs) ? viewport.startNs : cursorNs
  const next = item >= 0 ? item + by : Math.max(first, lastAtOrBefore(startNs, first, last, nearNs))
  actions.select(lane, Math.min(Math.max(next, first), last - 1))
}
