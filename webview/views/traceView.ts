import type { Finding } from '../../trace/findings/types.ts'
import { segmentAt } from '../../trace/model/at.ts'
import { taskTree } from '../../trace/model/tree.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { element } from '../elements.ts'
import type { Host } from '../hosts/host.ts'
import { laneData } from '../lanes/laneData.ts'
import { clampedScrollPx, type RowGeometry } from '../lanes/rowGeometry.ts'
import { visibleRows } from '../lanes/rows.ts'
import { createStore } from '../state/panelState.ts'
import { DRAWER_PX, GUTTER_PX, type PersistedState } from '../state/persistedState.ts'
import { initialState, persist } from '../state/startState.ts'
import type { Theme } from '../theme/theme.ts'
import { counted } from '../time/shares.ts'
import { announcer } from './announcer.ts'
import { axis } from './axis.ts'
import { runCommand } from './commands.ts'
import { drawer } from './drawer.ts'
import { gutter } from './gutter.ts'
import { commandOf, keyHelp } from './keys.ts'
import { lanesView } from './lanesView.ts'
import { overview } from './overview.ts'
import { scrollbar } from './scrollbar.ts'
import { createActions } from './selection.ts'
import { splitter } from './splitter.ts'
import { toolbar } from './toolbar.ts'
import { tooltip } from './tooltip.ts'

export interface TraceView {
  /** Selects a task, or what it did at a moment. */
  reveal(task: number, atNs?: number): void
  search(query: string): void
  /** They come when the lanes are there already. */
  setFindings(findings: readonly Finding[]): void
  setTheme(theme: Theme): void
  dispose(): void
}

export interface TraceViewOptions {
  readonly root: HTMLElement
  readonly host: Host
  readonly model: TraceModel
  readonly utilisation: Float32Array
  readonly fileName: string
  readonly theme: Theme
  readonly saved: PersistedState | undefined
}

const SAVE_AFTER_MS = 300

