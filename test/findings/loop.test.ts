import { describe, expect, it } from 'vitest'
import { found } from './found.ts'

describe('sync-in-async', () => {
  it('a long step that used no processor: the line it was at, when others were due', () => {
    const { findings } = found(
      `
    main  : =##########...=#✓     | awaits sleep, sampled at 5 @11<read:31 cpu 0, sampled at 9 @11<read:31 cpu 0
    other : =..........=#✓        | awaits sleep
    `.replace('=..........=#✓', ' =========#✓'),
    )
    expect(findings[0]).toMatchObject({ kind: 'sync-in-async', line: 11, tasks: [1] })
  })

  it('knows a call by its frames where processor time was not recorded', () => {
    const { findings } = found(`
    main : =##########...=#✓     | awaits sleep, sampled at 5 @subprocess.run:5<probe:13
    `)
    expect(findings[0]).toMatchObject({ kind: 'sync-in-async', line: 13, severity: 'info' })
    expect(findings[0].message).toContain('asyncio.create_subprocess_exec')
  })
})

describe('blocked-loop', () => {
  it('a long step that computed', () => {
    const { findings } = found(
      `
    main  : =##########...=#✓     | awaits sleep, sampled at 9 @12<feed:21 cpu 9
    other :  ==========#✓         | by main
    `.replace('==========#✓', '==========#✓'),
    )
    expect(findings[0]).toMatchObject({ kind: 'blocked-loop', line: 12, severity: 'warning' })
  })

  it('is information where nobody waited', () => {
    expect(found(`main : =##########...=#✓ | awaits sleep, sampled at 9 @12 cpu 9`).short).toEqual([
      'blocked-loop:12 info',
    ])
  })

  it('is not a short step', () => {
    expect(found(`main : =###...=#✓ | awaits sleep`).short).toEqual([])
  })
})

describe('busy-loop', () => {
  it('a task that yields without end and does nothing', () => {
    const { short } = found(
      `main : ${'=#'.repeat(12)}✓ | awaits sleep @8`,
      {},
      { 'busy-wakeups': 8, 'blocked-after': 100 },
    )
    // A column is a millisecond, too long for a step of a busy loop: this one has work to do.
    expect(short).toEqual([])
  })
})

describe('starved-task', () => {
  it('a task that was woken and stands behind many short steps: the line where those yield', () => {
    const { findings } = found(
      `
    one   : =#=#=#=#=#=#=#=#✓          | awaits sleep @25
    two   :   #=#=#=#=#=#=#=#✓         | awaits sleep @25
    lease :                            |
    `
        .replace(/^.*lease.*$/m, '')
        .replace(/^.*two.*$/m, '    lease : #.===============#✓          | awaits sleep')
        .replace('=#=#=#=#=#=#=#=#✓ ', ' =#=#=#=#=#=#=#=#✓'),
    )
    expect(findings[0]).toMatchObject({ kind: 'starved-task', line: 25, tasks: [2] })
  })
})

describe('executor-starvation', () => {
  it('a job behind long ones of another line', () => {
    const { findings } = found(
      `main : =#..............=#✓ | awaits executor, job a of pool 1 1 12 @5, job b of pool 1 12 13 @9`,
    )
    expect(findings[0]).toMatchObject({ kind: 'executor-starvation', line: 5, severity: 'warning' })
  })
  it('is information where a batch queues behind itself', () => {
    expect(
      found(`main : =#..............=#✓ | awaits executor, job a of pool 1 1 12 @5, job b of pool 1 12 13 @5`).short,
    ).toEqual(['executor-starvation:5 info'])
  })
  it('is not a job that began at once', () => {
    expect(
      found(`main : =#..............=#✓ | awaits executor, job a of pool 1 1 12 @5, job b of pool 1 2 13 @9`).short,
    ).toEqual([])
  })
})
