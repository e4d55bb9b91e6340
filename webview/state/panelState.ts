import type { TimeRange } from '../../trace/model/siteStats.ts'
import type { Grouping } from '../lanes/grouping.ts'
import type { Lane } from '../lanes/lane.ts'
import type { SortKey } from '../lanes/sorting.ts'
import type { Viewport } from '../time/viewport.ts'

/** What the user did to the view. Everything drawn follows from this and the trace. */
export interface PanelState {
  readonly viewport: Viewport
  readonly scrollPx: number
  /** `item` is a segment (task), a run (loop), a job (thread) or a hold (object), -1 where the whole lane is meant. */
  readonly selection: { readonly lane: Lane; readonly item: number } | undefined
  /** The moment that the drawer speaks of; NaN = none. */
  readonly cursorNs: number
  /** Keys of lanes that are folded although they start open. */
  readonly collapsed: ReadonlySet<string>
  /** Keys of lanes that are open although they start folded: those that hold many siblings. */
  readonly opened: ReadonlySet<string>
  /** Keys of the lanes that stand at the top, in the order in which they do. */
  readonly pinned: readonly string[]
  readonly grouping: Grouping
  readonly sort: SortKey
  /** Whether locks, queues and the like have lanes. */
  readonly resources: boolean
  /** Whether connections, pipes and servers have lanes. */
  readonly connections: boolean
  /** In the filter language, see `trace/model/filter`. */
  readonly query: string
  /** The time that the tables speak of; undefined = all. */
  readonly range: TimeRange | undefined
  /** Which table stands beside the details. */
  readonly tab: TabId
  /** Whether the await graph shows coroutine stacks. */
  readonly stacks: boolean
  /** Whether the critical path of what is selected is drawn on the lanes. */
  readonly why: boolean
  readonly gutterPx: number
  readonly drawerPx: number
  /** What the pointer is over, and where it is: px in the lanes. */
  readonly hover:
    { readonly lane: Lane | undefined; readonly item: number; readonly xPx: number; readonly yPx: number } | undefined
  /** Counts how often the trace has grown: what is made of the model is made anew then. */
  readonly grown: number
  /** Counts changes of theme, size and fonts, which alter the picture and nothing else. */
  readonly look: number
}

export const tabIds = ['awaitGraph', 'awaits', 'sites', 'tasks', 'findings'] as const
export type TabId = (typeof tabIds)[number]

export interface Store {
  readonly state: PanelState
  set(change: Partial<PanelState>): void
  /** Calls back before the next frame after changes, once for all of them, with the names of what changed. */
  onFrame(listener: (state: PanelState, changed: ReadonlySet<keyof PanelState>) => void): void
}

/** `schedule` runs a function before the next frame. */
export function createStore(initial: PanelState, schedule: (run: () => void) => void = requestAnimationFrame): Store {
  let state = initial
  let changed = new Set<keyof PanelState>()
  const listeners: ((state: PanelState, changed: ReadonlySet<keyof PanelState>) => void)[] = []
  function flush(): void {
    const now = changed
    changed = new Set()
    for (const listener of listeners) listener(state, now)
  }
  return {
    get state() {
      return state
    },
    set(change) {
      const keys = (Object.keys(change) as (keyof PanelState)[]).filter((key) => !Object.is(state[key], change[key]))
      if (keys.length === 0) return
      state = { ...state, ...change }
      if (changed.size === 0) schedule(flush)
      for (const key of keys) changed.add(key)
    },
    onFrame: (listener) => void listeners.push(listener),
  }
}
