import type { SourceLine } from '../../trace/model/describe.ts'
import { userLine } from '../../trace/model/describe.ts'
import { laneAtPlace } from '../lanes/arrangement.ts'
import { itemSpan } from '../lanes/hitTest.ts'
import { laneKey, type Lane } from '../lanes/lane.ts'
import { scrollToShow } from '../lanes/rowGeometry.ts'
import { MAX_PINS } from '../lanes/rows.ts'
import { exists } from '../state/startState.ts'
import { runSource } from '../stories/runFacts.ts'
import { segmentSource } from '../stories/segmentFacts.ts'
import { laneStory, itemStory } from '../stories/laneStories.ts'
import { spoken } from '../stories/facts.ts'
import { showing, type Viewport } from '../time/viewport.ts'
import type { Actions } from './actions.ts'
import type { ViewContext } from './context.ts'

export interface SelectionActions extends Actions {
  /** As in `Actions`; `follow` false leaves the viewport and the cursor where they are. */
  select(lane: Lane, item: number, follow?: boolean): void
  /** Takes the filter away; what is selected stays in view, whatever it was folded into. */
  clearFilter(): void
}

/** What selecting, folding, pinning and opening do. */
export function createActions(context: ViewContext): SelectionActions {
  const { data, store, host, rows, arrangement, geometry, say, tell } = context
  const { model } = data

  function select(lane: Lane, item: number, follow = true): void {
    const row = rows().rowOf(lane)
    const viewport = follow ? viewportFor(lane, item) : store.state.viewport
    store.set({
      selection: { lane, item },
      viewport,
      scrollPx: row < 0 ? store.state.scrollPx : scrollToShow({ ...geometry(), rows: rows() }, row),
      ...(item >= 0 && follow ? { cursorNs: itemSpan(data, lane, item).startNs } : {}),
    })
    sayLane(lane, item)
  }

  /** The viewport, moved where it shows nothing of what is selected. */
  function viewportFor(lane: Lane, item: number): Viewport {
    const { viewport } = store.state
    if (item >= 0) return showing(viewport, itemSpan(data, lane, item).startNs, model.endNs)
    if (lane.kind !== 'task') return viewport
    const { createdNs, endedNs } = model.tasks
    const isVisible = createdNs[lane.id] <= viewport.endNs && !(endedNs[lane.id] < viewport.startNs)
    return isVisible ? viewport : showing(viewport, createdNs[lane.id], model.endNs)
  }
  function sayLane(lane: Lane, item: number): void {
    if (item < 0) return say(laneStory(context, lane))
    const { title, facts } = itemStory(data, lane, item)
    say(`${title}: ${spoken(facts)}`)
  }

  function selectTask(task: number): void {
    const lane: Lane = { kind: 'task', id: task }
    if (!exists(data, lane)) return
    if ((rows().rowOfTask[task] ?? -1) < 0) unfold(task)
    const createdNs = model.tasks.createdNs[task]
    store.set({ selection: { lane, item: -1 }, viewport: showing(store.state.viewport, createdNs, model.endNs) })
    store.set({ scrollPx: scrollToShow({ ...geometry(), rows: rows() }, rows().rowOfTask[task]) })
    say(laneStory(context, lane))
  }

  /** Opens all that a task's lane is folded into, and clears a filter that hides it. */
  function unfold(task: number): void {
    const collapsed = new Set(store.state.collapsed)
    const opened = new Set(store.state.opened)
    const arranged = arrangement()
    for (let place = arranged.parent[arranged.placeOfTask[task]] ?? -1; place >= 0; place = arranged.parent[place]) {
      const lane = laneAtPlace(arranged, place)
      if (lane.kind === 'fold') opened.add(laneKey(lane))
      else collapsed.delete(laneKey(lane))
    }
    store.set({ collapsed, opened })
    if (rows().rowOfTask[task] < 0) store.set({ query: '' })
  }

  function clearFilter(): void {
    store.set({ query: '', scrollPx: 0 })
    const lane = store.state.selection?.lane
    if (!lane) return
    if (lane.kind === 'task' && rows().rowOfTask[lane.id] < 0) unfold(lane.id)
    const row = rows().rowOf(lane)
    if (row >= 0) store.set({ scrollPx: scrollToShow({ ...geometry(), rows: rows() }, row) })
  }

  function toggleFolded(lane: Lane): void {
    const name = lane.kind === 'fold' ? 'opened' : 'collapsed'
    const changed = new Set(store.state[name])
    const key = laneKey(lane)
    if (!changed.delete(key)) changed.add(key)
    store.set({ [name]: changed })
  }

  function togglePinned(lane: Lane): void {
    const { pinned } = store.state
    const key = laneKey(lane)
    if (pinned.includes(key)) return store.set({ pinned: pinned.filter((other) => other !== key) })
    if (lane.kind === 'loop' && !model.joined) return tell('Event loops stand at the top anyway.')
    if (lane.kind === 'fold' || lane.kind === 'group' || lane.kind === 'process')
      return tell('Lanes that hold others cannot be pinned.')
    if (pinned.length >= MAX_PINS) return tell(`${MAX_PINS} lanes are pinned already. Unpin one first.`)
    store.set({ pinned: [...pinned, key] })
    tell('Pinned.')
  }

  function showObject(object: number): void {
    const lane: Lane = { kind: 'object', id: object }
    if (!exists(data, lane)) return
    if (rows().rowOf(lane) < 0) {
      if (store.state.pinned.length < MAX_PINS) togglePinned(lane)
      else store.set({ resources: true })
    }
    select(lane, -1)
  }

  function openSource({ file, line }: SourceLine, toSide: boolean): void {
    if (file !== '') host.post({ type: 'openSource', file, line: Math.max(1, line), toSide })
  }

  function openSelectedSource(toSide: boolean): void {
    const { selection } = store.state
    if (!selection) return
    const source = sourceOf(selection.lane, selection.item)
    if (source && source.file !== '') openSource(source, toSide)
    else tell('The trace does not say where this is in the code.')
  }

  function sourceOf({ kind, id }: Lane, item: number): SourceLine | undefined {
    switch (kind) {
      case 'task':
        return segmentSource(model, id, item)
      case 'loop':
        return item >= 0 ? runSource(model, item) : undefined
      case 'thread':
        return item >= 0 ? userLine(model, model.jobs.stack[data.jobs.job[item]]) : undefined
      case 'scope':
        return userLine(model, model.scopes.stack[id])
      case 'object': {
        const stack = item >= 0 ? model.holds.stack[data.resources().index.holds.row[item]] : 0
        return userLine(model, stack || model.tables.objects.creator[id])
      }
      default:
        return undefined
    }
  }

  return { select, clearFilter, selectTask, showObject, togglePinned, toggleFolded, openSource, openSelectedSource }
}