/** The panel with a trace in it: makes the parts, and draws those of them that a change concerns. */
export function mountTrace({
  root,
  host,
  model,
  utilisation,
  fileName,
  theme: firstTheme,
  saved,
}: TraceViewOptions): TraceView {
  const data = laneData(model)
  const tree = taskTree(model.tasks)
  const store = createStore(initialState(model, tree, saved))
  let theme = firstTheme
  let rows = visibleRows(model, tree, data.streams, store.state.collapsed, store.state.query)
  let size = { widthPx: 1, heightPx: 1 }
  const geometry = (): RowGeometry => ({ rows, scrollPx: store.state.scrollPx, heightPx: size.heightPx })
  const voice = announcer()
  const context = { data, tree, store, host, geometry, say: voice.say, rows: () => rows }
  const actions = createActions(context)

  const help = keyHelp()
  const bar = toolbar(
    model,
    fileName,
    (query) => store.set({ query, scrollPx: 0 }),
    () => help.showModal(),
    () => {
      store.set({ selection: undefined })
      details.focusLists()
    },
  )
  const scale = axis()
  const whole = overview(data, utilisation, (viewport) => store.set({ viewport }))
  const names = gutter(model, tree, data.streams, actions)
  const lanes = lanesView(data, {
    onViewport: (viewport) => store.set({ viewport }),
    onScrollBy: (px) => store.set({ scrollPx: clampedScrollPx(geometry(), store.state.scrollPx + px) }),
    onHover: (hover) => store.set({ hover }),
    onClick(lane, item, atNs) {
      store.set({ cursorNs: Math.min(Math.max(0, atNs), model.endNs) })
      if (lane) actions.select(lane, item, false)
      names.tree.focus({ preventScroll: true })
    },
    onDoubleClick: (toSide) => actions.openSelectedSource(toSide),
  })
  const scroll = scrollbar((scrollPx) => store.set({ scrollPx: clampedScrollPx(geometry(), scrollPx) }))
  const details = drawer(data, actions)
  const tip = tooltip(data)
  const gutterSplit = splitter({
    orientation: 'vertical',
    label: 'Width of the names',
    min: GUTTER_PX.min,
    max: () => Math.min(GUTTER_PX.max, Math.max(GUTTER_PX.min, window.innerWidth - 200)),
    get: () => store.state.gutterPx,
    set: (gutterPx) => store.set({ gutterPx }),
    sign: 1,
  })
  const drawerSplit = splitter({
    orientation: 'horizontal',
    label: 'Height of the details',
    min: DRAWER_PX.min,
    max: () => Math.max(DRAWER_PX.min, window.innerHeight - 240),
    get: () => store.state.drawerPx,
    set: (drawerPx) => store.set({ drawerPx }),
    sign: -1,
  })
  const notices = element(
    'div',
    { class: 'notices', role: 'status' },
    ...model.notices.map((notice) => element('p', {}, notice)),
  )
  notices.hidden = model.notices.length === 0
  const nothing = element('p', { class: 'nothing-found' }, 'No task matches. Press Esc to clear the search.')
  const field = element(
    'div',
    { class: 'field' },
    names.element,
    gutterSplit.element,
    lanes.element,
    scroll.element,
    nothing,
  )
  const caption = element(
    'div',
    { class: 'caption', 'aria-hidden': 'true' },
    element('span', {}, 'Loop utilisation'),
    element('span', { class: 'soft' }, 'whole recording'),
  )
  const view = element(
    'div',
    { class: 'view' },
    element('h1', { class: 'spoken' }, `Loopscope: ${fileName}`),
    bar.element,
    notices,
    element('div', { class: 'overview-row' }, caption, whole.element),
    element(
      'div',
      { class: 'axis-row' },
      element('div', { class: 'axis-corner', 'aria-hidden': 'true' }),
      scale.element,
    ),
    field,
    drawerSplit.element,
    details.element,
    tip.element,
    voice.element,
    help,
  )
  root.replaceChildren(view)

  let saving: ReturnType<typeof setTimeout> | undefined
  store.onFrame((state, changed) => {
    const has = (...keys: (keyof typeof state)[]): boolean => keys.some((key) => changed.has(key))
    if (has('collapsed', 'query')) {
      rows = visibleRows(model, tree, data.streams, state.collapsed, state.query)
      bar.setFound(rows.matches ? rows.matchCount : undefined)
      nothing.hidden = rows.matches === undefined || rows.matchCount > 0
    }
    if (has('gutterPx', 'drawerPx')) layOut()
    const shown = { rows, scrollPx: clampedScrollPx(geometry(), state.scrollPx), heightPx: size.heightPx }
    const { widthPx } = size
    const lanesChanged = has('viewport', 'scrollPx', 'collapsed', 'query', 'gutterPx', 'drawerPx', 'look', 'selection')
    if (has('viewport', 'look', 'gutterPx')) whole.draw(state.viewport, widthPx, theme)
    if (has('viewport', 'look', 'gutterPx', 'cursorNs', 'hover'))
      scale.draw(state.viewport, widthPx, state.cursorNs, state.hover?.xPx)
    if (lanesChanged || has('hover')) names.draw(shown, state)
    if (lanesChanged) {
      lanes.draw(shown, state, widthPx)
      scroll.draw(shown)
    } else if (has('hover', 'cursorNs')) lanes.drawOver(shown, state, widthPx)
    if (has('hover')) tip.draw(state.hover, lanes.element)
    if (has('selection', 'cursorNs')) details.draw(state)
    if (lanesChanged) {
      clearTimeout(saving)
      // A tab may be hidden right after a click, and its page is gone then: what is done once is saved at once.
      if (has('selection', 'collapsed')) host.saveState(persist(store.state))
      else saving = setTimeout(() => host.saveState(persist(store.state)), SAVE_AFTER_MS)
    }
  })

  function layOut(): void {
    const { gutterPx, drawerPx } = store.state
    view.style.setProperty('--gutter', `${Math.round(Math.min(gutterPx, window.innerWidth * 0.45))}px`)
    view.style.setProperty(
      '--drawer',
      `${Math.round(Math.min(drawerPx, Math.max(DRAWER_PX.min, view.clientHeight - 240)))}px`,
    )
    gutterSplit.update()
    drawerSplit.update()
    size = { widthPx: Math.max(1, lanes.element.clientWidth), heightPx: Math.max(1, lanes.element.clientHeight) }
  }
  function repaint(): void {
    layOut()
    store.set({ look: store.state.look + 1 })
  }
  function onKey(event: KeyboardEvent): void {
    if (help.open) return
    const command = commandOf(event)
    if (!command) return
    event.preventDefault()
    if (command === 'help') help.showModal()
    else if (command === 'search') bar.search.focus()
    else if (command === 'clear' && bar.search.value !== '') {
      bar.search.value = ''
      store.set({ query: '' })
      names.tree.focus()
    } else runCommand(command, context, actions, size.heightPx)
  }
  document.addEventListener('keydown', onKey)
  const observer = new ResizeObserver(repaint)
  observer.observe(view)
  observer.observe(lanes.element)
  lanes.setTheme(theme)
  nothing.hidden = true
  repaint()
  details.draw(store.state)

  return {
    reveal(task, atNs) {
      actions.selectTask(task)
      const segment = atNs === undefined ? -1 : segmentAt(model, task, atNs)
      if (segment >= 0) actions.select({ kind: 'task', id: task }, segment)
    },
    search(query) {
      bar.search.value = query
      store.set({ query, scrollPx: 0 })
    },
    setFindings(findings) {
      bar.setFindings(findings)
      details.setFindings(findings)
      details.draw(store.state)
      if (findings.length > 0) voice.say(counted(findings.length, 'finding'))
    },
    setTheme(changed) {
      theme = changed
      lanes.setTheme(changed)
      repaint()
    },
    dispose() {
      document.removeEventListener('keydown', onKey)
      observer.disconnect()
      clearTimeout(saving)
    },
  }
}
