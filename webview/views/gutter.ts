import { coroutineName, taskName } from '../../trace/model/describe.ts'
import { treeParent, type TaskTree } from '../../trace/model/tree.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { Outcome, outcomeNames, type TraceModel } from '../../trace/model/types.ts'
import { element } from '../elements.ts'
import { pinnedPx, rowTopPx, scrolledRows, type RowGeometry } from '../lanes/rowGeometry.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { Lane } from '../lanes/rows.ts'
import type { PanelState } from '../state/panelState.ts'
import { loopClasses, loopTitle, shortCoroutine, threadName } from '../stories/runNames.ts'
import { lastState, taskCourse } from '../stories/taskFacts.ts'
import type { Actions } from './actions.ts'

const INDENT_PX = 14
/** Deeper lanes are indented as these: the name needs room too. */
const MAX_INDENTS = 10
const glyphs = ['◌', '✓', '●', '✕']

export interface Gutter {
  readonly element: HTMLElement
  /** The tree that takes the keys. */
  readonly tree: HTMLElement
  draw(geometry: RowGeometry, state: PanelState): void
  /** The trace has grown: rows say something else now. */
  grow(): void
}

/** The lanes' names: an ARIA tree of which only the visible rows exist. What the canvas shows, its items say. */
export function gutter(data: LaneData, tree: TaskTree, actions: Actions): Gutter {
  const { model } = data
  const pinned = element('div', { class: 'gutter-pinned', role: 'none' })
  const scrolled = element('div', { class: 'gutter-scrolled', role: 'none' })
  const list = element(
    'div',
    { class: 'tree', role: 'tree', tabindex: '0', 'aria-label': 'Event loops and tasks' },
    pinned,
    scrolled,
  )
  let siblings = siblingPlaces(model, tree, data.streams.length)
  const made = new Map<string, HTMLElement>()

  function fill(row: HTMLElement, lane: Lane): void {
    row.replaceChildren()
    if (lane.kind === 'loop') fillLoopRow(row, model, lane.id)
    else fillTaskRow(row, model, tree, lane.id, actions)
    const place =
      lane.kind === 'loop'
        ? { position: data.streams.indexOf(lane.id) + 1, size: siblings.topSize }
        : siblings.of(lane.id)
    row.setAttribute('aria-posinset', String(place.position))
    row.setAttribute('aria-setsize', String(place.size))
  }

  function rowElement(lane: Lane): HTMLElement {
    const key = `${lane.kind}-${lane.id}`
    const known = made.get(key)
    if (known) return known
    const row = element('div', { class: 'row', role: 'treeitem', id: `lane-${key}` })
    fill(row, lane)
    row.addEventListener('click', (event) => {
      if ((event.target as Element).closest('.twisty.folds')) return
      actions.select(lane, -1)
    })
    row.addEventListener('dblclick', () => actions.openSelectedSource(false))
    made.set(key, row)
    return row
  }

  return {
    element: list,
    tree: list,
    grow() {
      siblings = siblingPlaces(model, tree, data.streams.length)
      // Rows in view stay the same elements, so that a click that has begun on one ends on it.
      for (const [key, row] of made) {
        if (row.isConnected) fill(row, laneOf(key))
        else made.delete(key)
      }
    },
    draw(geometry, state) {
      const { rows } = geometry
      const { from, to } = scrolledRows(geometry)
      const place = (holder: HTMLElement, first: number, last: number): void => {
        const wanted: HTMLElement[] = []
        for (let row = first; row < last; row++) {
          const lane = rows.laneAt(row)
          const shown = rowElement(lane)
          const y = rowTopPx(geometry, row) - (row < rows.pinned ? 0 : pinnedPx(geometry))
          shown.style.transform = `translateY(${y}px)`
          const isSelected = state.selection?.lane.kind === lane.kind && state.selection.lane.id === lane.id
          shown.setAttribute('aria-selected', String(isSelected))
          shown.classList.toggle('hovered', state.hover?.lane?.kind === lane.kind && state.hover.lane.id === lane.id)
          if (lane.kind === 'task') {
            shown.classList.toggle('unmatched', rows.matches !== undefined && rows.matches[lane.id] === 0)
            if (tree.descendants[lane.id] > 0)
              shown.setAttribute('aria-expanded', String(rows.matches !== undefined || !state.collapsed.has(lane.id)))
          }
          wanted.push(shown)
        }
        if (wanted.length !== holder.children.length || wanted.some((row, i) => holder.children[i] !== row))
          holder.replaceChildren(...wanted)
      }
      pinned.style.height = scrolled.style.top = `${pinnedPx(geometry)}px`
      list.classList.toggle('has-selection', state.selection !== undefined)
      place(pinned, 0, rows.pinned)
      place(scrolled, from, to)
      if (made.size > 600) for (const [key, row] of made) if (!row.isConnected) made.delete(key)
      const active = state.selection
        ? document.getElementById(`lane-${state.selection.lane.kind}-${state.selection.lane.id}`)
        : null
      if (active) list.setAttribute('aria-activedescendant', active.id)
      else list.removeAttribute('aria-activedescendant')
    },
  }
}

