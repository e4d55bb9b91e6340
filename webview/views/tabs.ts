import { element } from '../elements.ts'

export interface Tab<Id extends string> {
  readonly id: Id
  readonly panel: HTMLElement
}

export interface Tabs<Id extends string> {
  readonly element: HTMLElement
  show(id: Id): void
  /** A tab's words, which follow what is selected. */
  label(id: Id, text: string): void
  /** Moves the keyboard into what is shown. */
  focus(): void
}

/** Tabs over panels: arrows go from tab to tab, as ARIA asks. `onChoose` says which; the caller shows it. */
export function tabs<Id extends string>(label: string, all: readonly Tab<Id>[], onChoose: (id: Id) => void): Tabs<Id> {
  const buttons = new Map<Id, HTMLElement>()
  const list = element('div', { class: 'tabs', role: 'tablist', 'aria-label': label, 'data-own-keys': '' })
  let shown = all[0].id
  for (const { id, panel } of all) {
    const tab = element('button', {
      type: 'button',
      class: 'tab',
      role: 'tab',
      id: `tab-${id}`,
      'aria-controls': `panel-${id}`,
    })
    tab.addEventListener('click', () => onChoose(id))
    panel.id = `panel-${id}`
    panel.setAttribute('role', 'tabpanel')
    panel.setAttribute('aria-labelledby', `tab-${id}`)
    panel.classList.add('tab-panel')
    buttons.set(id, tab)
    list.append(tab)
  }
  list.addEventListener('keydown', (event) => {
    const at = all.findIndex(({ id }) => id === shown)
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const { id } = all[(to + all.length) % all.length]
    onChoose(id)
    buttons.get(id)!.focus()
  })
  return {
    element: element('div', { class: 'tabbed' }, list, ...all.map(({ panel }) => panel)),
    show(wanted) {
      shown = wanted
      for (const { id, panel } of all) {
        const isShown = id === wanted
        panel.hidden = !isShown
        buttons.get(id)!.setAttribute('aria-selected', String(isShown))
        buttons.get(id)!.tabIndex = isShown ? 0 : -1
      }
    },
    label: (id, text) => void (buttons.get(id)!.textContent = text),
    focus() {
      const panel = all.find(({ id }) => id === shown)!.panel
      const inside = panel.matches('[tabindex]') ? panel : panel.querySelector<HTMLElement>('[tabindex="0"]')
      ;(inside ?? buttons.get(shown)!).focus()
    },
  }
}
