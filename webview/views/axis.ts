import { axisBottom, scaleLinear, select } from 'd3'
import { formatMoment } from '../../trace/model/time.ts'
import { element } from '../elements.ts'
import { timeTicks } from '../time/ticks.ts'
import type { Viewport } from '../time/viewport.ts'

const TICK_GAP_PX = 110
const HEIGHT_PX = 24
/** Labels that a flag would cover, or the right edge cut, are hidden: about half a flag, and about a label. */
const FLAG_HALF_PX = 30
const LABEL_PX = 44

export interface Axis {
  readonly element: HTMLElement
  draw(viewport: Viewport, widthPx: number, cursorNs: number, hoverPx: number | undefined): void
}

/** The time axis, with flags for the cursor and the pointer. Everything on it is also said elsewhere, so listeners skip it. */
export function axis(): Axis {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'axis-scale')
  svg.setAttribute('height', String(HEIGHT_PX))
  const base = element('span', { class: 'axis-base' })
  const cursor = element('span', { class: 'axis-flag axis-cursor' })
  const pointer = element('span', { class: 'axis-flag axis-pointer' })
  const group = select(svg).append('g').attr('transform', 'translate(0, 0)')
  let drawn = ''

  function flag(shown: HTMLElement, xPx: number, widthPx: number, text: string): void {
    shown.hidden = !(xPx >= 0 && xPx <= widthPx)
    if (shown.hidden) return
    shown.textContent = text
    const half = text.length * 3.6 + 6
    shown.style.transform = `translateX(calc(${Math.min(Math.max(xPx, half), widthPx - half)}px - 50%))`
  }

  return {
    element: element('div', { class: 'axis', 'aria-hidden': 'true' }, svg, base, pointer, cursor),
    draw(viewport, widthPx, cursorNs, hoverPx) {
      const spanNs = viewport.endNs - viewport.startNs
      const key = `${viewport.startNs} ${viewport.endNs} ${widthPx}`
      if (key !== drawn) {
        drawn = key
        const scale = scaleLinear([viewport.startNs, viewport.endNs], [0, widthPx])
        const ticks = timeTicks(viewport, Math.max(2, Math.floor(widthPx / TICK_GAP_PX)))
        const labels = new Map(ticks.atNs.map((ns, i) => [ns, ticks.labels[i]]))
        svg.setAttribute('width', String(widthPx))
        group.call(
          axisBottom<number>(scale)
            .tickValues([...ticks.atNs])
            .tickFormat((ns) => labels.get(ns) ?? '')
            .tickSize(HEIGHT_PX)
            .tickPadding(0),
        )
        group.selectAll('text').attr('x', 4).attr('y', 4).attr('dy', '0.9em').attr('text-anchor', 'start')
        base.textContent = ticks.base ?? ''
        base.hidden = ticks.base === undefined
      }
      const cursorPx = ((cursorNs - viewport.startNs) / spanNs) * widthPx
      flag(cursor, cursorPx, widthPx, formatMoment(cursorNs, spanNs))
      const hoverNs = hoverPx === undefined ? NaN : viewport.startNs + (hoverPx / widthPx) * spanNs
      flag(pointer, hoverPx ?? -1, widthPx, formatMoment(Math.max(0, hoverNs), spanNs))
      const flags = [cursorPx, hoverPx ?? NaN]
      group.selectAll<SVGTextElement, number>('text').attr('visibility', (ns) => {
        const xPx = ((ns - viewport.startNs) / spanNs) * widthPx
        const isCovered = flags.some((at) => at > xPx - FLAG_HALF_PX && at < xPx + LABEL_PX + FLAG_HALF_PX)
        return isCovered || xPx + LABEL_PX > widthPx ? 'hidden' : 'visible'
      })
    },
  }
}
