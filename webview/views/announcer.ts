import { element } from '../elements.ts'

export interface Announcer {
  readonly element: HTMLElement
  /** Speaks to screen readers. Saying the same again is heard again. */
  say(text: string): void
  /** Says what a command did where the picture does not show it, and shows it for a while. */
  tell(text: string): void
}

const SHOWN_MS = 4000

export function announcer(): Announcer {
  const region = element('div', { class: 'spoken', role: 'status', 'aria-live': 'polite' })
  const shown = element('p', { class: 'told', 'aria-hidden': 'true' })
  let hiding: ReturnType<typeof setTimeout> | undefined
  shown.hidden = true
  function say(text: string): void {
    region.textContent = region.textContent === text ? `${text}\u00a0` : text
  }
  return {
    element: element('div', {}, region, shown),
    say,
    tell(text) {
      say(text)
      shown.textContent = text
      shown.hidden = false
      clearTimeout(hiding)
      hiding = setTimeout(() => (shown.hidden = true), SHOWN_MS)
    },
  }
}
