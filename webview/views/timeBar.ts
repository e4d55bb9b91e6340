import { formatDuration } from '../../trace/model/time.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { element } from '../elements.ts'
import { timeShares } from '../stories/awaits.ts'
import { share } from '../time/shares.ts'

/** "Why did it take so long?": where a task's time went, as one bar and in numbers. */
export function timeBar(model: TraceModel, task: number): HTMLElement[] {
  const parts = timeShares(model, task)
  const wholeNs = parts.reduce((sum, part) => sum + part.ns, 0)
  if (wholeNs <= 0) return []
  const bar = element('div', { class: 'time-bar', 'aria-hidden': 'true' })
  const legend = element('ul', { class: 'time-legend' })
  for (const { what, name, ns } of parts) {
    const piece = element('span', { class: `time-part paint-${what}`, title: `${name} ${formatDuration(ns)}` })
    piece.style.flexGrow = String(ns / wholeNs)
    bar.append(piece)
    legend.append(
      element(
        'li',
        {},
        element('span', { class: `swatch paint-${what}`, 'aria-hidden': 'true' }),
        `${name} `,
        element('b', {}, formatDuration(ns)),
        ` ${share(ns, wholeNs)}`,
      ),
    )
  }
  return [element('h3', {}, `Why ${formatDuration(wholeNs)}?`), bar, legend]
}
