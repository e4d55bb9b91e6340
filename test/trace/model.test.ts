import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { awaitText, outcomeText, taskName } from '../../trace/model/describe.ts'
import { State, type TraceModel } from '../../trace/model/types.ts'
import { draw } from '../ascii/draw.ts'
import { COLUMN_NS, trace } from '../ascii/trace.ts'

const model = (drawing: string): TraceModel => buildModel(readTrace(trace(drawing)))
const drawn = (drawing: string): string => `\n${draw(model(drawing))}\n`

describe('segments', () => {
  it('are what was drawn: running, ready, waiting, and every way to end', () => {
    expect(
      drawn(`
main  : =#........=#✓
one   :  =#==#.=#!     | by main
two   :   ==#...==#x    | by one
`),
    ).toBe(`
loop    :  ## ##  # ##
main    : =#........=#✓
  one   :  =#==#.=#!
    two :   ==#...==#x
`)
  })

  it('end at the end of the trace where the task did not', () => {
    expect(drawn(`main : =##....`)).toBe(`
loop :  ##
main : =##....
`)
  })
})

describe('runs', () => {
  it('are the steps, callbacks, timers and polls of a thread, with the gaps between them', () => {
    expect(
      drawn(`
loop : c  ppp tt
main : =##...===#✓
`),
    ).toBe(`
loop : c##ppp tt#
main : =##...===#✓
`)
  })
})

describe('totals', () => {
  const { tasks } = model(`main : ==##...=#....`)
  it('add up to the life of the task, an unfinished one up to the end of the trace', () => {
    expect(tasks.readyNs[1]).toBe(3 * COLUMN_NS)
    expect(tasks.runningNs[1]).toBe(3 * COLUMN_NS)
    expect(tasks.waitingNs[1]).toBe(7 * COLUMN_NS)
    expect(tasks.steps[1]).toBe(2)
    expect(tasks.endedNs[1]).toBeNaN()
  })
})

describe('causes', () => {
  const causes = model(`
    main  : =#....=##✓         | awaits task child
    child :  =#..=#x           | by main, awaits sleep, woken by main, cancelled by main at 4
  `)
  it('say who created, who asked to cancel, and what was awaited', () => {
    expect(causes.tasks.parent[2]).toBe(1)
    expect([...causes.cancels.by]).toEqual([1])
    expect(causes.cancels.atNs[0]).toBe(4 * COLUMN_NS)
    const waits = causes.segments.first[1] + 2
    expect(causes.segments.state[waits]).toBe(State.waiting)
    expect(awaitText(causes, causes.segments.detail[waits], causes.segments.other[waits])).toBe('task · child')
  })
  it('put ends into words', () => {
    expect(outcomeText(causes, 1)).toBe('done')
    expect(outcomeText(causes, 2)).toBe('cancelled')
    expect(taskName(causes, 2)).toBe('child')
  })
})
