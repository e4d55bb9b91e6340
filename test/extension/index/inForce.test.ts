import { expect, it } from 'vitest'
import {
  READ_OF_RUN,
  READ_UNASKED,
  READ_UNASKED_BYTES,
  tracesInForce,
  type Candidate,
} from '../../../extension/index/inForce.ts'

const candidate = (name: string, change: Partial<Candidate> = {}): Candidate => ({
  name,
  program: 'app.py',
  family: name,
  startedMs: 1,
  isOpen: false,
  bytes: 100,
  ...change,
})
const names = (candidates: readonly Candidate[]): string[] => tracesInForce(candidates).map(({ name }) => name)

it('the newest trace of each program speaks for it, newest first, though an older one be open', () => {
  const older = candidate('older', { isOpen: true })
  const newer = candidate('newer', { startedMs: 2 })
  const other = candidate('other', { program: 'worker.py', startedMs: 3 })
  expect(names([older, newer, other])).toEqual(['other', 'newer'])
  expect(names([older])).toEqual(['older'])
})

it('of a run that has several processes all speak, as they began', () => {
  const run = (family: string, startedMs: number): Candidate[] =>
    [0, 1, 2].map((i) => candidate(`${family} ${i}`, { family, startedMs: startedMs + i }))
  const tool = candidate('tool', { program: 'tool.py', family: 'new', startedMs: 99 })
  expect(names([...run('old', 1).reverse(), tool, ...run('new', 10).reverse()])).toEqual([
    'tool',
    'new 0',
    'new 1',
    'new 2',
  ])
  const many = Array.from({ length: 40 }, (_, i) => candidate(`${i}`, { family: 'one', startedMs: i }))
  expect(names(many)).toEqual(Array.from({ length: READ_OF_RUN }, (_, i) => `${i}`))
})

it('traces that do not tell their program stand each for itself', () => {
  expect(names([candidate('a', { program: '' }), candidate('b', { program: '' })])).toEqual(['a', 'b'])
})

it('large recordings and those of many programs wait until somebody opens them', () => {
  const large = { bytes: READ_UNASKED_BYTES + 1 }
  expect(names([candidate('large', large)])).toEqual([])
  expect(names([candidate('large', { ...large, isOpen: true })])).toEqual(['large'])
  const many = Array.from({ length: 20 }, (_, i) => candidate(`${i}`, { program: `${i}.py`, startedMs: i }))
  expect(names(many)).toHaveLength(READ_UNASKED)
  expect(names([...many, candidate('oldest', { program: 'x', startedMs: -1, isOpen: true })])).toContain('oldest')
})
