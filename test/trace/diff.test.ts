import { describe, expect, it } from 'vitest'
import { diff, type Change } from '../../trace/compare/diff.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { joinProcesses, type Processes } from '../../trace/model/processes.ts'
import { trace } from '../ascii/trace.ts'

const drawn = (drawing: string, file = 'app.py'): Processes =>
  joinProcesses([{ source: '', model: buildModel(readTrace(trace(drawing, { file }))) }])

const changed = (changes: readonly Change[]): string[] =>
  changes
    .filter(({ verdict }) => verdict !== 'same')
    .map(({ verdict, metric, function: name, label, line }) => `${verdict} ${name} ${label || metric}:${line}`)

describe('diff', () => {
  const before = drawn('main : =#..=#✓  | awaits lock @12')

  it('of a trace with itself is nothing', () => {
    expect(changed(diff(before, before))).toEqual([])
  })

  it('says what got slower, and what faster the other way round', () => {
    const after = drawn('main : =#.......=#✓  | awaits lock @12')
    expect(changed(diff(before, after))).toEqual(['slower main lock:12', 'slower main lived:10'])
    expect(changed(diff(after, before))).toEqual(['faster main lock:12', 'faster main lived:10'])
    const [slower] = diff(before, after)
    expect(slower).toMatchObject({ before: { count: 1, p50Ns: 2e6, totalNs: 2e6 }, after: { p50Ns: 7e6 } })
  })

  it('one measurement has to change by more than many: by 60 %, where 20 % is asked for', () => {
    const wait = (ms: number): Processes => drawn(`main : =#${'.'.repeat(ms)}=#✓  | awaits lock @12`)
    expect(changed(diff(wait(10), wait(15)))).toEqual([])
    expect(changed(diff(wait(10), wait(16)))).toContain('slower main lock:12')
    expect(changed(diff(wait(10), wait(12), { minChange: 0.05, minNs: 1e6 }))).toContain('slower main lock:12')
    expect(changed(diff(wait(10), wait(16), { minChange: 0.2, minNs: 1e7 }))).toEqual([])
  })

  it('says what is new and what is gone', () => {
    const other = drawn('main : =#..=#✓  | awaits read @12')
    expect(changed(diff(before, other))).toEqual(['new main read:12', 'gone main lock:12'])
  })

  it('finds awaits again whose lines moved, in their order', () => {
    const twice = (a: number, b: number, ms: number): Processes =>
      drawn(`main : =#..=#${'.'.repeat(ms)}=#✓  | awaits lock @${a}, awaits lock @${b}`)
    expect(changed(diff(twice(12, 20, 2), twice(14, 22, 9)))).toEqual(['slower main lock:22', 'slower main lived:10'])
  })

  it('where there is one more, the lines that stayed are themselves', () => {
    const more = drawn('main : =#..=#..=#✓  | awaits lock @12, awaits lock @13')
    expect(changed(diff(before, more)).filter((text) => text.includes('lock'))).toEqual(['new main lock:13'])
  })

  it('says what happens more often, beyond accident', () => {
    const times = (count: number): Processes => drawn(`main : =#${'..=#'.repeat(count)}✓  | awaits lock @12`)
    const often = (a: number, b: number): string[] =>
      changed(diff(times(a), times(b))).filter((text) => text.includes('lock'))
    expect(often(4, 8)).toEqual([])
    expect(often(10, 40)).toEqual(['more main lock:12'])
    expect(often(40, 10)).toEqual(['fewer main lock:12'])
  })

  it('compares checkouts in different folders', () => {
    const inFolder = (folder: string): Processes => {
      const { processes } = drawn('main : =#..=#✓  | awaits lock @12', `${folder}/app.py`)
      const [{ model }] = processes
      return joinProcesses([{ source: '', model: { ...model, header: { ...model.header, cwd: folder } } }])
    }
    const changes = diff(inFolder('/ci/build'), inFolder('/home/me/src'))
    expect(changed(changes)).toEqual([])
    expect(changes[0].file).toBe('app.py')
  })

  it('of nothing at all', () => {
    expect(diff(joinProcesses([]), joinProcesses([]))).toEqual([])
    expect(diff(joinProcesses([]), before).every(({ verdict }) => verdict === 'new')).toBe(true)
  })
})
