import { formatDuration } from '../../trace/model/time.ts'
import type { JoinedAwaitLine } from '../../trace/summary/together.ts'
import { DECADES } from '../../trace/summary/types.ts'
import { formatCount } from '../words/numbers.ts'
import type { Translate } from '../words/translate.ts'

/** Where heat begins to show: a tenth of the program's most waited line is warm, a hundredth hardly. */
export const HEAT_LEVELS = 5

/** `waited 4.2 s · 320 × · p50 10 ms · 2 pending`: the end of a line. */
export function lineText(t: Translate, line: JoinedAwaitLine): string {
  return [
    t('waited {0}', formatDuration(line.waitedNs)),
    `${formatCount(line.waits)} ×`,
    line.waits > 1 && t('p50 {0}', formatDuration(line.medianNs)),
    line.pending > 0 && t('{0} pending', formatCount(line.pending)),
  ]
    .filter(Boolean)
    .join(' · ')
}

/** How hot a line is, from 0 to `HEAT_LEVELS` - 1: by the logarithm of its share of what the hottest line waited. */
export function heatOf(waitedNs: number, hottestNs: number): number {
  if (waitedNs <= 0 || hottestNs <= 0) return 0
  const level = HEAT_LEVELS - 1 + Math.log10(waitedNs / hottestNs) * 2
  return Math.min(HEAT_LEVELS - 1, Math.max(0, Math.round(level)))
}

/** One row of the distribution: `1 ms – 10 ms`, how many, and a bar as long as their share of the largest row. */
export interface DistributionRow {
  readonly range: string
  readonly count: number
  readonly bar: string
}

const BAR_CELLS = 20

/** From the first row that has any to the last. */
export function distribution({ decades }: JoinedAwaitLine): DistributionRow[] {
  const first = decades.findIndex((count) => count > 0)
  if (first < 0) return []
  const last = DECADES - 1 - [...decades].reverse().findIndex((count) => count > 0)
  const most = Math.max(...decades)
  return decades.slice(first, last + 1).map((count, i) => ({
    range: rangeOf(first + i),
    count,
    bar: '█'.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * BAR_CELLS))),
  }))
}

function rangeOf(decade: number): string {
  const at = (index: number): string => formatDuration(1000 * 10 ** index).replace(/\.0+ /, ' ')
  if (decade === 0) return `< ${at(1)}`
  return decade === DECADES - 1 ? `≥ ${at(decade)}` : `${at(decade)} – ${at(decade + 1)}`
}
