import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { taskName } from '../../trace/model/describe.ts'
import { completions } from '../../trace/model/filter/complete.ts'
import { matchTasks } from '../../trace/model/filter/match.ts'
import { parseFilter } from '../../trace/model/filter/parse.ts'
import { trace } from '../ascii/trace.ts'

const model = buildModel(
  readTrace(
    trace(`
      main     : =#..................   | awaits task fetch-1
      fetch-1  :  =#.......=#x          | by main, awaits lock pool, cancelled by main at 6
      fetch-2  :  ==#........=#!        | by main, awaits read
      handle-1 : =====#✓
      stuck    : ====#................  | awaits queue_get pages, cancelled by main at 9
    `),
  ),
)

function found(text: string): string[] {
  const filter = parseFilter(text)
  expect(filter.error).toBeUndefined()
  const matches = matchTasks(model, filter)
  const all = Array.from({ length: model.tasks.count }, (_, i) => i + 1)
  return all.filter((task) => matches === undefined || matches[task] === 1).map((task) => taskName(model, task))
}

describe('a filter', () => {
  it.each([
    ['', ['main', 'fetch-1', 'fetch-2', 'handle-1', 'stuck']],
    ['FETCH', ['fetch-1', 'fetch-2']],
    ['fetch 1', ['fetch-1']],
    ['state:waiting', ['main', 'stuck']],
    ['state:done,failed', ['fetch-2', 'handle-1']],
    ['cancelled', ['fetch-1']],
    ['cancelling', ['stuck']],
    ['-unfinished', ['fetch-1', 'fetch-2', 'handle-1']],
    ['coroutine:fetch*', ['fetch-1', 'fetch-2']],
    ['name:*-1', ['fetch-1', 'handle-1']],
    ['name:fetch', []],
    ['creator:main -error:ValueError', ['fetch-1']],
    ['awaits:lock,read', ['fetch-1', 'fetch-2']],
    ['file:app.py', ['main', 'fetch-1', 'fetch-2', 'handle-1', 'stuck']],
    ['wait:>7.5ms wait:<0.01s', ['fetch-2']],
    ['duration:=6ms', ['handle-1']],
    ['steps:2', ['fetch-1', 'fetch-2']],
    ['id:>=4', ['handle-1', 'stuck']],
    ['"cancelled"', []],
    ['state:waiting coroutine:st* wait:>10ms cancelling', ['stuck']],
  ])('%s', (text, names) => {
    expect(found(text)).toEqual(names)
  })

  it.each([
    ['state:wait', 'wait', "'wait' is no state"],
    ['main wait:>100', '>100', 'A time needs its unit'],
    ['wait:>5x', '>5x', "'x' is no unit"],
    ['wait:', 'wait:', 'nothing to compare with'],
    ['steps:>5ms', '>5ms', 'is a number'],
    ['colour:red main', 'colour:', "There is no 'colour:'"],
    ['name:', 'name:', 'Say which name'],
  ])('that is wrong says where and what to write: %s', (text, place, message) => {
    const error = parseFilter(text).error!
    expect(text.slice(error.from, error.to)).toBe(place)
    expect(error.message).toContain(message)
  })

  it('holds as far as it is right', () => {
    const filter = parseFilter('fetch wait:>5x -cancelled')
    expect(filter.terms).toHaveLength(2)
    expect(filter.error?.message).toContain('no unit')
  })

  it('never throws, and passes no more than there are', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const filter = parseFilter(text)
        expect(filter.error?.to ?? 0).toBeLessThanOrEqual(text.length)
        expect((matchTasks(model, filter) ?? []).length).toBeLessThanOrEqual(model.tasks.count + 1)
        expect(() => completions(model, text, text.length)).not.toThrow()
      }),
    )
  })
})

describe('completion', () => {
  const offered = (text: string): string[] => completions(model, text, text.length).map((each) => each.text)

  it('offers keys, states and what the trace has', () => {
    expect(offered('st')).toEqual(['state:', 'steps:>'])
    expect(offered('main -can')).toEqual(['cancelled', 'cancelling'])
    expect(offered('state:wa')).toEqual(['waiting'])
    expect(offered('coroutine:fe')).toEqual(['fetch-1', 'fetch-2'])
    expect(offered('state:done,f')).toEqual(['failed'])
    expect(offered('wait:')).toEqual(['>1ms', '>100ms', '>1s', '<1ms'])
    expect(offered('')).toEqual([])
  })

  it('says what it stands in for', () => {
    expect(completions(model, 'x state:wa', 10)[0]).toMatchObject({ from: 8, to: 10 })
  })
})
