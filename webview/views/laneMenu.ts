/**
 * What VS Code reads where its menu is asked for: its entries for lanes (`webview/context` in package.json) are commands, which act on what is
 * selected, so a lane is selected before. A page by itself has the browser's menu.
 */
export const laneMenu = {
  'data-vscode-context': JSON.stringify({ webviewSection: 'lanes', preventDefaultContextMenuItems: true }),
}
