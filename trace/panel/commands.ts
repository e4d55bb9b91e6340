/**
 * Everything that the panel can be told to do: the one home of its actions. The panel's keys, its list of keys, the guide
 * (docs/panel.md) and VS Code's commands (`loopscope.panel.ID`) all follow from here.
 */
export interface PanelCommandInfo {
  readonly id: string
  /** As VS Code's palette calls it. */
  readonly title: string
  /**
   * Presses that mean it: `code:` is where the key is, whatever is printed on it, so that W A S D lie together on any keyboard;
   * `key:` is what it types. `Shift+` and `Mod+` (Ctrl, Cmd or Alt) stand before.
   */
  readonly presses: readonly string[]
  /** The same for people. */
  readonly keys: string
}

export const panelCommands = [
  { id: 'zoomIn', title: 'Zoom In', presses: ['code:KeyW'], keys: 'W' },
  { id: 'zoomOut', title: 'Zoom Out', presses: ['code:KeyS'], keys: 'S' },
  { id: 'panLeft', title: 'Earlier', presses: ['code:KeyA'], keys: 'A' },
  { id: 'panRight', title: 'Later', presses: ['code:KeyD'], keys: 'D' },
  { id: 'frame', title: 'Frame the Selection', presses: ['code:KeyF'], keys: 'F' },
  { id: 'whole', title: 'Show the Whole Trace', presses: ['code:Digit0', 'code:Numpad0', 'key:Home'], keys: '0 Home' },
  { id: 'back', title: 'Zoom Back', presses: ['code:KeyZ'], keys: 'Z' },
  { id: 'forward', title: 'Zoom Forward', presses: ['Shift+code:KeyZ'], keys: 'Shift+Z' },
  { id: 'up', title: 'Previous Lane', presses: ['key:ArrowUp'], keys: '↑' },
  { id: 'down', title: 'Next Lane', presses: ['key:ArrowDown'], keys: '↓' },
  { id: 'pageUp', title: 'A Page of Lanes Up', presses: ['key:PageUp'], keys: 'Page Up' },
  { id: 'pageDown', title: 'A Page of Lanes Down', presses: ['key:PageDown'], keys: 'Page Down' },
  { id: 'first', title: 'First Lane', presses: ['Mod+key:Home'], keys: 'Ctrl+Home' },
  { id: 'last', title: 'Last Lane', presses: ['key:End'], keys: 'End' },
  { id: 'collapse', title: 'Fold the Lane', presses: ['key:ArrowLeft'], keys: '←' },
  { id: 'expand', title: 'Unfold the Lane', presses: ['key:ArrowRight'], keys: '→' },
  { id: 'pin', title: 'Pin or Unpin the Lane', presses: ['code:KeyP'], keys: 'P' },
  { id: 'group', title: 'Group Tasks by the Next Property', presses: ['code:KeyG'], keys: 'G' },
  { id: 'sort', title: 'Sort Tasks by the Next Property', presses: ['code:KeyO'], keys: 'O' },
  { id: 'resources', title: 'Show or Hide Locks and Queues', presses: ['code:KeyL'], keys: 'L' },
  { id: 'connections', title: 'Show or Hide Connections', presses: ['code:KeyK'], keys: 'K' },
  { id: 'previousSegment', title: 'Previous Segment of the Lane', presses: ['key:[', 'code:BracketLeft'], keys: '[' },
  { id: 'nextSegment', title: 'Next Segment of the Lane', presses: ['key:]', 'code:BracketRight'], keys: ']' },
  { id: 'cursorBack', title: 'Cursor to the Previous Event', presses: ['code:Comma'], keys: ',' },
  { id: 'cursorOn', title: 'Cursor to the Next Event', presses: ['code:Period'], keys: '.' },
  {
    id: 'cursorFarBack',
    title: 'Cursor Back by a Fiftieth of the View',
    presses: ['Shift+code:Comma'],
    keys: 'Shift+,',
  },
  { id: 'cursorFarOn', title: 'Cursor on by a Fiftieth of the View', presses: ['Shift+code:Period'], keys: 'Shift+.' },
  { id: 'range', title: 'Select the Time Range of the Selection', presses: ['code:KeyR'], keys: 'R' },
  { id: 'why', title: 'Show or Hide Why It Took So Long', presses: ['code:KeyC'], keys: 'C' },
  { id: 'awaitGraph', title: 'Show the Await Graph', presses: ['code:Digit1'], keys: '1' },
  { id: 'awaits', title: "Show the Task's Awaits", presses: ['code:Digit2'], keys: '2' },
  { id: 'sites', title: 'Show the Await Sites', presses: ['code:Digit3'], keys: '3' },
  { id: 'tasks', title: 'Show the Table of Tasks', presses: ['code:Digit4'], keys: '4' },
  { id: 'findings', title: 'Show the Findings', presses: ['code:Digit5'], keys: '5' },
  { id: 'openSource', title: 'Open the Source Line', presses: ['key:Enter'], keys: 'Enter' },
  { id: 'openSourceToSide', title: 'Open the Source Line to the Side', presses: ['Mod+key:Enter'], keys: 'Ctrl+Enter' },
  { id: 'copy', title: 'Copy What Is Selected as Text', presses: ['code:KeyY', 'Mod+code:KeyC'], keys: 'Y Ctrl+C' },
  { id: 'search', title: 'Filter Tasks', presses: ['key:/'], keys: '/' },
  { id: 'clear', title: 'Clear the Filter, the Range, then the Selection', presses: ['key:Escape'], keys: 'Esc' },
  { id: 'saveSvg', title: 'Save What Is in View as SVG', presses: ['code:KeyE'], keys: 'E' },
  { id: 'savePng', title: 'Save What Is in View as PNG', presses: ['Shift+code:KeyE'], keys: 'Shift+E' },
  { id: 'savePage', title: 'Save the Trace as a Page', presses: ['code:KeyX'], keys: 'X' },
  { id: 'savePerfetto', title: 'Save the Trace for Perfetto', presses: ['Shift+code:KeyX'], keys: 'Shift+X' },
  { id: 'help', title: 'List the Keys', presses: ['key:?'], keys: '?' },
] as const satisfies readonly PanelCommandInfo[]

export type PanelCommand = (typeof panelCommands)[number]['id']

export const isPanelCommand = (value: unknown): value is PanelCommand =>
  panelCommands.some((command) => command.id === value)
