import { describe, expect, it } from 'vitest'
import { withDropped } from '../../trace/findings/notKnown.ts'
import { findAll } from '../../trace/findings/index.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { trace } from '../ascii/trace.ts'
import { found, killed } from './found.ts'

describe('a check says that the trace cannot tell', () => {
  it('lock-contention, where nobody recorded who held the lock', () => {
    const { answer } = found(`
    one : #...........=#✓     | awaits lock L @34
    two :  #...........=#✓    | awaits lock L @34
    `)
    expect(answer('lock-contention')).toBe('cannotTell')
  })

  it('executor-starvation, where nobody recorded when jobs began', () => {
    expect(killed('main : =#............ | awaits executor @4').answer('executor-starvation')).toBe('cannotTell')
  })

  it('sync-in-async, where a loop was blocked and its thread not sampled', () => {
    const { answer } = found('main : =#########✓')
    expect(answer('blocked-loop')).toBe('holds')
    expect(answer('sync-in-async')).toBe('cannotTell')
  })

  it('leaked-task, while the program goes on', () => {
    const drawing = `
    main  : =#✓
    child :   =#............    | by main, awaits sleep
    `
    expect(killed(drawing).answer('leaked-task')).toBe('cannotTell')
    expect(found('main : =#..=#✓ | awaits sleep').answer('leaked-task')).toBe('doesNot')
  })

  it('unretrieved-exception, where nobody awaited what failed and Python does not complain', () => {
    const drawing = `
    main  : =#...........=#✓    | awaits sleep
    child :   =#!               | by main
    `
    expect(found(drawing).answer('unretrieved-exception')).toBe('cannotTell')
  })

  it('serial-awaits, of a task that has not ended', () => {
    const calls = 'awaits read @9<fetch:24'
    const drawing = (end: string): string => `main : =#...=#...=#...=#...=#...=#${end} | ${calls}`
    expect(killed(drawing('...')).answer('serial-awaits')).not.toBe('holds')
    expect(found(drawing('✓'), {}, { 'serial-after': 1 }).answer('serial-awaits')).not.toBe('cannotTell')
  })

  it('every kind that was not found, where events were dropped', () => {
    const { answers } = findAll(buildModel(readTrace(trace('main : =#✓'))))
    const dropped = withDropped(answers, 3)
    expect(Object.values(dropped).map(({ answer }) => answer)).toEqual(Object.values(answers).map(() => 'cannotTell'))
    expect(withDropped(answers, 0)).toBe(answers)
  })
})
