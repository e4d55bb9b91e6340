import { describe, expect, it } from 'vitest'
import type { FindingKind, Thresholds } from '../../trace/findings/registry.ts'
import { findingKindNames, findingKinds } from '../../trace/findings/registry.ts'
import type { Drawn } from '../ascii/trace.ts'
import { found } from './found.ts'

/** A recording, and where its third answer is looked at, what that says to record. */
interface Case extends Drawn {
  readonly drawing: string
  readonly thresholds?: Partial<Thresholds>
  readonly says?: RegExp
}

/** The three answers of each kind, side by side: the same program as it is, as it should be, and seen too little of. */
interface Answers {
  readonly holds: Case
  readonly doesNot: Case
  readonly cannotTell: Case
}

const one = (drawing: string, more: Omit<Case, 'drawing'> = {}): Case => ({ drawing, ...more })
const killed = (drawing: string, says?: RegExp): Case => ({ drawing, killed: true, ...(says && { says }) })
const quiet = one('main : =#......=#✓ | awaits sleep')
const moment = one(quiet.drawing, {
  header: { level: 'snapshot' },
  says: /one moment.*record the program while it runs/,
})
const without = (event: string): Case =>
  one(quiet.drawing, { header: { unrecorded: [event] }, says: /drawn does not record/ })

const waitsForLock = (holds: string): string => `
  slow : =#............=#✓      | awaits sleep, ${holds}
  one  :  =#............=#✓     | awaits lock L @34
  two  :   =#............=#✓    | awaits lock L @34`

const calls = (end: string): string =>
  `main : =#.....=#.....=#.....=#.....=#${end} | awaits sleep @14<load:25<resolve:41`

const levels = (grows: boolean): string => {
  const values = Array.from({ length: 40 }, (_, i) => (grows ? i - (i % 3) : i % 3))
  return `main : =${'#'.repeat(41)}✓ | ${values.map((level, i) => `level Q ${level} at ${i + 1} @18`).join(', ')}`
}

const spawned = (created: string): string =>
  [
    `main : =#${'.=#'.repeat(7)}.................=#✓ | awaits sleep`,
    ...[0, 1, 2, 3, 4, 5].map(
      (i) =>
        `j${i} : ${' '.repeat(1 + i * 3)}==#${'.'.repeat(24 - i)}=#✓ | by main, created ${created}, awaits semaphore S @27`,
    ),
  ].join('\n')

/** Five tasks that one wakes: the first `late` of them go on to the same wait, the others find the work done. */
const refreshed = (late: number): string =>
  [
    `main : =#.......=#${'.'.repeat(30)}=#✓ | awaits sleep`,
    ...[0, 1, 2, 3, 4].map((i) => {
      const woken = `t${i} : ${' '.repeat(i + 2)}#${'.'.repeat(7 - i)}${'='.repeat(i + 1)}#`
      const rest = i < late ? `${'.'.repeat(10)}=#✓` : '✓'
      return `${woken}${rest} | runs handle:5, awaits event E @get:8<handle:5, awaits read @fetch:11<get:6<handle:5, woken by main`
    }),
  ].join('\n')

