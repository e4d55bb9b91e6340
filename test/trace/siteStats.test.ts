import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { siteStats, tasksDuring, type TimeRange } from '../../trace/model/siteStats.ts'
import { trace } from '../ascii/trace.ts'

const MS = 1e6
const model = buildModel(
  readTrace(
    trace(`
      a : #....=#..=#✓      | awaits read @7, awaits sleep @8
      b : =#......=#✓       | awaits read @7
      c : ==#............   | awaits read @7
    `),
  ),
)
const stats = (range?: TimeRange, matches?: Uint8Array): unknown[] =>
  siteStats(model, matches, range).map(({ label, line, count, totalNs, p50Ns, p95Ns, maxNs, task }) => [
    `${label} ${line?.line}`,
    count,
    ...[totalNs, p50Ns, p95Ns, maxNs].map((ns) => ns / MS),
    task,
  ])

describe('await sites', () => {
  it('say how often, how long in all, half, 95 % and at the most tasks waited, and who the longest', () => {
    expect(stats()).toEqual([
      ['read 7', 3, 22, 6, 12, 12, 3],
      ['sleep 8', 1, 2, 2, 2, 2, 1],
    ])
  })

  it('count what lies in a range, and the tasks that are let through', () => {
    expect(stats({ startNs: 4 * MS, endNs: 8 * MS })).toEqual([
      ['read 7', 3, 9, 4, 4, 4, 2],
      ['sleep 8', 1, 1, 1, 1, 1, 1],
    ])
    expect(stats(undefined, Uint8Array.of(0, 0, 1, 0))).toEqual([['read 7', 1, 6, 6, 6, 6, 2]])
    expect(stats({ startNs: 14 * MS, endNs: 15 * MS })).toEqual([['read 7', 1, 1, 1, 1, 1, 3]])
  })
})

describe('the tasks of a range', () => {
  it('are those that existed in it', () => {
    expect([...tasksDuring(model, { startNs: 10.5 * MS, endNs: 20 * MS })]).toEqual([0, 1, 0, 1])
    expect([...tasksDuring(model, { startNs: 0, endNs: 1 * MS })]).toEqual([0, 1, 1, 1])
  })
})
