import { select, zoom as d3Zoom, zoomIdentity, type D3ZoomEvent } from 'd3'
import { drawLanes } from '../drawing/drawLanes.ts'
import { drawOverlay } from '../drawing/drawOverlay.ts'
import { element } from '../elements.ts'
import { itemAtPx } from '../lanes/hitTest.ts'
import type { CriticalPath } from '../../trace/model/criticalPath.ts'
import type { TimeRange } from '../../trace/model/siteStats.ts'
import { snapNs } from '../lanes/snap.ts'
import type { Density } from '../lanes/density.ts'
import type { LaneData } from '../lanes/laneData.ts'
import { emptyMarks, type PixelScale } from '../lanes/marks.ts'
import { rowAtPx, type RowGeometry } from '../lanes/rowGeometry.ts'
import type { Lane } from '../lanes/lane.ts'
import { canvasRenderer } from '../renderer/canvasRenderer.ts'
import type { Renderer } from '../renderer/renderer.ts'
import type { PanelState } from '../state/panelState.ts'
import type { Theme } from '../theme/theme.ts'
import { laneMenu } from './laneMenu.ts'
import { clamped, MIN_SPAN_NS, wholeTrace, type Viewport } from '../time/viewport.ts'

export interface LanesView {
  readonly element: HTMLElement
  setTheme(theme: Theme): void
  /** Where it is in the window. Asked for each time the pointer moves, the browser would lay out the page each time: 0.9 of the 1.2 ms that a move took. */
  readonly place: { readonly left: number; readonly top: number }
  /** Looks where it is and how large: the page was laid out anew. */
  measure(): { widthPx: number; heightPx: number }
  /** Draws the bars, and what lies over them. */
  draw(geometry: RowGeometry, state: PanelState, widthPx: number): void
  /** Draws only what lies over the bars. */
  drawOver(geometry: RowGeometry, state: PanelState, widthPx: number): void
}

export interface LanesInput {
  onViewport(viewport: Viewport): void
  onScrollBy(px: number): void
  onHover(hover: PanelState['hover']): void
  onClick(lane: Lane | undefined, item: number, atNs: number): void
  onDoubleClick(toSide: boolean): void
  onMenu(lane: Lane, item: number): void
  onRange(range: TimeRange | undefined): void
}

export const pixelScale = ({ startNs, endNs }: Viewport, widthPx: number): PixelScale => ({
  startNs,
  pxPerNs: widthPx / (endNs - startNs),
  widthPx,
})

/** What the lanes ask for beside the data. */
export interface LanesSource {
  densityAt(place: number): Density
  /** The critical path of what is selected. */
  pathOf(state: PanelState): CriticalPath | undefined
}

