import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { Durations, medianOf } from '../../trace/summary/durations.ts'
import { summarise } from '../../trace/summary/index.ts'
import { trace } from '../ascii/trace.ts'

const summary = summarise(
  buildModel(
    readTrace(
      trace(
        `
main   : #...........#✓ | awaits gather @40
first  :  =#....=#x     | by main, awaits lock pool @12<run:30
second :  ==#......=    | by main, awaits queue_get jobs @12<run:30
third  :  ===#!         | by main`.trim(),
        { killed: true },
      ),
    ),
  ),
)

describe('the summary of a trace', () => {
  it('says of each coroutine how often it ran, how long, and how it ended', () => {
    const [main, first, second, third] = summary.coroutines
    expect(main).toMatchObject({ function: 'main', line: 10, tasks: 1, medianNs: 13e6, waitingNs: 11e6, pending: 0 })
    expect(first).toMatchObject({ cancelled: 1, failed: 0, medianNs: 8e6 })
    expect(second).toMatchObject({ pending: 1, medianNs: null })
    expect(third).toMatchObject({ failed: 1 })
  })

  it('says of each line with an await what was waited for, with the lines further out', () => {
    const at = (line: number) => summary.awaitLines.find((each) => each.line === line)!
    expect(at(12)).toMatchObject({ waits: 2, pending: 0, waitedNs: 10e6, longestNs: 6e6 })
    expect(at(12).causes.map(({ kind, waits, waitedNs }) => [kind, waits, waitedNs])).toEqual([
      ['queue_get', 1, 6e6],
      ['lock', 1, 4e6],
    ])
    expect(at(12).slowest.map(({ name, atNs, forNs }) => [name, atNs, forNs])).toEqual([
      ['second', 4e6, 6e6],
      ['first', 3e6, 4e6],
    ])
    expect(at(30)).toMatchObject({ function: 'run', waits: 2, waitedNs: 10e6 })
    expect(at(12).decades).toEqual([0, 0, 0, 2, 0, 0, 0, 0])
    expect(summary.awaitLines[0]).toMatchObject({ line: 40, waitedNs: 11e6 })
  })

  it('says of each function how long was waited inside of it', () => {
    expect(summary.functions.find((each) => each.function === 'run')).toMatchObject({ waits: 2, waitedNs: 10e6 })
  })
})

describe('durations', () => {
  it('have shares that are right within 5 %', () => {
    const durations = new Durations()
    for (let i = 1; i <= 1000; i++) durations.add(i * 1000)
    for (const share of [0.1, 0.5, 0.9]) expect(durations.at(share) / (share * 1e6)).toBeCloseTo(1, 1)
    expect(durations.at(1)).toBeLessThanOrEqual(durations.longestNs)
    expect(new Durations().at(0.5)).toBe(0)
  })

  it('have an exact median where all are kept', () => {
    expect(medianOf(Float64Array.of(9, 1, 5))).toBe(5)
    expect(medianOf(Float64Array.of(4, 1))).toBe(2.5)
    expect(medianOf(new Float64Array())).toBeNull()
  })
})
