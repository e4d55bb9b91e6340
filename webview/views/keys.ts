import { panelCommands, type PanelCommand } from '../../trace/panel/commands.ts'
import { button, element } from '../elements.ts'

const byPress = new Map<string, PanelCommand>(
  panelCommands.flatMap(({ id, presses }) => presses.map((press) => [press, id] as const)),
)

/** The command of a key press, `undefined` where it is none of ours or meant for the element that has the focus. */
export function commandOf(event: KeyboardEvent): PanelCommand | undefined {
  const focused = event.target instanceof Element ? event.target : undefined
  const typing = focused?.matches('input, textarea, select') ?? false
  if (typing && event.key !== 'Escape') return undefined
  if (focused?.matches('button, a') && (event.key === 'Enter' || event.key === ' ')) return undefined
  // Tables, tabs and trees in the details have arrows and ends of their own.
  if (focused?.closest('[data-own-keys]') && OWN_KEYS.has(event.key)) return undefined
  if (event.ctrlKey || event.metaKey || event.altKey) {
    // Text that somebody marked is what they want to copy.
    if (event.code === 'KeyC' && (event.altKey || !(getSelection()?.isCollapsed ?? true))) return undefined
    return byPress.get(`Mod+key:${event.key}`) ?? byPress.get(`Mod+code:${event.code}`)
  }
  const shift = event.shiftKey ? 'Shift+' : ''
  return byPress.get(`key:${event.key}`) ?? byPress.get(`${shift}code:${event.code}`)
}

const OWN_KEYS = new Set([
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'PageUp',
  'PageDown',
  'Home',
  'End',
  'Enter',
])

/** What a pointer does. */
const gestures: readonly (readonly [string, string])[] = [
  ['Wheel', 'scroll the lanes'],
  ['Ctrl+Wheel, pinch', 'zoom at the pointer'],
  ['Shift+Wheel, drag', 'move in time'],
  ['Shift+drag', 'select a time range; its edges snap'],
  ['Double-click', 'open the source line'],
]

/** The list of keys, as a dialog that the browser itself keeps the focus in. */
export function keyHelp(): HTMLDialogElement {
  const list = element('dl', { class: 'keys' })
  const rows = [...panelCommands.map(({ keys, title }) => [keys, title] as const), ...gestures]
  for (const [key, meaning] of rows)
    list.append(element('div', {}, element('dt', {}, element('kbd', {}, key)), element('dd', {}, meaning)))
  const dialog = element('dialog', { class: 'key-help', 'aria-label': 'Keys' })
  // The dialog opens at what has the focus: at its head.
  const close = button('Close', 'primary', () => dialog.close())
  dialog.append(element('header', {}, element('h2', {}, 'Keys'), close), list)
  return dialog
}
