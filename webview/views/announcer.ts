import { element } from '../elements.ts'

/** Speaks to screen readers. Saying the same again is heard again. */
export function announcer(): { element: HTMLElement; say(text: string): void } {
  const region = element('div', { class: 'spoken', role: 'status', 'aria-live': 'polite' })
  return {
    element: region,
    say(text) {
      region.textContent = region.textContent === text ? `${text}\u00a0` : text
    },
  }
}
