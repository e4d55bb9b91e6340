import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { summarise } from '../../trace/summary/index.ts'
import { joinAwaitLines, joinCoroutines, joinFunctions } from '../../trace/summary/together.ts'
import { trace } from '../ascii/trace.ts'

const summary = (drawing: string) => summarise(buildModel(readTrace(trace(drawing, { killed: true }))))
/** Tasks of one coroutine function, in two processes. */
const one = summary('a : #...=#✓ | awaits sleep @11')
const other = summary('a : #.......=#✓ | awaits sleep @11')
const hung = summary('a : #........... | awaits sleep @11')

describe('what several processes say of one coroutine', () => {
  const [coroutines, lines, functions] = [one, other, hung].reduce<
    [(typeof one)['coroutines'][number][], (typeof one)['awaitLines'][number][], (typeof one)['functions'][number][]]
  >(
    (all, each) => {
      all[0].push(each.coroutines[0])
      all[1].push(each.awaitLines[0])
      all[2].push(each.functions[0])
      return all
    },
    [[], [], []],
  )

  it('is the sum of what they say, and the median of all', () => {
    const joined = joinCoroutines(coroutines)
    expect(joined).toMatchObject({ tasks: 3, pending: 1, function: 'a' })
    expect(joined.waitingNs).toBe(coroutines.reduce((sum, { waitingNs }) => sum + waitingNs, 0))
    // Of two that ended, the shorter: within a step of what it took.
    expect(joined.medianNs! / coroutines[0].medianNs!).toBeCloseTo(1, 1)
    expect(joinFunctions(functions).waits).toBe(3)
  })

  it('has of each line all waits, and says in which process the longest were', () => {
    const joined = joinAwaitLines([lines[0], undefined, lines[1], lines[2]])
    expect(joined).toMatchObject({ waits: 3, pending: 1, longestNs: lines[2].longestNs })
    expect(joined.decades.reduce((sum, count) => sum + count, 0)).toBe(3)
    expect(joined.causes).toMatchObject([{ waits: 3 }])
    expect(joined.slowest.map(({ origin }) => origin)).toEqual([3, 2, 0])
  })

  it('of one alone stays what it is', () => {
    expect(joinCoroutines(coroutines.slice(0, 1))).toBe(coroutines[0])
    expect(joinAwaitLines(lines.slice(0, 1))).toMatchObject({ medianNs: lines[0].medianNs, waits: 1 })
  })
})