const answers: Record<FindingKind, Answers> = {
  deadlock: {
    holds: killed(`
      loop :     iiiiiiiiiiii
      main : =##.............     | awaits lock A @8, holds lock A from 2 @7`),
    doesNot: killed('one : =#.............. | awaits lock A, holds lock B from 1'),
    cannotTell: killed('one : =#.............. | awaits lock A', /who holds which lock: record with a recorder/),
  },
  'unretrieved-exception': {
    holds: one(`
      main : =#......=#✓     | awaits sleep
      job  :  =##!           | by main, unretrieved at 6 @26`),
    doesNot: one(`
      main : =#...=#✓        | awaits task job
      job  :  =##!           | by main`),
    cannotTell: one(
      `
      main : =#......=#✓     | awaits sleep
      job  :  =##!           | by main`,
      { says: /whether the program asked job for its exception.*Await it/ },
    ),
  },
  'destroyed-pending': {
    holds: one(`
      main : =#......=#✓     | awaits sleep
      job  :  =#.......      | by main, awaits future @17, destroyed at 5`),
    doesNot: quiet,
    cannotTell: killed(
      `
      main : =#✓
      job  :  =#.......      | by main, awaits future @17`,
      /whether anything still refers to job.*record until the program ends/,
    ),
  },
  'never-awaited': {
    holds: one('main : =##..=#✓ | awaits sleep, drops alive:24 at 2 @33'),
    doesNot: quiet,
    cannotTell: without('NEVER_AWAITED'),
  },
  'swallowed-cancellation': {
    holds: one(`
      main   : =#..=#..............=#✓     | awaits sleep, awaits task worker
      worker :  =#...=#.........=#✓        | by main, awaits task main @25<run:43, awaits sleep @37<run:45, cancelled by main at 6, thrown at 7`),
    doesNot: one(`
      main   : =#..=#..=#✓     | awaits sleep, awaits task worker
      worker :  =#...=#x       | by main, awaits sleep, cancelled by main at 6, thrown at 7`),
    cannotTell: killed(
      `
      main   : =#..=#....     | awaits sleep, awaits task worker
      worker :  =#...=#..     | by main, awaits sleep @36, awaits sleep @16<release:31, cancelled by main at 6, thrown at 7`,
      /whether worker, which was cancelled, ends or goes on as before: record until/,
    ),
  },
  'hung-task': {
    holds: killed(`
      loop :     iiiiiiiiiiii
      main : =#..............     | awaits task call @3
      call :  =#.............     | by main, awaits future @21`),
    doesNot: killed('main : =#.............. | awaits sleep'),
    cannotTell: killed(
      `
      main : =#................     | awaits task call
      call :  =#...............     | by main, awaits read
      tick :   =#..=#..=#..=#..     | by main, awaits sleep`,
      /what comes from outside/,
    ),
  },
  'sync-in-async': {
    holds: one('main : =##########...=#✓ | awaits sleep, sampled at 5 @subprocess.run:5<probe:13'),
    doesNot: quiet,
    cannotTell: one('main : =#########✓', { says: /record with samples \(`--block-threshold`\)/ }),
  },
  'blocked-loop': {
    holds: one('main : =##########...=#✓ | awaits sleep, sampled at 9 @12 cpu 9'),
    doesNot: quiet,
    cannotTell: moment,
  },
  'busy-loop': {
    holds: one(`
      loop : ${' c'.repeat(12)}
      main : #${'.'.repeat(24)}`),
    doesNot: quiet,
    cannotTell: one(`main : ${'=#.'.repeat(12)}=#✓ | awaits unrecorded`, {
      says: /its awaits were not recorded/,
    }),
  },
  'starved-task': {
    holds: one(`
      lease : =#.================#✓     | awaits sleep @3
      one   :  ==#=#=#=#=#=#=#=#✓       | awaits sleep @25
      two   :  ===#=#=#=#=#=#=#=#✓      | awaits sleep @25`),
    doesNot: quiet,
    cannotTell: one('lease : =#.================#✓ | awaits sleep @3', {
      says: /neither ran anything nor waited.*record on a machine/,
    }),
  },
  'executor-starvation': {
    holds: one('main : =#..............=#✓ | awaits executor, job a of pool 1 1 12 @5, job b of pool 1 12 13 @9'),
    doesNot: one('main : =#..............=#✓ | awaits executor, job a of pool 1 1 12 @5'),
    cannotTell: killed('main : =#............ | awaits executor @4', /when jobs began to run: record with a recorder/),
  },
  'lock-contention': {
    holds: one(waitsForLock('holds lock L from 1 to 14 @29')),
    doesNot: quiet,
    cannotTell: one(waitsForLock('by one'), { says: /who held the locks that tasks waited for: record with/ }),
  },
  'cache-stampede': {
    holds: one(refreshed(3), { thresholds: { 'stampede-tasks': 3 } }),
    doesNot: quiet,
    cannotTell: one(refreshed(5), {
      thresholds: { 'stampede-tasks': 3 },
      says: /record until some come through without it/,
    }),
  },
  'leaked-task': {
    holds: one(`
      main   : =#......=#.........=#✓     | awaits as_completed @27, awaits sleep @43
      small  :  =#.=#✓                    | by main, created @22, awaits sleep
      medium :  ==#..........=#✓          | by main, created @22, awaits sleep`),
    doesNot: quiet,
    cannotTell: killed(
      `
      main  : =#✓
      child :   =#............    | by main, awaits sleep`,
      /whether somebody still stops the task.*record until the program ends/,
    ),
  },
  'unbounded-queue': {
    holds: one(levels(true), { thresholds: { 'blocked-after': 1000 } }),
    doesNot: one(levels(false), { thresholds: { 'blocked-after': 1000 } }),
    cannotTell: one('main : =#......=#✓ | awaits queue_get', { says: /how full queues are: record with a recorder/ }),
  },
  'unbounded-tasks': {
    holds: one(spawned('@31')),
    doesNot: quiet,
    cannotTell: one(spawned('unrecorded'), { says: /there when the recording began: record from the program’s start/ }),
  },
  'slow-cancellation': {
    holds: one(`
      main   : =#..=#..............=#✓     | awaits sleep, awaits task worker
      worker :  =#...=#.........=#x        | by main, awaits sleep @36, awaits sleep @16<release:31<worker:39, cancelled by main at 6, thrown at 7`),
    doesNot: one(`
      main   : =#..=#......=#✓     | awaits sleep, awaits task worker
      worker :  =#...=#..=#x       | by main, awaits sleep, cancelled by main at 6, thrown at 7`),
    cannotTell: killed(
      `
      main   : =#..=#....     | awaits sleep, awaits task worker
      worker :  =#...=#..     | by main, awaits sleep @36, awaits sleep @16<release:31, cancelled by main at 6, thrown at 7`,
      /how long worker still takes to end.*record until it has ended/,
    ),
  },
  'interrupted-cleanup': {
    holds: one(`
      main   : =#..=#..........=#✓     | awaits sleep, awaits wait
      worker :  =#...=#.=#x            | by main, awaits sleep @9<handle:33, awaits sleep @13<release:26<handle:35, cancelled by main at 6, thrown at 7 and 10, cancelled again by main at 9`),
    doesNot: one(`
      main   : =#..=#..........=#✓     | awaits sleep, awaits wait
      worker :  =#...=#.=#x            | by main, awaits sleep @9<handle:33, awaits sleep @13<release:26<handle:35, cancelled by main at 6, thrown at 7`),
    cannotTell: killed(
      `
      main   : =#..=#..........     | awaits sleep, awaits wait
      worker :  =#...=#.=#.....     | by main, awaits sleep @9<handle:33, awaits sleep @13<release:26<handle:35, cancelled by main at 6, thrown at 7 and 10, cancelled again by main at 9`,
      /whether worker, which was cancelled again while it cleaned up, still completes that: record until/,
    ),
  },
  'serial-awaits': {
    holds: one(calls('✓')),
    doesNot: quiet,
    cannotTell: killed(calls('.....'), /whether main is a service that goes on for ever.*record until it ends/),
  },
}

