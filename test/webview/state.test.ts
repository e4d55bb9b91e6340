import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { laneData } from '../../webview/lanes/laneData.ts'
import { asPersistedState } from '../../webview/state/persistedState.ts'
import { createStore } from '../../webview/state/panelState.ts'
import { initialState, persist } from '../../webview/state/startState.ts'
import { drawn } from './models.ts'

const model = drawn(`
  main : =#........
  a    :  =#.......  | by main
`)
const data = laneData(model)

describe('the state that is kept', () => {
  it('comes back as it was', () => {
    const state = {
      ...initialState(data, undefined),
      viewport: { startNs: 1e6, endNs: 4e6 },
      selection: { lane: { kind: 'task', id: 2 } as const, item: model.segments.first[2] },
      collapsed: new Set(['task-1']),
      opened: new Set(['fold-2']),
      pinned: ['task-2'],
      grouping: 'coroutine' as const,
      sort: 'duration' as const,
      resources: true,
      connections: true,
      query: 'state:waiting',
      cursorNs: 2e6,
      drawerPx: 222,
    }
    const kept: unknown = JSON.parse(JSON.stringify(persist(state)))
    const back = initialState(data, asPersistedState(kept))
    expect(back).toEqual(state)
  })

  it('of another trace loses only what that trace does not have', () => {
    const kept = asPersistedState({
      version: 1,
      selectedLane: 'task-99',
      selectedItem: 7,
      collapsed: [99, 'x', 'task--1'],
      pinned: ['task-99', 'task-2', 'object-5'],
      grouping: 'colour',
      gutterPx: 1e9,
    })
    const state = initialState(data, kept)
    expect(state.selection).toBeUndefined()
    expect(state.collapsed.size).toBe(0)
    expect(state.pinned).toEqual(['task-2'])
    expect(state.grouping).toBe('tree')
    expect(state.gutterPx).toBe(300)
  })

  it('can be anything without harm', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const saved = asPersistedState(value)
        expect(() => initialState(data, saved)).not.toThrow()
      }),
    )
  })
})

describe('the store', () => {
  it('draws once for several changes, and not at all for none', () => {
    const frames: (() => void)[] = []
    const store = createStore(initialState(data, undefined), (run) => frames.push(run))
    const seen: string[][] = []
    store.onFrame((_, changed) => seen.push([...changed]))
    store.set({ scrollPx: 0 })
    expect(frames).toHaveLength(0)
    store.set({ scrollPx: 5 })
    store.set({ query: 'a' })
    expect(frames).toHaveLength(1)
    frames[0]()
    expect(seen).toEqual([['scrollPx', 'query']])
  })
})
