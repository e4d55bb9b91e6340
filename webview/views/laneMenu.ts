/**
 * What VS Code reads where its menu is asked for: its entries for lanes (`webview/context` in package.json) are commands, which act on what is
 * selected, so a lane is selected before. A page by itself has the browser's menu.
 */
export const laneMenu = {
  'data-vscode-context': JSON.stringify({ webviewSection: 'lanes', preventDefaultContextMenuItems: true }),
}

const POINTER_BUTTON = 2
/** From a row's left edge to where its menu opens: below its name. */
const MENU_INDENT_PX = 24

/**
 * Asked for with Shift+F10 or the menu key, the menu opens below the selected lane, and not at the corner of the tree, which alone has the focus. What is
 * selected in the lane stays so, while a pointer selects the lane that it is on.
 */
export function menuAtSelection(tree: HTMLElement): void {
  tree.addEventListener('contextmenu', (event) => {
    if (!event.isTrusted || event.button === POINTER_BUTTON || event.target !== tree) return
    const selected = tree.querySelector('[aria-selected=true]')
    if (!selected) return
    event.preventDefault()
    event.stopPropagation()
    const { left, bottom } = selected.getBoundingClientRect()
    const at = { clientX: left + MENU_INDENT_PX, clientY: Math.min(bottom, window.innerHeight) }
    tree.dispatchEvent(new MouseEvent('contextmenu', { ...at, bubbles: true, cancelable: true }))
  })
}
