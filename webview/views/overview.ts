import { area, brushX, curveStepAfter, scaleLinear, select, type D3BrushEvent } from 'd3'
import { element } from '../elements.ts'
import type { LaneData } from '../lanes/laneData.ts'
import { utilisation } from '../loading/utilisation.ts'
import { sizeCanvas } from '../renderer/sizeCanvas.ts'
import type { Theme } from '../theme/theme.ts'
import { wholeTrace, type Viewport } from '../time/viewport.ts'

const HEIGHT_PX = 44
const TOP_PX = 8
const BINS = 1000

export interface Overview {
  readonly element: HTMLElement
  draw(viewport: Viewport, widthPx: number, theme: Theme): void
}

/** The whole trace: how busy the loops were, where they were blocked, and which part the lanes show. The brush is for pointers; keys zoom and pan. */
export function overview(data: LaneData, onViewport: (viewport: Viewport) => void): Overview {
  const canvas = element('canvas', { class: 'overview-picture' })
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'overview-brush')
  const group = select(svg).append('g')
  let drawn: unknown[] = []
  let widthPx = 0
  const scale = scaleLinear()
  const brush = brushX<unknown>().on('brush end', (event: D3BrushEvent<unknown>) => {
    if (event.sourceEvent === undefined || event.sourceEvent === null) return
    if (event.selection === null) return
    const [from, to] = event.selection as [number, number]
    if (to - from >= 1) onViewport({ startNs: scale.invert(from), endNs: scale.invert(to) })
  })

  const place = element('div', { class: 'overview', 'aria-hidden': 'true' }, canvas, svg)

  return {
    element: place,
    draw(viewport, width, theme) {
      const { endNs } = data.model
      const whole = wholeTrace(endNs)
      scale.domain([whole.startNs, whole.endNs]).range([0, width])
      if (drawn[0] !== width || drawn[1] !== theme || drawn[2] !== endNs) {
        drawn = [width, theme, endNs]
        place.classList.toggle('outlined', theme.kind === 'hcDark' || theme.kind === 'hcLight')
        widthPx = width
        paint(canvas, data, utilisation(data.model, BINS), scale, widthPx, theme)
        svg.setAttribute('width', String(width))
        svg.setAttribute('height', String(HEIGHT_PX))
        group.call(
          brush.extent([
            [0, 0],
            [width, HEIGHT_PX],
          ]),
        )
        group.selectAll('.overlay').attr('cursor', 'crosshair')
      }
      const [x0, x1] = [scale(viewport.startNs), scale(viewport.endNs)]
      const middle = (x0 + x1) / 2
      const half = Math.max((x1 - x0) / 2, 1)
      group.call(brush.move, [Math.max(0, middle - half), Math.min(width, middle + half)])
    },
  }
}

function paint(
  canvas: HTMLCanvasElement,
  data: LaneData,
  busy: Float32Array,
  scale: (ns: number) => number,
  widthPx: number,
  theme: Theme,
): void {
  const pen = canvas.getContext('2d')!
  sizeCanvas(canvas, pen, widthPx, HEIGHT_PX)
  pen.clearRect(0, 0, widthPx, HEIGHT_PX)
  const binNs = data.model.endNs / busy.length
  // Merged to whole pixels: the busiest bin of each counts.
  const columns = Math.max(1, Math.min(busy.length, Math.floor(widthPx / 2)))
  const per = busy.length / columns
  const heights = Array.from({ length: columns }, (_, i) =>
    Math.max(...busy.subarray(Math.floor(i * per), Math.max(Math.floor(i * per) + 1, Math.floor((i + 1) * per)))),
  )
  const shape = area<number>(
    (_, i) => scale(i * per * binNs),
    HEIGHT_PX,
    (share) => HEIGHT_PX - share * (HEIGHT_PX - TOP_PX),
  )
    .curve(curveStepAfter)
    .context(pen)
  pen.fillStyle = theme.overview
  pen.beginPath()
  shape([...heights, 0])
  pen.fill()
  pen.fillStyle = theme.border
  pen.fillRect(0, HEIGHT_PX - 1, widthPx, 1)
  pen.fillStyle = theme.blocked
  const { runs } = data.model
  let drawnToPx = -1
  for (const run of data.blocked.flat()) {
    const x = scale(runs.startNs[run])
    if (Math.abs(x - drawnToPx) < 2) continue
    pen.fillRect(x, 1, Math.max(3, scale(runs.endNs[run]) - x), 4)
    drawnToPx = x
  }
}
