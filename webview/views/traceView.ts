import type { NotKnown } from '../../trace/findings/notKnown.ts'
import type { Finding } from '../../trace/findings/types.ts'
import { segmentAt } from '../../trace/model/at.ts'
import type { CriticalPath } from '../../trace/model/criticalPath.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import type { PanelCommand } from '../../trace/panel/commands.ts'
import { button, element } from '../elements.ts'
import type { Host } from '../hosts/host.ts'
import type { Lag } from '../loading/liveTrace.ts'
import { keptItem } from '../lanes/keptItem.ts'
import { laneData } from '../lanes/laneData.ts'
import { clampedScrollPx, type RowGeometry } from '../lanes/rowGeometry.ts'
import { memo } from '../memo.ts'
import { laneRows } from '../lanes/laneRows.ts'
import type { Rows } from '../lanes/rows.ts'
import { inSlices, type Sliced } from '../slices.ts'
import { createStore, type PanelState } from '../state/panelState.ts'
import { DRAWER_PX, GUTTER_PX, type PersistedState } from '../state/persistedState.ts'
import { initialState, persist } from '../state/startState.ts'
import type { Theme } from '../theme/theme.ts'
import { atEnd, followed, isAtEnd } from '../time/follow.ts'
import { zoomHistory } from '../time/zoomHistory.ts'
import { counted } from '../time/shares.ts'
import { announcer } from './announcer.ts'
import { axis } from './axis.ts'
import { runCommand } from './commands.ts'
import type { ViewContext } from './context.ts'
import { drawer, selectedPath } from './drawer.ts'
import { gutter } from './gutter.ts'
import { commandOf, keyHelp } from './keys.ts'
import { liveChip } from './liveChip.ts'
import { lanesView } from './lanesView.ts'
import { overview } from './overview.ts'
import { scrollbar } from './scrollbar.ts'
import { createActions } from './selection.ts'
import { splitter } from './splitter.ts'
import { isTakeAway, takeAway } from './takeAway.ts'
import { toolbar } from './toolbar.ts'
import { tooltip } from './tooltip.ts'

export interface TraceView {
  /** Selects a task, or what it did at a moment. */
  reveal(task: number, atNs?: number): void
  search(query: string): void
  /** They come when the lanes are there already. */
  setFindings(findings: readonly Finding[], unknowns: readonly NotKnown[]): void
  /** The trace grows: the model, the same object, says more after `update`, or what that returns. Makes ready what the next frame needs, and returns how to show it. */
  grow(update: () => TraceModel): Sliced<(lag: Lag) => void>
  /** So many other processes of the program were recorded. */
  offerOthers(count: number): void
  /** Shows one sentence for a while. */
  tell(message: string): void
  /** Does what a key does. */
  run(command: PanelCommand): void
  setTheme(theme: Theme): void
  dispose(): void
}

export interface TraceViewOptions {
  readonly root: HTMLElement
  readonly host: Host
  readonly model: TraceModel
  readonly fileName: string
  readonly theme: Theme
  readonly saved: PersistedState | undefined
}

const SAVE_AFTER_MS = 300
const DETAILS_EVERY_MS = 1000
/** Frames and input wait no longer for what is made anew after a while. */
const AT_ONCE_MS = 4

