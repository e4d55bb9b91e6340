import { Outcome } from '../../trace/model/types.ts'
import { element } from '../elements.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { PanelState } from '../state/panelState.ts'
import { itemStory } from '../stories/laneStories.ts'

const OFFSET_PX = 14

/** Beside the pointer: the story of the bar under it. The drawer has the same, with links, for a bar that is selected. */
export function tooltip(data: LaneData): {
  element: HTMLElement
  /** `lanes`: where they are in the window. */
  draw(hover: PanelState['hover'], lanes: { readonly left: number; readonly top: number }): void
} {
  const box = element('div', { class: 'tooltip', 'aria-hidden': 'true' })
  box.hidden = true
  let shown = ''
  let size = { width: 0, height: 0 }
  return {
    element: box,
    draw(hover, lanes) {
      const { lane, item = -1 } = hover ?? {}
      box.hidden = !hover || !lane || item < 0
      if (box.hidden || !hover || !lane) return
      const key = `${lane.kind} ${lane.id} ${item}`
      if (key !== shown) {
        shown = key
        const { title, facts } = itemStory(data, lane, item)
        const list = element('dl', { class: 'facts' })
        for (const { label, parts } of facts) {
          list.append(
            element('dt', {}, label),
            element(
              'dd',
              {},
              ...parts.map((part) => element('span', part.source ? { class: 'mono soft' } : {}, part.text)),
            ),
          )
        }
        const end = lane.kind === 'task' && isLast(data, lane.id, item) ? endLine(data, lane.id) : []
        box.replaceChildren(element('div', { class: 'tooltip-title' }, title), list, ...end)
        // Once for each story: asking makes the browser lay it out.
        size = { width: box.offsetWidth, height: box.offsetHeight }
      }
      const [x, y] = [lanes.left + hover.xPx, lanes.top + hover.yPx]
      const { width, height } = size
      const left = x + OFFSET_PX + width < window.innerWidth ? x + OFFSET_PX : Math.max(4, x - OFFSET_PX - width)
      const top = y + OFFSET_PX + height < window.innerHeight ? y + OFFSET_PX : Math.max(4, y - OFFSET_PX - height)
      box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
    },
  }
}

const isLast = ({ model }: LaneData, task: number, segment: number): boolean =>
  segment === model.segments.last[task] - 1

function endLine({ model }: LaneData, task: number): HTMLElement[] {
  if (model.tasks.outcome[task] !== Outcome.failed) return []
  return [element('div', { class: 'tooltip-error' }, model.tables.strings[model.tasks.ending[task]])]
}
