import { describe, expect, it } from 'vitest'
import { found, killed } from './found.ts'

describe('swallowed-cancellation', () => {
  it('swallowed, though timeouts inside the task take back their own requests later', () => {
    const { short } = found(`
    loop :            t
    main : #....#..............#✓       | awaits sleep
    beat :  =#...=#.....=#......=#✓     | by main, awaits event E @11, cancelled by main at 5, thrown at 7 and 14, cancelled by main at 12 @timeouts._on_timeout:5, uncancels at 14 @timeouts.__aexit__:5
    `)
    expect(short[0]).toMatch(/^swallowed-cancellation:11 /)
  })

  it('of a task that goes back to what it did, while who cancelled it waits for its end', () => {
    const { findings } = killed(`
    loop   :           iiiiiiiiiiiiii
    main   : =#..=#..................     | awaits sleep, awaits task worker @9
    worker :  =#...=#................     | by main, awaits queue_get Q @10<run:21, cancelled by main at 6 @8, thrown at 7
    `)
    expect(findings[0]).toMatchObject({
      kind: 'swallowed-cancellation',
      severity: 'error',
      line: 21,
      tasks: [2, 1],
      confidence: 'proven',
    })
    expect(findings[1]).toMatchObject({ kind: 'hung-task', because: ['swallowed-cancellation-1'] })
  })

  it('of a task that ends normally long after', () => {
    const { short } = found(`
    main   : =#..=#..............=#✓     | awaits sleep, awaits task worker
    worker :  =#...=#.........=#✓        | by main, awaits task main @25<run:43, awaits sleep @37<run:45, cancelled by main at 6, thrown at 7
    `)
    expect(short).toEqual(['swallowed-cancellation:25 warning'])
  })

  it('for information where the task ended normally at once', () => {
    const { short } = found(`
    main   : =#..=#..=#✓     | awaits sleep, awaits task worker
    worker :  =#...=#✓       | by main, awaits sleep @9<copy:24, cancelled by main at 6, thrown at 7
    `)
    expect(short).toEqual(['swallowed-cancellation:24 info'])
  })

  describe('is not', () => {
    it('a task that ended cancelled', () => {
      expect(
        found(`
    main   : =#..=#..=#✓     | awaits sleep, awaits task worker
    worker :  =#...=#x       | by main, awaits sleep, cancelled by main at 6, thrown at 7
    `).short,
      ).toEqual([])
    })

    it('an error that the task took back, and that nobody waits for', () => {
      expect(
        killed(`
    main   : =#..=#..=#..............     | awaits sleep
    worker :  =#...=#................     | by main, awaits queue_get Q @20, cancelled by main at 6, thrown at 7, uncancels at 7 @24
    `).answer('swallowed-cancellation'),
      ).toBe('doesNot')
    })
  })
})

describe('slow-cancellation', () => {
  it('names the clean-up that the interrupted function went on to', () => {
    const { short } = found(`
    main   : =#..=#..............=#✓     | awaits sleep, awaits task worker
    worker :  =#...=#.........=#x        | by main, awaits sleep @36, awaits sleep @16<release:31<worker:39, cancelled by main at 6, thrown at 7
    `)
    expect(short).toEqual(['slow-cancellation:39 warning'])
  })

  it('is not a clean-up that takes no time', () => {
    expect(
      found(`
    main   : =#..=#......=#✓     | awaits sleep, awaits task worker
    worker :  =#...=#..=#x       | by main, awaits sleep, cancelled by main at 6, thrown at 7
    `).short,
    ).toEqual([])
  })
})

describe('interrupted-cleanup', () => {
  it('is for information, unless something hangs of it', () => {
    const { short } = found(`
    main   : =#..=#..........=#✓     | awaits sleep, awaits wait
    worker :  =#...=#.=#x            | by main, awaits sleep @9<handle:33, awaits sleep @13<release:26<handle:35, cancelled by main at 6, thrown at 7 and 10, cancelled again by main at 9
    `)
    expect(short).toEqual(['interrupted-cleanup:35 info'])
  })

  it('is not a clean-up that ends its own wait by a timeout', () => {
    const { short } = found(`
    main   : =#..=#..........=#✓     | awaits sleep, awaits wait
    worker :  =#...=#.=#x            | by main, awaits sleep @9<handle:33, awaits sleep @13<release:26<handle:35, opens timeout T from 7 fails at 11, cancelled by main at 6, thrown at 7 and 10, cancelled again by main at 9
    `)
    expect(short).toEqual([])
  })
})
