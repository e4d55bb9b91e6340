import { button, element } from '../elements.ts'

/** What a key can ask for. */
export type Command =
  | 'zoomIn'
  | 'zoomOut'
  | 'panLeft'
  | 'panRight'
  | 'frame'
  | 'whole'
  | 'previousSegment'
  | 'nextSegment'
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'collapse'
  | 'expand'
  | 'search'
  | 'help'
  | 'openSource'
  | 'openSourceToSide'
  | 'clear'

/** By where the key is, not what is printed on it, so that the four lie together on any keyboard. */
const byCode: Readonly<Record<string, Command>> = {
  KeyW: 'zoomIn',
  KeyS: 'zoomOut',
  KeyA: 'panLeft',
  KeyD: 'panRight',
  KeyF: 'frame',
  Digit0: 'whole',
  Numpad0: 'whole',
}

const byKey: Readonly<Record<string, Command>> = {
  '[': 'previousSegment',
  ']': 'nextSegment',
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'collapse',
  ArrowRight: 'expand',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'whole',
  End: 'last',
  '/': 'search',
  '?': 'help',
  Enter: 'openSource',
  Escape: 'clear',
}

/** The command of a key press, `undefined` where it is none of ours or meant for the element that has the focus. */
export function commandOf(event: KeyboardEvent): Command | undefined {
  const focused = event.target instanceof Element ? event.target : undefined
  const typing = focused?.matches('input, textarea, select') ?? false
  if (typing && event.key !== 'Escape') return undefined
  if (focused?.matches('button, a') && (event.key === 'Enter' || event.key === ' ')) return undefined
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || event.altKey)) return 'openSourceToSide'
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  return byKey[event.key] ?? (event.shiftKey ? undefined : byCode[event.code])
}

const help: readonly (readonly [string, string])[] = [
  ['W S', 'zoom in and out'],
  ['A D', 'earlier, later'],
  ['F', 'frame the selection'],
  ['0 Home', 'the whole trace'],
  ['↑ ↓', 'previous, next lane'],
  ['← →', 'fold, unfold'],
  ['[ ]', 'previous, next segment of the task'],
  ['Enter', 'open the source line (Ctrl: to the side)'],
  ['/', 'find tasks'],
  ['Esc', 'clear the search, then the selection'],
  ['Wheel', 'scroll the lanes'],
  ['Ctrl+Wheel', 'zoom at the pointer'],
  ['Shift+Wheel, drag', 'move in time'],
  ['Double-click', 'open the source line'],
]

/** The list of keys, as a dialog that the browser itself keeps the focus in. */
export function keyHelp(): HTMLDialogElement {
  const list = element('dl', { class: 'keys' })
  for (const [key, meaning] of help) list.append(element('dt', {}, element('kbd', {}, key)), element('dd', {}, meaning))
  const dialog = element('dialog', { class: 'key-help', 'aria-label': 'Keys' })
  dialog.append(
    element('h2', {}, 'Keys'),
    list,
    button('Close', 'primary', () => dialog.close()),
  )
  return dialog
}
