import { panelCommands, type PanelCommand } from '../../trace/panel/commands.ts'
import { button, element } from '../elements.ts'

const ENTRIES: readonly (readonly [PanelCommand, string])[] = [
  ['savePage', 'The whole trace as a page (HTML)'],
  ['savePerfetto', 'The whole trace for Perfetto'],
  ['saveSvg', 'What is in view as SVG'],
  ['savePng', 'What is in view as PNG'],
]

/** A button with a menu of what can be taken away. Each entry is a command that has a key too. */
export function exportMenu(run: (command: PanelCommand) => void): HTMLElement {
  const opener = button('Export', 'toggle', () => show(list.hidden === true))
  opener.title = 'Save the trace, or what is in view'
  opener.setAttribute('aria-haspopup', 'menu')
  opener.setAttribute('aria-controls', 'export-menu')
  const entries = ENTRIES.map(([command, text]) => {
    const entry = button('', 'menu-entry', () => {
      show(false)
      opener.focus()
      run(command)
    })
    const { keys } = panelCommands.find(({ id }) => id === command)!
    entry.append(element('span', {}, text), element('kbd', { class: 'soft', 'aria-hidden': 'true' }, keys))
    entry.setAttribute('role', 'menuitem')
    entry.tabIndex = -1
    return entry
  })
  const list = element(
    'div',
    { class: 'menu', role: 'menu', id: 'export-menu', 'aria-label': 'Export', 'data-own-keys': '' },
    ...entries,
  )
  const menu = element('div', { class: 'menu-holder' }, opener, list)

  function show(isOpen: boolean): void {
    list.hidden = !isOpen
    opener.setAttribute('aria-expanded', String(isOpen))
    if (isOpen) entries[0].focus()
  }
  show(false)
  opener.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    event.stopPropagation()
    show(true)
  })
  list.addEventListener('keydown', (event) => {
    const at = entries.indexOf(event.target as HTMLButtonElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      entries[(to + entries.length) % entries.length].focus()
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      show(false)
      opener.focus()
    }
  })
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && menu.contains(relatedTarget))) show(false)
  })
  return menu
}
