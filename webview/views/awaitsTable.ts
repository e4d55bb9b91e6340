import { userLine } from '../../trace/model/describe.ts'
import { segmentEndNs } from '../../trace/model/at.ts'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import { State } from '../../trace/model/types.ts'
import { button, element } from '../elements.ts'
import type { LaneData } from '../lanes/laneData.ts'
import { awaitsOf, awaitSites } from '../stories/awaits.ts'
import { sourceParts } from '../stories/facts.ts'
import { awaitPart, wokenFact } from '../stories/segmentFacts.ts'
import { counted } from '../time/shares.ts'
import type { Actions } from './actions.ts'
import { partNode } from './parts.ts'

const PAGE_ROWS = 200
const MAX_SITES = 50

/** A task's awaits: by place in the code, the dearest first, and then each, in time's order. */
export function awaitsTable(data: LaneData, task: number, actions: Actions): HTMLElement[] {
  const awaits = awaitsOf(data.model, task)
  if (awaits.length === 0) return [element('h2', {}, 'Awaits'), element('p', { class: 'soft' }, 'It never waited.')]
  return [
    element('h2', {}, 'Await sites'),
    sitesTable(data, task, actions),
    element('h2', {}, counted(awaits.length, 'await')),
    ...allAwaits(data, task, awaits, actions),
  ]
}

function sitesTable({ model }: LaneData, task: number, actions: Actions): HTMLElement {
  const sites = awaitSites(model, task).slice(0, MAX_SITES)
  const mostNs = sites[0].totalNs
  const body = element('tbody')
  for (const { label, line, count, totalNs, longestNs } of sites) {
    const bar = element('span', { class: 'share-bar', 'aria-hidden': 'true' })
    bar.style.width = `${Math.max(2, (totalNs / mostNs) * 64)}px`
    body.append(
      element(
        'tr',
        {},
        element('td', {}, label),
        element('td', {}, ...sourceParts(line).map((part) => partNode(part, actions))),
        element('td', { class: 'number' }, count.toLocaleString('en')),
        element('td', { class: 'number' }, formatDuration(totalNs)),
        element('td', { class: 'number' }, formatDuration(longestNs)),
        element('td', {}, bar),
      ),
    )
  }
  return element('table', {}, head(['await', 'site', '#count', '#total', '#longest', 'share']), body)
}

function allAwaits(data: LaneData, task: number, awaits: Uint32Array, actions: Actions): HTMLElement[] {
  const body = element('tbody')
  let shown = 0
  const more = button('', 'link', () => addPage())
  function addPage(): void {
    const until = Math.min(awaits.length, shown + PAGE_ROWS)
    for (; shown < until; shown++) body.append(awaitRow(data, task, awaits[shown], actions))
    more.hidden = shown === awaits.length
    more.textContent = `Show ${Math.min(PAGE_ROWS, awaits.length - shown)} more of ${awaits.length.toLocaleString('en')}`
  }
  addPage()
  return [element('table', {}, head(['at', '#waited', 'for', 'site', 'woken by']), body), more]
}

function awaitRow({ model }: LaneData, task: number, segment: number, actions: Actions): HTMLElement {
  const { segments, tables } = model
  const awaitId = segments.detail[segment]
  const woken = segments.state[segment + 1] === State.ready && segment + 1 < segments.last[task]
  const by = woken ? wokenFact(model, task, segment + 1).parts.slice(1) : []
  return element(
    'tr',
    { 'data-segment': String(segment) },
    element(
      'td',
      {},
      button(formatMoment(segments.startNs[segment]), 'link mono', () =>
        actions.select({ kind: 'task', id: task }, segment),
      ),
    ),
    element('td', { class: 'number' }, formatDuration(segmentEndNs(model, task, segment) - segments.startNs[segment])),
    element('td', {}, partNode(awaitPart(model, awaitId, segments.other[segment]), actions)),
    element(
      'td',
      {},
      ...sourceParts(userLine(model, tables.awaits.stack[awaitId])).map((part) => partNode(part, actions)),
    ),
    element('td', {}, ...by.map((part) => partNode(part, actions))),
  )
}

/** Column heads; `#` stands before those of numbers. */
export function head(names: readonly string[]): HTMLElement {
  const cells = names.map((name) =>
    name.startsWith('#')
      ? element('th', { scope: 'col', class: 'number' }, name.slice(1))
      : element('th', { scope: 'col' }, name),
  )
  return element('thead', {}, element('tr', {}, ...cells))
}
