import { element } from '../elements.ts'

/** A border that can be moved by pointer and by keyboard. */
export interface SplitterOptions {
  readonly orientation: 'vertical' | 'horizontal'
  readonly label: string
  readonly min: number
  readonly max: () => number
  /** The size that it sets, px. */
  readonly get: () => number
  readonly set: (px: number) => void
  /** 1 where moving right or down makes it larger, -1 for the reverse. */
  readonly sign: 1 | -1
}

const KEY_STEP_PX = 16

export function splitter({ orientation, label, min, max, get, set, sign }: SplitterOptions): {
  element: HTMLElement
  update(): void
} {
  const bar = element('div', {
    class: `splitter splitter-${orientation}`,
    role: 'separator',
    tabindex: '0',
    'aria-orientation': orientation,
    'aria-label': label,
    'aria-valuemin': String(min),
  })
  const resize = (px: number): void => set(Math.min(Math.max(px, min), max()))
  const along = (event: PointerEvent): number => (orientation === 'vertical' ? event.clientX : event.clientY)
  bar.addEventListener('pointerdown', (down) => {
    down.preventDefault()
    bar.setPointerCapture(down.pointerId)
    const [from, size] = [along(down), get()]
    const move = (event: PointerEvent): void => resize(size + sign * (along(event) - from))
    bar.addEventListener('pointermove', move)
    bar.addEventListener('lostpointercapture', () => bar.removeEventListener('pointermove', move), { once: true })
  })
  bar.addEventListener('keydown', (event) => {
    const [less, more] = orientation === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
    if (event.key !== less && event.key !== more) return
    event.preventDefault()
    event.stopPropagation()
    resize(get() + (event.key === more ? 1 : -1) * sign * KEY_STEP_PX)
  })
  return {
    element: bar,
    update() {
      bar.setAttribute('aria-valuemax', String(Math.round(max())))
      bar.setAttribute('aria-valuenow', String(Math.round(get())))
    },
  }
}
