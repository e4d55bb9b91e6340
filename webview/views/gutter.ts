import { element, setChildren } from '../elements.ts'
import { isInVsCode } from '../hosts/vscodeHost.ts'
import { laneKey, laneKinds, sameLane, type Lane } from '../lanes/lane.ts'
import { pinnedPx, ROW_PX, rowTopPx, scrolledRows, type RowGeometry } from '../lanes/rowGeometry.ts'
import type { PanelState } from '../state/panelState.ts'
import type { LaneContext } from '../stories/laneStories.ts'
import type { Actions } from './actions.ts'
import { fillRow, rowText, sameText, type RowText } from './gutterRows.ts'
import { laneMenu, menuAtSelection } from './laneMenu.ts'

/** From a group's indent to the line along its tasks: left of their twisties. */
const BRACKET_PX = 15
const INDENT_PX = 14
/** Deeper lanes are indented as these: the name needs room too. */
const MAX_INDENTS = 10
const MAX_KEPT_ROWS = 600
const SCOPE = laneKinds.indexOf('scope')

export interface Gutter {
  readonly element: HTMLElement
  /** The tree that takes the keys. */
  readonly tree: HTMLElement
  draw(geometry: RowGeometry, state: PanelState): void
  /** Marks the row of the lane under the pointer, and nothing else: drawing all rows for that, a move took 5.6 ms (p95), 9.9 at the worst. */
  drawHover(lane: Lane | undefined): void
}