/** What `${kind}-${id}` stands for. */
function laneOf(key: string): Lane {
  const [kind, id] = key.split('-')
  return { kind: kind as Lane['kind'], id: Number(id) }
}

function fillTaskRow(row: HTMLElement, model: TraceModel, tree: TaskTree, task: number, actions: Actions): void {
  const depth = tree.depth[task]
  const below = tree.descendants[task]
  const outcome = model.tasks.outcome[task] as Outcome
  const twisty = element('span', { class: below > 0 ? 'twisty folds' : 'twisty', 'aria-hidden': 'true' })
  if (below > 0) twisty.addEventListener('click', () => actions.toggleCollapsed(task))
  const glyph = element(
    'span',
    { class: `glyph glyph-${outcomeNames[outcome]}`, 'aria-hidden': 'true' },
    glyphs[outcome],
  )
  row.append(
    twisty,
    glyph,
    element('span', { class: 'name' }, taskName(model, task)),
    spoken(', coroutine '),
    element('span', { class: 'coroutine mono' }, shortCoroutine(model, task)),
    spoken(`, ${taskCourse(model, task)}`),
  )
  row.style.paddingLeft = `${4 + Math.min(depth, MAX_INDENTS) * INDENT_PX}px`
  row.setAttribute('aria-level', String(depth + 1))
  const state = outcome === Outcome.unfinished ? `unfinished, ${lastState(model, task)}` : outcomeNames[outcome]
  row.title = `${taskName(model, task)}\n${coroutineName(model, task)}\n${state}${below > 0 ? `\n${below.toLocaleString('en')} below` : ''}`
}

function fillLoopRow(row: HTMLElement, model: TraceModel, stream: number): void {
  const { runs } = model
  const thread = threadName(model, stream)
  const loops = loopClasses(model, stream)
  const lengthNs = runs.endNs[runs.last[stream] - 1] - runs.startNs[runs.first[stream]]
  row.append(
    element('span', { class: 'twisty', 'aria-hidden': 'true' }),
    element('span', { class: 'glyph', 'aria-hidden': 'true' }, '↻'),
    element('span', { class: 'name' }, 'Event loop'),
    spoken(', '),
    element('span', { class: 'coroutine mono' }, loopTitle(model, stream)),
    spoken(`, ${(runs.last[stream] - runs.first[stream]).toLocaleString('en')} runs in ${formatDuration(lengthNs)}`),
  )
  row.classList.add('loop-row')
  row.style.paddingLeft = '4px'
  row.title = `Event loop\n${thread}\n${loops}`
  row.setAttribute('aria-level', '1')
}

/** Text that only screen readers get: with what is visible it makes the row's name. */
const spoken = (text: string): HTMLElement => element('span', { class: 'spoken' }, text)

/** For each task its place among its siblings, as it is without a search. */
function siblingPlaces(model: TraceModel, tree: TaskTree, loops: number) {
  const position = new Uint32Array(model.tasks.count + 1)
  const size = new Uint32Array(model.tasks.count + 1)
  size[0] = loops
  for (const task of tree.order) position[task] = ++size[treeParent(model.tasks, task)]
  return {
    topSize: size[0],
    of: (task: number) => ({ position: position[task], size: size[treeParent(model.tasks, task)] }),
  }
}
