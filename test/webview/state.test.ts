import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taskTree } from '../../trace/model/tree.ts'
import { asPersistedState } from '../../webview/state/persistedState.ts'
import { createStore } from '../../webview/state/panelState.ts'
import { initialState, persist } from '../../webview/state/startState.ts'
import { drawn } from './models.ts'

const model = drawn(`
  main : =#........
  a    :  =#.......  | by main
`)
const tree = taskTree(model.tasks)

describe('the state that is kept', () => {
  it('comes back as it was', () => {
    const state = {
      ...initialState(model, tree, undefined),
      viewport: { startNs: 1e6, endNs: 4e6 },
      selection: { lane: { kind: 'task', id: 2 } as const, item: model.segments.first[2] },
      collapsed: new Set([1]),
      drawerPx: 222,
    }
    const kept: unknown = JSON.parse(JSON.stringify(persist(state)))
    const back = initialState(model, tree, asPersistedState(kept))
    expect(back.viewport).toEqual(state.viewport)
    expect(back.selection).toEqual(state.selection)
    expect(back.collapsed).toEqual(state.collapsed)
    expect(back.drawerPx).toBe(222)
  })

  it('of another trace loses only what that trace does not have', () => {
    const kept = asPersistedState({
      version: 1,
      selectedTask: 99,
      selectedSegment: 7,
      collapsed: [99, 'x', -1],
      gutterPx: 1e9,
    })
    const state = initialState(model, tree, kept)
    expect(state.selection).toBeUndefined()
    expect(state.collapsed.size).toBe(0)
    expect(state.gutterPx).toBe(300)
  })

  it('can be anything without harm', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const saved = asPersistedState(value)
        expect(() => initialState(model, tree, saved)).not.toThrow()
      }),
    )
  })
})

describe('the store', () => {
  it('draws once for several changes, and not at all for none', () => {
    const frames: (() => void)[] = []
    const store = createStore(initialState(model, tree, undefined), (run) => frames.push(run))
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