/** The lanes' names: an ARIA tree of which only the visible rows exist. What the canvas shows, its items say. */
export function gutter(context: LaneContext, actions: Actions): Gutter {
  const pinned = element('div', { class: 'gutter-pinned', role: 'none' })
  const scrolled = element('div', { class: 'gutter-scrolled', role: 'none' })
  const list = element(
    'div',
    { class: 'tree', role: 'tree', tabindex: '0', 'aria-label': 'Event loops and tasks', ...laneMenu },
    pinned,
    scrolled,
  )
  const brackets = element('div', { class: 'gutter-brackets', 'aria-hidden': 'true' })
  const made = new Map<string, HTMLElement>()
  /** The arrangement and the growth of the trace that rows are filled for now, and each was. A row of others is filled anew and stays: a click that has begun on it ends on it. */
  let filling = { arrangement: context.arrangement(), grown: 0 }
  const filledFor = new WeakMap<HTMLElement, unknown>()
  /** What each row says: its elements are made anew only where that is something else. */
  const said = new WeakMap<HTMLElement, RowText>()

  function rowElement(lane: Lane, place: number): HTMLElement {
    const key = laneKey(lane)
    const known = made.get(key)
    if (known) {
      if (filledFor.get(known) !== filling) fill(known, lane, place)
      return known
    }
    const row = element('div', { class: 'row', role: 'treeitem', id: `lane-${key}` })
    fill(row, lane, place)
    row.addEventListener('click', (event) => {
      if ((event.target as Element).closest('.twisty.folds')) actions.toggleFolded(lane)
      else actions.select(lane, -1)
    })
    row.addEventListener('contextmenu', () => actions.select(lane, -1))
    row.addEventListener('dblclick', () => actions.openSelectedSource(false))
    made.set(key, row)
    return row
  }

  function fill(row: HTMLElement, lane: Lane, place: number): void {
    filledFor.set(row, filling)
    const text = rowText(lane, place, context)
    if (!sameText(said.get(row), text)) {
      said.set(row, text)
      fillRow(row, lane, text)
    }
    const folds = place >= 0 && filling.arrangement.below[place] > 0
    row.querySelector('.twisty')!.classList.toggle('folds', folds)
    if (!folds) row.removeAttribute('aria-expanded')
  }

  if (isInVsCode()) menuAtSelection(list)
  let hovered: HTMLElement | undefined

  return {
    element: list,
    tree: list,
    drawHover(lane) {
      const row = lane && made.get(laneKey(lane))
      if (row === hovered) return
      hovered?.classList.remove('hovered')
      hovered = row
      hovered?.classList.add('hovered')
    },
    draw(geometry, state) {
      const { rows } = geometry
      const arrangement = context.arrangement()
      if (filling.arrangement !== arrangement || filling.grown !== state.grown)
        filling = { arrangement, grown: state.grown }
      const topLanes = arrangement.count > 0 ? arrangement.siblings[0] : 0
      const head = rows.headCount
      const put = (holder: HTMLElement, first: number, last: number, ...extra: HTMLElement[]): void => {
        const wanted: HTMLElement[] = []
        for (let row = first; row < last; row++) {
          const lane = rows.laneAt(row)
          const place = rows.placeAt(row)
          const shown = rowElement(lane, place)
          const y = rowTopPx(geometry, row) - (row < rows.pinned ? 0 : pinnedPx(geometry))
          shown.style.transform = `translateY(${y}px)`
          const depth = rows.depthAt(row)
          shown.style.paddingLeft = `${4 + Math.min(depth, MAX_INDENTS) * INDENT_PX}px`
          shown.setAttribute('aria-level', String(depth + 1))
          shown.setAttribute(
            'aria-posinset',
            String(place < 0 ? row + 1 : arrangement.position[place] + (depth === 0 ? head : 0)),
          )
          shown.setAttribute(
            'aria-setsize',
            String(place < 0 || depth === 0 ? head + topLanes : arrangement.siblings[place]),
          )
          shown.setAttribute('aria-selected', String(sameLane(state.selection?.lane, lane)))
          shown.classList.toggle('pinned-row', state.pinned.includes(laneKey(lane)))
          if (lane.kind === 'task')
            shown.classList.toggle('unmatched', rows.matches !== undefined && rows.matches[lane.id] === 0)
          if (place >= 0 && arrangement.below[place] > 0) {
            const isOpen = lane.kind === 'fold' ? state.opened.has(laneKey(lane)) : !state.collapsed.has(laneKey(lane))
            shown.setAttribute('aria-expanded', String(rows.matches !== undefined || isOpen))
          }
          wanted.push(shown)
        }
        wanted.push(...extra)
        setChildren(holder, wanted)
      }
      pinned.style.height = scrolled.style.top = `${pinnedPx(geometry)}px`
      list.classList.toggle('has-selection', state.selection !== undefined)
      const { from, to } = scrolledRows(geometry)
      put(pinned, 0, rows.pinned)
      drawBrackets(geometry, from, to)
      put(scrolled, from, to, brackets)
      if (made.size > MAX_KEPT_ROWS) for (const [key, row] of made) if (!row.isConnected) made.delete(key)
      const active = state.selection ? document.getElementById(`lane-${laneKey(state.selection.lane)}`) : null
      if (active) list.setAttribute('aria-activedescendant', active.id)
      else list.removeAttribute('aria-activedescendant')
    },
  }

  /** A line from each group or gather down to the last of its tasks that is visible. */
  function drawBrackets(geometry: RowGeometry, from: number, to: number): void {
    const { rows } = geometry
    const { kind, parent, depth } = context.arrangement()
    const spans = new Map<number, { first: number; last: number }>()
    for (let row = from; row < to; row++) {
      const place = rows.placeAt(row)
      for (let above = place < 0 ? -1 : parent[place]; above >= 0; above = parent[above]) {
        if (kind[above] !== SCOPE) continue
        const span = spans.get(above)
        if (span) span.last = row
        else spans.set(above, { first: row, last: row })
      }
    }
    const lines = [...spans].map(([scope, { first, last }]) => {
      const line = element('div', { class: 'gutter-bracket' })
      const top = rowTopPx(geometry, first) - pinnedPx(geometry)
      line.style.transform = `translate(${4 + Math.min(depth[scope], MAX_INDENTS) * INDENT_PX + BRACKET_PX}px, ${top - 3}px)`
      line.style.height = `${(last - first + 1) * ROW_PX - 6}px`
      return line
    })
    brackets.replaceChildren(...lines)
  }
}