/** The panel with a trace in it: makes the parts, and draws those of them that a change concerns. */
export function mountTrace({ root, host, model, fileName, theme: firstTheme, saved }: TraceViewOptions): TraceView {
  const data = laneData(model)
  const arranged = laneRows(data)
  const store = createStore(initialState(data, saved))
  let theme = firstTheme
  let endNs = model.endNs
  const rows = (): Rows => arranged.rows(store.state)
  let size = { widthPx: 1, heightPx: 1 }
  const geometry = (): RowGeometry => ({ rows: rows(), scrollPx: store.state.scrollPx, heightPx: size.heightPx })
  const voice = announcer()
  const context: ViewContext = {
    data,
    store,
    host,
    history: zoomHistory(store.state.viewport),
    lanes: arranged,
    rows,
    arrangement: () => arranged.arrangement(store.state),
    geometry,
    say: voice.say,
    tell: voice.tell,
  }
  const actions = createActions(context)

  const memoPath = memo((selection: PanelState['selection'], range: PanelState['range']) =>
    selectedPath(context, selection, range),
  )
  const pathOf = ({ selection, range }: PanelState): CriticalPath | undefined => memoPath(selection, range)
  const help = keyHelp()
  const bar = toolbar(model, fileName, {
    onSearch: (query) => (query === '' ? actions.clearFilter() : store.set({ query, scrollPx: 0 })),
    onGrouping: (grouping) => store.set({ grouping, scrollPx: 0 }),
    onSort: (sort) => store.set({ sort, scrollPx: 0 }),
    onResources: () => run('resources'),
    onConnections: () => run('connections'),
    onHelp: () => help.showModal(),
    onCommand: run,
    onFindings() {
      store.set({ selection: undefined, tab: 'findings' })
      details.draw(store.state)
      details.focusLists()
    },
  })
  const scale = axis()
  const follow = liveChip(() => store.set({ viewport: atEnd(store.state.viewport, model.endNs) }))
  const whole = overview(data, (viewport) => store.set({ viewport }))
  const names = gutter(context, actions)
  const lanes = lanesView(
    data,
    { densityAt: (place) => arranged.densityAt(place), pathOf },
    {
      onViewport: (viewport) => store.set({ viewport }),
      onScrollBy: (px) => store.set({ scrollPx: clampedScrollPx(geometry(), store.state.scrollPx + px) }),
      onHover: (hover) => store.set({ hover }),
      onClick(lane, item, atNs) {
        store.set({ cursorNs: Math.min(Math.max(0, atNs), model.endNs) })
        if (lane) actions.select(lane, item, false)
        names.tree.focus({ preventScroll: true })
      },
      onDoubleClick: (toSide) => actions.openSelectedSource(toSide),
      onMenu: (lane, item) => actions.select(lane, item, false),
      onRange: (range) => store.set({ range }),
    },
  )
  const scroll = scrollbar((scrollPx) => store.set({ scrollPx: clampedScrollPx(geometry(), scrollPx) }))
  const details = drawer(context, actions, {
    onTab: (tab) => store.set({ tab }),
    onStacks: () => store.set({ stacks: !store.state.stacks }),
    onWhy: () => store.set({ why: !store.state.why }),
    pathOf,
  })
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
  const notices = element('div', { class: 'notices', role: 'status' })
  let said = ''
  const sayNotices = (): void => {
    const { notices: all } = model
    if (all.join('\n') === said) return
    said = all.join('\n')
    showNotices()
  }
  let offer: HTMLElement | undefined
  const showNotices = (): void => {
    notices.replaceChildren(...model.notices.map((notice) => element('p', {}, notice)), ...(offer ? [offer] : []))
    notices.hidden = notices.childElementCount === 0
  }
  notices.hidden = true
  sayNotices()
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
  bar.element.insertBefore(follow.element, bar.findings)

  let detailsDrawnMs = 0
  let drawnRows: Rows | undefined
  let saving: ReturnType<typeof setTimeout> | undefined
  let renewing: ReturnType<typeof setTimeout> | undefined
  let stopRenewing = (): void => undefined
  store.onFrame((state, changed) => {
    const has = (...keys: (keyof typeof state)[]): boolean => keys.some((key) => changed.has(key))
    const shownRows = rows()
    const rowsChanged = shownRows !== drawnRows
    if (rowsChanged) {
      drawnRows = shownRows
      bar.setFound(shownRows.matches ? shownRows.matchCount : undefined)
      nothing.hidden = shownRows.matches === undefined || shownRows.matchCount > 0
    }
    if (rowsChanged || has('grouping', 'sort', 'resources', 'connections', 'query'))
      bar.draw(state, arranged.filterError(state))
    if (has('gutterPx', 'drawerPx')) layOut()
    const shown = { rows: shownRows, scrollPx: clampedScrollPx(geometry(), state.scrollPx), heightPx: size.heightPx }
    const { widthPx } = size
    const lanesChanged =
      rowsChanged || has('viewport', 'scrollPx', 'pinned', 'gutterPx', 'drawerPx', 'look', 'grown', 'selection')
    if (has('viewport', 'look', 'gutterPx', 'grown')) whole.draw(state.viewport, widthPx, theme)
    if (has('viewport', 'look', 'gutterPx', 'cursorNs', 'hover'))
      scale.draw(state.viewport, widthPx, state.cursorNs, state.hover?.xPx)
    if (lanesChanged) {
      names.draw(shown, state)
      lanes.draw(shown, state, widthPx)
      scroll.draw(shown)
    } else if (has('hover', 'cursorNs', 'range', 'why')) lanes.drawOver(shown, state, widthPx)
    if (lanesChanged || has('hover')) names.drawHover(state.hover?.lane)
    if (has('hover')) tip.draw(state.hover, lanes.place)
    // Rows are made anew whenever the trace grows; what shall not happen each time goes by what the user did.
    const rearranged = rowsChanged && !has('grown')
    const asked = has('selection', 'cursorNs', 'range', 'tab', 'stacks', 'why', 'query')
    if (rearranged || asked || (has('grown') && detailsAreOld())) details.draw(state)
    if (has('viewport')) context.history.visit(state.viewport)
    // What was put off while the trace grew comes, also where it grows no more.
    const dueMs = arranged.dueMs()
    clearTimeout(renewing)
    if (dueMs !== undefined) renewing = setTimeout(renew, Math.max(0, dueMs - performance.now()))
    if (lanesChanged || has('cursorNs', 'range', 'tab', 'stacks', 'why', 'query')) {
      clearTimeout(saving)
      // A tab may be hidden right after a click, and its page is gone then: what is done once is saved at once.
      if (rearranged || has('selection', 'pinned')) host.saveState(persist(store.state))
      else saving = setTimeout(() => host.saveState(persist(store.state)), SAVE_AFTER_MS)
    }
  })

  function renew(): void {
    const isReady = (): void => store.set({ grown: store.state.grown + 1 })
    stopRenewing = inSlices(arranged.prepare(store.state), AT_ONCE_MS, isReady)
  }

  /** Details are lists: of a trace that grows they are drawn anew once a second, and not under the user's hands. */
  function detailsAreOld(): boolean {
    const now = performance.now()
    const isInUse = details.element.querySelector(':focus') !== null
    if (isInUse || now - detailsDrawnMs < DETAILS_EVERY_MS) return false
    detailsDrawnMs = now
    return true
  }

  function layOut(): void {
    const { gutterPx, drawerPx } = store.state
    view.style.setProperty('--gutter', `${Math.round(Math.min(gutterPx, window.innerWidth * 0.45))}px`)
    view.style.setProperty(
      '--drawer',
      `${Math.round(Math.min(drawerPx, Math.max(DRAWER_PX.min, view.clientHeight - 240)))}px`,
    )
    gutterSplit.update()
    drawerSplit.update()
    size = lanes.measure()
  }
  function repaint(): void {
    layOut()
    store.set({ look: store.state.look + 1 })
  }
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(details.text())
      voice.tell('Copied.')
    } catch {
      voice.tell('The clipboard cannot be written here.')
    }
  }
  function onKey(event: KeyboardEvent): void {
    if (help.open) return
    const command = commandOf(event)
    if (!command) return
    event.preventDefault()
    run(command)
  }
  function run(command: PanelCommand): void {
    if (command === 'help') help.showModal()
    else if (command === 'search') bar.search.focus()
    else if (command === 'copy') void copy()
    else if (command === 'clear' && bar.search.value !== '') {
      actions.clearFilter()
      names.tree.focus()
    } else if (isTakeAway(command)) void takeAway(command, context, { fileName, widthPx: size.widthPx, theme })
    else runCommand(command, context, actions, size.heightPx)
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
    offerOthers(count) {
      const said = `${counted(count, 'other process of this program was', 'other processes of this program were')} recorded. `
      const showAll = button('Show all on one clock', 'link', () => host.post({ type: 'openProgram' }))
      offer = element('p', { class: 'offer' }, said, showAll)
      showNotices()
    },
    tell: voice.tell,
    run,
    setFindings(findings, unknowns) {
      bar.setFindings(findings)
      details.setFindings(findings, unknowns)
      details.draw(store.state)
      if (findings.length > 0) voice.say(counted(findings.length, 'finding'))
    },
    *grow(update) {
      clearTimeout(renewing)
      stopRenewing()
      const { selection, hover } = store.state
      const [selected, hovered] = [keptItem(data, selection), keptItem(data, hover)]
      // One object each, all along: the parts hold on to them, and find what is new.
      Object.assign(model, update())
      Object.assign(data, laneData(model))
      store.set({ selection: selected(), hover: hovered() })
      yield
      yield* arranged.prepare(store.state)
      return (lag) => {
        bar.grow()
        sayNotices()
        const { viewport, grown } = store.state
        const follows = isAtEnd(viewport, endNs)
        store.set({ grown: grown + 1, ...(follows ? { viewport: followed(viewport, endNs, model.endNs) } : {}) })
        follow.show(lag, follows)
        endNs = model.endNs
      }
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
      clearTimeout(renewing)
      stopRenewing()
    },
  }
}
