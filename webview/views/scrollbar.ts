import { element } from '../elements.ts'
import { maxScrollPx, pinnedPx, type RowGeometry } from '../lanes/rowGeometry.ts'

const MIN_THUMB_PX = 24

/**
 * A scrollbar for the lanes. Not the browser's own: no element can be as high as 100,000 tasks at any zoom of the page.
 * Keys move the selection instead, so listeners skip it.
 */
export function scrollbar(onScroll: (scrollPx: number) => void): {
  element: HTMLElement
  draw(geometry: RowGeometry): void
} {
  const thumb = element('div', { class: 'scrollbar-thumb' })
  const track = element('div', { class: 'scrollbar', 'aria-hidden': 'true' }, thumb)
  let shown: RowGeometry | undefined
  let thumbPx = 0
  let trackPx = 0
  const scrollOf = (thumbTopPx: number): number =>
    shown && trackPx > thumbPx ? (thumbTopPx / (trackPx - thumbPx)) * maxScrollPx(shown) : 0

  track.addEventListener('pointerdown', (down) => {
    down.preventDefault()
    const box = track.getBoundingClientRect()
    const grip = down.target === thumb ? down.clientY - thumb.getBoundingClientRect().top : thumbPx / 2
    const move = (event: PointerEvent): void => onScroll(scrollOf(event.clientY - box.top - grip))
    track.setPointerCapture(down.pointerId)
    move(down)
    track.addEventListener('pointermove', move)
    track.addEventListener('lostpointercapture', () => track.removeEventListener('pointermove', move), { once: true })
  })

  return {
    element: track,
    draw(geometry) {
      shown = geometry
      const most = maxScrollPx(geometry)
      track.hidden = most === 0
      const fixed = pinnedPx(geometry)
      trackPx = geometry.heightPx - fixed
      thumbPx = Math.max(MIN_THUMB_PX, (trackPx * trackPx) / (trackPx + most))
      track.style.top = `${fixed}px`
      thumb.style.height = `${thumbPx}px`
      thumb.style.transform = `translateY(${most === 0 ? 0 : (geometry.scrollPx / most) * (trackPx - thumbPx)}px)`
    },
  }
}
