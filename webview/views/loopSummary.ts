import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import { button, element } from '../elements.ts'
import { BLOCKED_NS, type LaneData } from '../lanes/laneData.ts'
import { sourceParts } from '../stories/facts.ts'
import { runSource } from '../stories/runFacts.ts'
import { runName } from '../stories/runNames.ts'
import { count } from '../time/shares.ts'
import { head } from './awaitsTable.ts'
import type { Actions } from './actions.ts'
import { partNode } from './parts.ts'

const MAX_ROWS = 100

/** The runs that blocked a loop, longest first. */
export function loopSummary({ model, blocked }: LaneData, stream: number, actions: Actions): HTMLElement[] {
  const { runs } = model
  const list = [...blocked[stream]].sort((a, b) => runs.endNs[b] - runs.startNs[b] - (runs.endNs[a] - runs.startNs[a]))
  if (list.length === 0) {
    return [
      element('h2', {}, 'Blocked'),
      element('p', { class: 'soft' }, `Nothing held this loop for ${formatDuration(BLOCKED_NS)} or longer.`),
    ]
  }
  const body = element('tbody')
  for (const run of list.slice(0, MAX_ROWS)) {
    body.append(
      element(
        'tr',
        {},
        element(
          'td',
          {},
          button(formatMoment(runs.startNs[run]), 'link mono', () => actions.select({ kind: 'loop', id: stream }, run)),
        ),
        element('td', { class: 'number' }, formatDuration(runs.endNs[run] - runs.startNs[run])),
        element('td', {}, runName(model, run)),
        element('td', {}, ...sourceParts(runSource(model, run)).map((part) => partNode(part, actions))),
      ),
    )
  }
  return [
    element('h2', {}, list.length === 1 ? 'Blocked once' : `Blocked ${count(list.length)} times`),
    element('table', {}, head(['at', '#for', 'by', 'code']), body),
  ]
}
