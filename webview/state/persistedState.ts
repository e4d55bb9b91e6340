import type { Viewport } from '../time/viewport.ts'

/** What survives hiding and reloading the panel. All of it is a wish: tasks and times that the trace does not have are dropped. */
export interface PersistedState {
  readonly version: 1
  readonly viewport: Viewport | undefined
  readonly selectedTask: number
  readonly selectedSegment: number
  readonly collapsed: readonly number[]
  readonly scrollPx: number
  readonly gutterPx: number
  readonly drawerPx: number
}

const MAX_COLLAPSED = 100_000

/** What was saved, or `undefined` where it is not of this version; fields that make no sense get their defaults. */
export function asPersistedState(value: unknown): PersistedState | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const saved = value as Record<string, unknown>
  if (saved['version'] !== 1) return undefined
  const collapsed = Array.isArray(saved['collapsed']) ? saved['collapsed'].slice(0, MAX_COLLAPSED).filter(isId) : []
  return {
    version: 1,
    viewport: asViewport(saved['viewport']),
    selectedTask: isId(saved['selectedTask']) ? saved['selectedTask'] : 0,
    selectedSegment: isIndex(saved['selectedSegment']) ? saved['selectedSegment'] : -1,
    collapsed,
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
const isId = (value: unknown): value is number => isIndex(value) && value > 0
const lengthIn = (value: unknown, min: number, max: number, otherwise: number): number =>
  typeof value === 'number' && value >= min && value <= max ? value : otherwise