/** The lanes' picture and what a pointer does on it. Listeners have the tree beside it instead. */
export function lanesView(data: LaneData, { densityAt, pathOf }: LanesSource, input: LanesInput): LanesView {
  const bars = element('canvas', { class: 'lanes-bars' })
  const over = element('canvas', { class: 'lanes-over' })
  const area = element('div', { class: 'lanes', 'aria-hidden': 'true', ...laneMenu }, bars, over)
  const marks = emptyMarks()
  let whole = wholeTrace(data.model.endNs)
  let renderer: Renderer | undefined
  let theme: Theme | undefined
  let geometry: RowGeometry | undefined
  let viewport = whole
  let widthPx = 1
  let place = { left: 0, top: 0 }

  // d3-zoom has a transform of the whole trace; the viewport is the same thing in time, and the only one that is kept.
  let wholeNs = whole.endNs - whole.startNs
  const zoom = d3Zoom<HTMLDivElement, unknown>()
    .filter((event: MouseEvent | WheelEvent) =>
      event.type === 'wheel' ? event.ctrlKey || event.metaKey : event.button === 0 && !event.shiftKey,
    )
    .clickDistance(4)
    .on('start', (event: D3ZoomEvent<HTMLDivElement, unknown>) => {
      lastY = pointerY(event)
    })
    .on('zoom', (event: D3ZoomEvent<HTMLDivElement, unknown>) => {
      if (event.sourceEvent === null) return
      const { x, k } = event.transform
      const startNs = whole.startNs + (-x / k / widthPx) * wholeNs
      input.onViewport(clamped({ startNs, endNs: startNs + wholeNs / k }, data.model.endNs))
      const y = pointerY(event)
      if (lastY !== undefined && y !== undefined && (event.sourceEvent as Event).type !== 'wheel')
        input.onScrollBy(lastY - y)
      lastY = y
    })
  let lastY: number | undefined
  const pointerY = ({ sourceEvent }: D3ZoomEvent<HTMLDivElement, unknown>): number | undefined =>
    sourceEvent instanceof MouseEvent ? sourceEvent.clientY : undefined
  select<HTMLDivElement, unknown>(area).call(zoom).on('dblclick.zoom', null)

  area.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey || event.metaKey) return
      event.preventDefault()
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 22 : 1
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX
      if (!event.shiftKey && event.deltaY !== 0) input.onScrollBy(event.deltaY * lines)
      if (sideways !== 0) {
        const byNs = (sideways * lines * (viewport.endNs - viewport.startNs)) / widthPx
        input.onViewport(clamped({ startNs: viewport.startNs + byNs, endNs: viewport.endNs + byNs }, data.model.endNs))
      }
    },
    { passive: false },
  )

  function at(event: MouseEvent): { lane: Lane | undefined; item: number; xPx: number; yPx: number } {
    const [xPx, yPx] = [event.clientX - place.left, event.clientY - place.top]
    const row = geometry ? rowAtPx(geometry, yPx) : -1
    if (!geometry || row < 0) return { lane: undefined, item: -1, xPx, yPx }
    const lane = geometry.rows.laneAt(row)
    return { lane, item: itemAtPx(data, lane, xPx, pixelScale(viewport, widthPx)), xPx, yPx }
  }
  // Shift and drag select a time range; each edge snaps to what is near in the lane under it.
  area.addEventListener('pointerdown', (down) => {
    if (!down.shiftKey || down.button !== 0) return
    down.preventDefault()
    area.setPointerCapture(down.pointerId)
    const timeAt = (event: PointerEvent): number => {
      const { lane, xPx } = at(event)
      return snapNs(data, lane, xPx, pixelScale(viewport, widthPx))
    }
    const fromNs = timeAt(down)
    const move = (event: PointerEvent): void => {
      const toNs = timeAt(event)
      if (toNs !== fromNs) input.onRange({ startNs: Math.min(fromNs, toNs), endNs: Math.max(fromNs, toNs) })
    }
    input.onRange(undefined)
    area.addEventListener('pointermove', move)
    area.addEventListener('lostpointercapture', () => area.removeEventListener('pointermove', move), { once: true })
  })
  area.addEventListener('pointermove', (event) => input.onHover(event.buttons === 0 ? at(event) : undefined))
  area.addEventListener('pointerleave', () => input.onHover(undefined))
  area.addEventListener('click', (event) => {
    if (event.shiftKey) return
    const { lane, item, xPx } = at(event)
    input.onClick(lane, item, viewport.startNs + (xPx / widthPx) * (viewport.endNs - viewport.startNs))
  })
  area.addEventListener('contextmenu', (event) => {
    const { lane, item } = at(event)
    if (lane) input.onMenu(lane, item)
  })
  area.addEventListener('dblclick', (event) => input.onDoubleClick(event.ctrlKey || event.metaKey || event.altKey))

  function drawOver(shown: RowGeometry, state: PanelState, width: number): void {
    if (!theme) return
    const { selection, hover, cursorNs, range } = state
    drawOverlay(over, {
      data,
      geometry: shown,
      scale: pixelScale(state.viewport, width),
      theme,
      selection,
      hover,
      cursorNs,
      range,
      path: state.why ? pathOf(state) : undefined,
    })
  }

  return {
    element: area,
    get place() {
      return place
    },
    measure() {
      place = area.getBoundingClientRect()
      return { widthPx: Math.max(1, area.clientWidth), heightPx: Math.max(1, area.clientHeight) }
    },
    setTheme(changed) {
      theme = changed
      renderer = canvasRenderer(bars, changed)
    },
    draw(shown, state, width) {
      if (!renderer) return
      ;({ viewport } = state)
      geometry = shown
      widthPx = width
      whole = wholeTrace(data.model.endNs)
      wholeNs = whole.endNs - whole.startNs
      zoom.scaleExtent([1, Math.max(1, wholeNs / MIN_SPAN_NS)])
      const k = wholeNs / (viewport.endNs - viewport.startNs)
      const x = (-(viewport.startNs - whole.startNs) / wholeNs) * width * k
      // Set without an event: the state is what the transform follows.
      ;(area as HTMLDivElement & { __zoom: unknown }).__zoom = zoomIdentity.translate(x, 0).scale(k)
      zoom.extent([
        [0, 0],
        [width, shown.heightPx],
      ])
      drawLanes({
        data,
        geometry: shown,
        scale: pixelScale(viewport, width),
        selected: state.selection?.lane,
        renderer,
        marks,
        densityAt,
      })
      drawOver(shown, state, width)
    },
    drawOver,
  }
}
