import type { Workbench } from '../real/workbench.ts'

/**
 * What a person sees of the panel, in words: two of these differ where something that was asked for has happened. Of the canvas they see what
 * decides it, which are the axis, the visible range and the lanes.
 */
export async function panelView({ trace }: Workbench): Promise<string> {
  return trace.locator('.view').evaluate((view) => {
    const parts = [
      '.axis-scale',
      '.axis .cursor, .axis-cursor',
      '.tree',
      '.drawer',
      '.told:not([hidden])',
      '.filter-error:not([hidden])',
    ].flatMap((selector) => [...view.querySelectorAll(selector)].map(({ outerHTML }) => outerHTML))
    const controls = [...view.querySelectorAll('select, input')].map(
      (control) => (control as HTMLInputElement | HTMLSelectElement).value,
    )
    const pressed = [...view.querySelectorAll('[aria-pressed], [aria-expanded]')].map((each) =>
      ['aria-pressed', 'aria-expanded'].map((name) => each.getAttribute(name)).join(),
    )
    const brush = view.querySelector('.overview .selection')
    const place = ['x', 'width', 'display'].map((name) => brush?.getAttribute(name))
    const isListed = view.querySelector('dialog')?.open
    const isTyping = document.activeElement?.matches('.search') && document.hasFocus()
    return [...parts, ...controls, ...pressed, ...place, isListed, isTyping].join('\n')
  })
}
