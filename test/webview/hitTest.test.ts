import { describe, expect, it } from 'vitest'
import { State } from '../../trace/model/types.ts'
import { itemAtPx } from '../../webview/lanes/hitTest.ts'
import { laneData } from '../../webview/lanes/laneData.ts'
import { drawn, MS } from './models.ts'

const model = drawn(`
  loop : pp##pp
  a    : ==##...=#✓
`)
const data = laneData(model)
const scale = { startNs: 0, pxPerNs: 10 / MS, widthPx: 200 }

describe('the item under the pointer', () => {
  it('is the segment there', () => {
    expect(model.segments.state[itemAtPx(data, { kind: 'task', id: 1 }, 25, scale)]).toBe(State.running)
    expect(model.segments.state[itemAtPx(data, { kind: 'task', id: 1 }, 45, scale)]).toBe(State.waiting)
  })

  it('is found a few pixels beside the lane, and none further off', () => {
    expect(itemAtPx(data, { kind: 'task', id: 1 }, 92, scale)).toBe(model.segments.last[1] - 1)
    expect(itemAtPx(data, { kind: 'task', id: 1 }, 120, scale)).toBe(-1)
  })

  it('is the run of a loop', () => {
    expect(itemAtPx(data, { kind: 'loop', id: 1 }, 5, scale)).toBe(model.runs.first[1])
  })
})
