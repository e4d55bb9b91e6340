import { groupings, type Grouping } from '../lanes/grouping.ts'
import { parseLaneKey } from '../lanes/lane.ts'
import { MAX_PINS } from '../lanes/rows.ts'
import { sortKeys, type SortKey } from '../lanes/sorting.ts'
import { tabIds, type TabId } from './panelState.ts'
import type { Viewport } from '../time/viewport.ts'

/** What survives hiding and reloading the panel. All of it is a wish: tasks and times that the trace does not have are dropped. */
export interface PersistedState {
  readonly version: 1
  readonly viewport: Viewport | undefined
  /** Key of the lane; empty = none. */
  readonly selectedLane: string
  readonly selectedItem: number
  readonly collapsed: readonly string[]
  readonly opened: readonly string[]
  readonly pinned: readonly string[]
  readonly grouping: Grouping
  readonly sort: SortKey
  readonly resources: boolean
  readonly connections: boolean
  readonly query: string
  /** NaN = none. */
  readonly cursorNs: number
  readonly range: Viewport | undefined
  readonly tab: TabId
  readonly stacks: boolean
  readonly why: boolean
  readonly scrollPx: number
  readonly gutterPx: number
  readonly drawerPx: number
}

const MAX_LANES = 100_000
const MAX_QUERY = 10_000

/** What was saved, or `undefined` where it is not of this version; fields that make no sense get their defaults. */
export function asPersistedState(value: unknown): PersistedState | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const saved = value as Record<string, unknown>
  if (saved['version'] !== 1) return undefined
  return {
    version: 1,
    viewport: asViewport(saved['viewport']),
    selectedLane: isLaneKey(saved['selectedLane']) ? saved['selectedLane'] : '',
    selectedItem: isIndex(saved['selectedItem']) ? saved['selectedItem'] : -1,
    collapsed: laneKeys(saved['collapsed'], MAX_LANES),
    opened: laneKeys(saved['opened'], MAX_LANES),
    pinned: laneKeys(saved['pinned'], MAX_PINS),
    grouping: groupings.find((name) => name === saved['grouping']) ?? 'tree',
    sort: sortKeys.find((name) => name === saved['sort']) ?? 'created',
    resources: saved['resources'] === true,
    connections: saved['connections'] === true,
    query: typeof saved['query'] === 'string' ? saved['query'].slice(0, MAX_QUERY) : '',
    cursorNs: typeof saved['cursorNs'] === 'number' && saved['cursorNs'] >= 0 ? saved['cursorNs'] : NaN,
    range: asViewport(saved['range']),
    tab: tabIds.find((name) => name === saved['tab']) ?? 'awaits',
    stacks: saved['stacks'] === true,
    why: saved['why'] === true,
    scrollPx: lengthIn(saved['scrollPx'], 0, 1e9, 0),
    gutterPx: lengthIn(saved['gutterPx'], GUTTER_PX.min, GUTTER_PX.max, GUTTER_PX.initial),
    drawerPx: lengthIn(saved['drawerPx'], DRAWER_PX.min, DRAWER_PX.max, DRAWER_PX.initial),
  }
}

export const GUTTER_PX = { min: 120, max: 700, initial: 300 }
export const DRAWER_PX = { min: 60, max: 1200, initial: 290 }

function asViewport(value: unknown): Viewport | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { startNs, endNs } = value as Record<string, unknown>
  if (typeof startNs !== 'number' || typeof endNs !== 'number') return undefined
  return Number.isFinite(startNs) && Number.isFinite(endNs) && endNs > startNs ? { startNs, endNs } : undefined
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isLaneKey = (value: unknown): value is string => typeof value === 'string' && parseLaneKey(value) !== undefined
const laneKeys = (value: unknown, most: number): string[] =>
  Array.isArray(value) ? value.slice(0, most).filter(isLaneKey) : []
const lengthIn = (value: unknown, min: number, max: number, otherwise: number): number =>
  typeof value === 'number' && value >= min && value <= max ? value : otherwise
