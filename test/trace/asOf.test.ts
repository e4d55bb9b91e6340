import { describe, expect, it } from 'vitest'
import { gatherFacts } from '../../trace/findings/facts.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { asOf } from '../../trace/model/asOf.ts'
import { buildModel } from '../../trace/model/build.ts'
import { draw } from '../ascii/draw.ts'
import { COLUMN_NS, trace } from '../ascii/trace.ts'

const lanes = `
  loop    :            ppppp
  main    : =#..................#✓  | awaits gather @3
  holder  :  =#.....=#✓             | by main, awaits sleep, holds lock A from 2 to 8 @11
  fetch-1 :  ==#.....==#x           | by main, awaits lock A @21, woken by holder, cancelled by main at 6
  fetch-2 :  ===#.......==#!        | by main, awaits read, opens timeout T from 4 to 12
  late    :               =#...#✓   | by main, awaits task fetch-2
`

/** The drawing up to a column, with the marks of the tasks that have ended by then. */
const until = (drawing: string, column: number): string[] =>
  drawing.split('\n').map((lane) => {
    const [name, cells] = lane.split(' : ')
    return `${name} : ${cells.slice(0, column).trimEnd()}${cells.slice(column).match(/^[✓!x]/)?.[0] ?? ''}`
  })

describe('a model as of a moment', () => {
  const whole = buildModel(readTrace(trace(lanes)))

  it.each([4, 7, 11, 13])('is drawn as the whole is up to there: column %i', (column) => {
    const before = asOf(whole, column * COLUMN_NS)
    expect(draw(before).split('\n')).toEqual(until(draw(whole), column))
  })

  it('knows who held what, and what was open', () => {
    const { holds, scopes, cancels } = asOf(whole, 7 * COLUMN_NS - 1)
    expect([...holds.untilNs]).toEqual([NaN])
    expect([...scopes.closeNs]).toEqual([NaN])
    expect([...cancels.deliveredNs]).toEqual([NaN])
    expect(asOf(whole, 5 * COLUMN_NS).cancels.task).toHaveLength(0)
  })

  it('says where each task was parked', () => {
    const { parked, open } = gatherFacts(asOf(whole, 7 * COLUMN_NS - 1))
    expect(open).toBe(true)
    expect([...parked.values()].map(({ kind, place }) => `${kind} ${place?.line}`)).toEqual([
      'gather 3',
      'sleep 20',
      'lock 21',
      'read 40',
    ])
  })

  it('leaves the model as it was', () => {
    const before = draw(whole)
    asOf(whole, 5 * COLUMN_NS)
    expect(draw(whole)).toBe(before)
  })
})
