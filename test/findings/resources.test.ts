import { describe, expect, it } from 'vitest'
import { found } from './found.ts'

describe('lock-contention', () => {
  const waits = (holds: string): string => `
    slow : =#............=#✓      | awaits sleep, ${holds}
    one  :  =#............=#✓     | awaits lock L @34
    two  :   =#............=#✓    | awaits lock L @34
    `

  it('points at who held it far longer than is usual', () => {
    const short = found(
      waits('holds lock L from 1 to 14 @29, holds lock L from 15 to 16 @30, holds lock L from 16 to 17 @30'),
    ).short
    expect(short).toEqual(['lock-contention:29 warning'])
  })

  it('is information where the machine had no processor for the holder', () => {
    const held = 'holds lock L from 1 to 14 @29, holds lock L from 15 to 16 @30, holds lock L from 16 to 17 @30'
    expect(found(waits(`${held}, unserved 11 from 2 to 14`)).short).toEqual(['lock-contention:29 info'])
    expect(found(waits(`${held}, unserved 3 from 2 to 14`)).short).toEqual(['lock-contention:29 warning'])
  })

  it('is information where all hold it as long', () => {
    expect(found(waits('holds lock L from 1 to 14 @29')).short).toEqual(['lock-contention:29 info'])
  })

  it('is not a short wait', () => {
    expect(
      found(`
    slow : =#.=#✓      | awaits sleep, holds lock L from 1 to 3
    one  :  =#.=#✓     | awaits lock L
    two  :   =#.=#✓    | awaits lock L
    `).short,
    ).toEqual([])
  })
})

describe('unbounded-queue', () => {
  const levels = (values: readonly number[]): string =>
    `main : =${'#'.repeat(values.length + 1)}✓ | ${values.map((level, i) => `level Q ${level} at ${i + 1} @18`).join(', ')}`
  const quiet = { 'blocked-after': 1000 }

  it('grows all the way, though something is taken out', () => {
    const values = Array.from({ length: 40 }, (_, i) => i - (i % 3))
    expect(found(levels(values), {}, quiet).short).toEqual(['unbounded-queue:18 warning'])
  })

  it('is not a queue that is filled and worked off', () => {
    const values = [...Array.from({ length: 5 }, (_, i) => i * 10), ...Array.from({ length: 40 }, (_, i) => 40 - i)]
    expect(found(levels(values), {}, quiet).short).toEqual([])
  })
})

describe('unbounded-tasks', () => {
  /** A task each third millisecond, none of which ends before the last is made. */
  const spawned = (wait: string): string =>
    [
      `main : =#${'.=#'.repeat(7)}.................=#✓ | awaits sleep`,
      ...[0, 1, 2, 3, 4, 5].map(
        (i) =>
          `j${i} : ${' '.repeat(1 + i * 3)}=#`.replace('=#', '==#') +
          `${'.'.repeat(24 - i)}=#✓ | by main, created @31, awaits ${wait}`,
      ),
    ].join('\n')
  const calm = { 'starved-after': 100, 'contention-after': 100 }

  it('before a semaphore show that the limit comes too late', () => {
    expect(found(spawned('semaphore S @27'), {}, calm).short).toEqual(['unbounded-tasks:31 warning'])
  })

  it('are information elsewhere', () => {
    expect(found(spawned('read @27'), {}, calm).short).toEqual(['unbounded-tasks:31 info'])
  })
})

describe('leaked-task', () => {
  it('the rest of a batch after its creator stopped waiting', () => {
    const { short } = found(`
    main   : =#......=#.........=#✓     | awaits as_completed @27, awaits sleep @43
    small  :  =#.=#✓                    | by main, created @22, awaits sleep
    medium :  ==#..........=#✓          | by main, created @22, awaits sleep
    `)
    expect(short).toEqual(['leaked-task:22 warning'])
  })

  it('is what ran on each time that others which were started together were stopped', () => {
    const drawn = (isStopped: boolean): string => `
    main    : =#....=#.=#....=#.......=#✓   | awaits sleep
    inbox1  :  =#....=#${isStopped ? 'x' : '✓'}                    | by main, created @28<start:33, awaits sleep${isStopped ? ', cancelled by main at 7, thrown at 8' : ''}
    expiry1 :  ==#......................    | by main, created @34, awaits sleep
    inbox2  :           =#....=#${isStopped ? 'x' : '✓'}           | by main, created @28<start:33, awaits sleep${isStopped ? ', cancelled by main at 16, thrown at 17' : ''}
    expiry2 :           ==#.............    | by main, created @34, awaits sleep
    `
    expect(found(drawn(true)).findings).toMatchObject([{ kind: 'leaked-task', line: 34 }])
    expect(found(drawn(false)).answer('leaked-task')).not.toBe('holds')
  })

  it('is not a batch that was cancelled', () => {
    expect(
      found(
        `
    main   : =#...=#.........=#✓     | awaits as_completed @27, awaits wait
    small  :  =#.=#✓                 | by main, created @22, awaits sleep
    medium :  ==#...=#x              | by main, created @22, awaits sleep, cancelled by main at 6, thrown at 7
    `.replace('==#...=#x  ', '==#...==#x'),
      ).short.filter((each) => each.startsWith('leaked')),
    ).toEqual([])
  })
})

describe('serial-awaits', () => {
  it('the same call in turn, for information', () => {
    const { short } = found(`main : =#.....=#.....=#.....=#.....=#✓ | awaits sleep @14<load:25<resolve:41`)
    expect(short).toEqual(['serial-awaits:41 info'])
  })

  it.each([
    ['a loop that sleeps itself', 'main : =#..=#..=#..=#..=#..=#✓ | awaits sleep @14'],
    ['turns at a lock', 'main : =#..=#..=#..=#..=#..=#✓ | awaits lock L @14<main:20'],
    ['a service that goes on', 'main : =#..=#..=#..=#..=#..=#x | awaits sleep @14<load:25<resolve:41'],
    ['three calls', 'main : =#..=#..=#..=#✓ | awaits sleep @14<load:25<resolve:41'],
  ])('is not %s', (_, drawing) => {
    expect(found(drawing).short).toEqual([])
  })
})

describe('cache-stampede', () => {
  const tasks = (count: number, hits: number): string =>
    [
      ...Array.from(
        { length: count },
        (_, i) =>
          `t${i} : ${' '.repeat(i)}=#.................=#✓`.replace('=#✓', `${'='.repeat(i + 1)}#✓`) +
          ` | runs handle:5, awaits sleep @get:9<handle:5`,
      ),
      ...Array.from({ length: hits }, (_, i) => `h${i} : ${' '.repeat(40 + i * 3)}=#✓ | runs handle:5`),
    ].join('\n')

  it('is not told where every run does it: arguments are not recorded', () => {
    expect(found(tasks(6, 0)).answer('cache-stampede')).toBe('doesNot')
    expect(found(tasks(6, 2)).answer('cache-stampede')).toBe('holds')
  })
})
