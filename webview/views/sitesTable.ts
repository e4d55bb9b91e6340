import { siteStats, type SiteStat, type TimeRange } from '../../trace/model/siteStats.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { button, element } from '../elements.ts'
import type { LaneData } from '../lanes/laneData.ts'
import { sourceParts } from '../stories/facts.ts'
import { count, counted } from '../time/shares.ts'
import type { Actions } from './actions.ts'
import { partNode } from './parts.ts'
import { sortableHead, type Column, type Sorting } from './sortableHead.ts'

const columns = [
  { key: 'label', label: 'await', isNumber: false },
  { key: 'kind', label: 'kind', isNumber: false },
  { key: 'line', label: 'site', isNumber: false },
  { key: 'count', label: 'count', isNumber: true },
  { key: 'totalNs', label: 'total', isNumber: true },
  { key: 'p50Ns', label: 'p50', isNumber: true },
  { key: 'p95Ns', label: 'p95', isNumber: true },
  { key: 'maxNs', label: 'max', isNumber: true },
] as const satisfies readonly Column<string>[]
type Key = (typeof columns)[number]['key']

const PAGE_ROWS = 100
const BAR_PX = 64

export interface SitesTable {
  readonly element: HTMLElement
  draw(matches: Uint8Array | undefined, range: TimeRange | undefined): void
  text(): string
}

/** Where the time went: every await site of the tasks that the filter and the range leave. */
export function sitesTable(data: LaneData, actions: Actions): SitesTable {
  const { model } = data
  const place = element('div', { class: 'sites-table', tabindex: '0', 'aria-label': 'Await sites', role: 'group' })
  let sorting: Sorting<Key> = { key: 'totalNs', descending: true }
  let sites: SiteStat[] = []
  let asked: { matches: Uint8Array | undefined; range: TimeRange | undefined } | undefined
  let shown = PAGE_ROWS

  function draw(matches: Uint8Array | undefined, range: TimeRange | undefined): void {
    if (asked && asked.matches === matches && asked.range === range) return
    asked = { matches, range }
    sites = siteStats(model, matches, range)
    shown = PAGE_ROWS
    list()
  }

  function list(focusColumn = -1): void {
    const mostNs = Math.max(1, ...sites.map(({ totalNs }) => totalNs))
    sites.sort((a, b) => (sorting.descending ? -1 : 1) * compare(a, b, sorting.key))
    const headRow = element(
      'tr',
      {},
      ...sortableHead(columns, sorting, 'th', (changed) => {
        sorting = changed
        list(columns.findIndex(({ key }) => key === changed.key))
      }),
      element('th', { scope: 'col' }, 'share'),
    )
    const more = button(`Show more of ${count(sites.length)}`, 'link', () => {
      shown += PAGE_ROWS
      list()
    })
    more.hidden = sites.length <= shown
    place.replaceChildren(
      element('h2', {}, counted(sites.length, 'await site')),
      element(
        'table',
        {},
        element('thead', {}, headRow),
        element('tbody', {}, ...sites.slice(0, shown).map((site) => row(site, mostNs))),
      ),
      more,
    )
    if (focusColumn >= 0) headRow.querySelectorAll('button')[focusColumn].focus()
  }

  function row(site: SiteStat, mostNs: number): HTMLElement {
    const bar = element('span', { class: 'share-bar', 'aria-hidden': 'true' })
    bar.style.width = `${Math.max(2, (site.totalNs / mostNs) * BAR_PX)}px`
    const longest = button(formatDuration(site.maxNs), 'link', () =>
      actions.select({ kind: 'task', id: site.task }, site.segment),
    )
    longest.title = 'To the longest'
    const number = (text: string | Node): HTMLElement => element('td', { class: 'number' }, text)
    return element(
      'tr',
      {},
      element('td', { title: site.label }, site.label),
      element('td', { class: 'soft kind' }, site.kind.replaceAll('_', ' ')),
      element('td', {}, ...sourceParts(site.line).map((part) => partNode(part, actions))),
      number(count(site.count)),
      number(formatDuration(site.totalNs)),
      number(formatDuration(site.p50Ns)),
      number(formatDuration(site.p95Ns)),
      number(longest),
      element('td', {}, bar),
    )
  }

  return {
    element: place,
    draw,
    text: () =>
      [
        columns.map(({ label }) => label),
        ...sites.map((site) => [
          site.label,
          site.kind,
          site.line ? `${site.line.file}:${site.line.line}` : '',
          String(site.count),
          ...[site.totalNs, site.p50Ns, site.p95Ns, site.maxNs].map(formatDuration),
        ]),
      ]
        .map((line) => line.join('\t'))
        .join('\n'),
  }
}

function compare(a: SiteStat, b: SiteStat, key: Key): number {
  if (key === 'label' || key === 'kind') return a[key].localeCompare(b[key], 'en')
  if (key === 'line')
    return `${a.line?.file}`.localeCompare(`${b.line?.file}`, 'en') || (a.line?.line ?? 0) - (b.line?.line ?? 0)
  return a[key] - b[key]
}
