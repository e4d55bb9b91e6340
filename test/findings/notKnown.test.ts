import { expect, it } from 'vitest'
import { findAll } from '../../trace/findings/index.ts'
import { asFarAsRecorded, notKnown } from '../../trace/findings/notKnown.ts'
import { findingKindNames, findingKinds } from '../../trace/findings/registry.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { trace } from '../ascii/trace.ts'

const modelOf = (drawing: string, level = 'timeline') => buildModel(readTrace(trace(drawing, { header: { level } })))

it('where events were dropped, every kind that was not found may have been', () => {
  const model = modelOf('main : =#✓')
  const { answers } = findAll({ ...model, droppedEvents: 3 })
  for (const kind of findingKindNames) expect(answers[kind]).toMatchObject({ answer: 'cannotTell' })
  expect(asFarAsRecorded(findAll(model).answers, model)).toEqual(findAll(model).answers)
})

it('what is missing for several kinds is said once', () => {
  const rows = notKnown(findAll({ ...modelOf('main : =#✓'), droppedEvents: 3 }).answers)
  expect(rows).toEqual([
    { kinds: findingKindNames, record: expect.stringContaining('3 events were dropped') as string },
  ])
})

it('what was found stays found where events were dropped', () => {
  const model = modelOf('main : =##..=#✓ | awaits sleep, drops alive:24 at 2 @33')
  expect(findAll({ ...model, droppedEvents: 3 }).answers['never-awaited'].answer).toBe('holds')
})

it('of one moment, only what needs no past is denied', () => {
  const { answers } = findAll(modelOf('main : =#✓', 'snapshot'))
  for (const kind of findingKindNames)
    expect([kind, answers[kind].answer]).toEqual([kind, 'atAMoment' in findingKinds[kind] ? 'doesNot' : 'cannotTell'])
})
