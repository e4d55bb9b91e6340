import { button } from '../elements.ts'
import type { Lag } from '../loading/liveTrace.ts'

export interface LiveChip {
  readonly element: HTMLElement
  show(lag: Lag, follows: boolean): void
}

/** Says that the trace grows, how far behind the program the lanes are, and whether they go along; `onFollow` makes them. */
export function liveChip(onFollow: () => void): LiveChip {
  const chip = button('', 'chip chip-live', onFollow)
  chip.hidden = true
  return {
    element: chip,
    show({ behindMs, isQuiet, hasEnded }, follows) {
      chip.hidden = hasEnded
      const delay = isQuiet ? 'nothing new' : `${(behindMs / 1000).toFixed(1)} s behind`
      chip.textContent = `${follows ? '●' : '○'} Live, ${delay}`
      chip.setAttribute('aria-pressed', String(follows))
      chip.title = follows
        ? 'The lanes go along with the program. Move away from the end to stay where you are.'
        : 'The lanes stay where you are. Click to go along with the program.'
    },
  }
}
