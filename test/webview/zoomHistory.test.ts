import { expect, it } from 'vitest'
import { zoomHistory } from '../../webview/time/zoomHistory.ts'

const view = (startNs: number): { startNs: number; endNs: number } => ({ startNs, endNs: 100 })

it('keeps what was stayed at, not what was passed through', () => {
  let nowMs = 0
  const history = zoomHistory(view(0), () => nowMs)
  history.visit(view(10))
  for (nowMs = 100; nowMs <= 500; nowMs += 100) history.visit(view(10 + nowMs))
  expect(history.back()).toEqual(view(0))
  expect(history.back()).toBeUndefined()
  expect(history.forward()).toEqual(view(510))
})

it('keeps what was jumped to, however soon the next came', () => {
  const history = zoomHistory(view(0), () => 0)
  for (const startNs of [10, 20, 30]) {
    history.jump()
    history.visit(view(startNs))
  }
  expect([history.back(), history.back(), history.back()]).toEqual([view(20), view(10), view(0)])
})