describe.each(findingKindNames)('%s', (kind) => {
  it.each(['holds', 'doesNot', 'cannotTell'] as const)('%s', (answer) => {
    const { drawing, thresholds, says, ...options } = answers[kind][answer]
    const given = found(drawing, options, thresholds).answers[kind]
    expect(given.answer).toBe(answer)
    if (given.answer === 'cannotTell') expect(given.record).toMatch(says!)
  })

  it('cannot tell where the recorder does not write what it needs', () => {
    for (const event of findingKinds[kind].needs) {
      const { answers: given } = found(answers[kind].doesNot.drawing, {
        ...answers[kind].doesNot,
        header: { unrecorded: [event] },
      })
      expect(given[kind]).toMatchObject({ answer: 'cannotTell' })
    }
    expect(findingKinds[kind].needs.length).toBeGreaterThan(0)
  })
})

it('says which level tells what the cheaper one leaves out', () => {
  const { answers: given } = found(quiet.drawing, { header: { level: 'tasks', unrecorded: ['ACQUIRE', 'LEVEL'] } })
  expect(given['unbounded-queue']).toEqual({
    answer: 'cannotTell',
    record: expect.stringMatching(/the level tasks leaves out: record at the level timeline$/) as string,
  })
  expect(given['hung-task']).toMatchObject({ answer: 'doesNot' })
})
