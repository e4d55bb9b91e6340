import { describe, expect, it } from 'vitest'
import { found, killed } from './found.ts'

describe('deadlock', () => {
  const crossed = `
    loop : ...        iiiiiiiiiii
    main : #..................         | awaits gather @3
    one  : =#...=#............         | by main, awaits sleep, awaits lock B @12, holds lock A from 1 @11
    two  :  =#...=#...........         | by main, awaits sleep, awaits lock A @22, holds lock B from 2 @21
  `.replace('loop : ...', 'loop :    ')

  it('of two tasks that hold what the other waits for: the wait that closed the cycle comes first', () => {
    const { findings } = killed(crossed)
    expect(findings[0]).toMatchObject({
      kind: 'deadlock',
      severity: 'error',
      line: 22,
      file: 'app.py',
      confidence: 'proven',
    })
    expect([...findings[0].tasks].sort()).toEqual([2, 3])
    expect(findings[0].message).toMatch(/2 tasks wait for each other since .*two for A 1 .*one for B 2|two for A/)
    expect(findings.filter(({ kind }) => kind === 'hung-task')).toEqual([])
  })

  it('of a task with itself', () => {
    const { short } = killed(`
    loop :     iiiiiiiiiiii
    main : =##.............     | awaits lock A @8, holds lock A from 2 @7
    `)
    expect(short).toEqual(['deadlock:8 error'])
  })

  it('of tasks that await each other', () => {
    const { findings } = killed(`
    one : =#..............     | awaits task two @5
    two :  =#.............     | awaits task one @6
    `)
    expect(findings[0]).toMatchObject({ kind: 'deadlock', line: 6 })
  })

  it('through a full queue whose consumer waits for the lock that the producer holds', () => {
    const { short } = killed(`
    loop     :     iiiiiiiiiiii
    producer : =#..............     | awaits queue_put Q @13, holds lock L from 1 @11
    consumer :  =#.............     | awaits lock L @17
    `)
    expect(short[0]).toBe('deadlock:17 error')
  })

  it('of a loop that waits in its own thread for what it should run itself', () => {
    const { short } = killed(`
    main : =##############     | calls its loop at 2 @13, sampled at 8 @threading.wait:5<futures.result:9<call:13
    `)
    expect(short).toContain('deadlock:13 error')
  })

  it('of a worker that joins the queue it works on', () => {
    const { findings } = killed(`
    loop   :       iiiiiiiiiiii
    main   : #✓                    | level Q 1 at 0
    worker :  =#..=#...........    | awaits queue_get Q @4, awaits queue_join Q @9
    `)
    expect(findings[0]).toMatchObject({ kind: 'deadlock', line: 9, confidence: 'likely' })
    expect(findings[0].message).toMatch(/whose items it works on itself/)
  })

  it('of a reader that waits for a reply which only it ever delivered', () => {
    const { findings } = killed(`
    loop   :          iiiiiiiiiiii
    main   : #....=#✓                 | awaits future F @28, woken by reader
    reader :  =#.=#..=#...........    | awaits read, awaits read, awaits future G @28
    `)
    expect(findings[0]).toMatchObject({ kind: 'deadlock', line: 28, tasks: [2] })
  })

  it('of an event whose setter waits for the lock that a waiter holds', () => {
    const { findings } = killed(`
    loop   :         iiiiiiiiiiii
    setter :  =##.=#.............   | level E 1 at 3 @8, level E 0 at 6, awaits sleep, awaits lock L @9
    poller : =#..................   | awaits event E @5, holds lock L from 1 @4
    `)
    expect(findings[0]).toMatchObject({ kind: 'deadlock', line: 9, confidence: 'likely' })
  })

  it('of workers that wait for answers to what they put into the queue they work on', () => {
    const { findings } = killed(`
    loop   :           iiiiiiiiiiiii
    main   : ##...................     | level Q 1 at 0, level Q 2 at 1, awaits future D @30
    one    :  =#=#................     | level Q 1 at 2, level Q 2 at 4, awaits future F @8
    two    :   =#=#...............     | level Q 1 at 5, level Q 2 at 5, awaits future G @8
    `)
    expect(findings[0]).toMatchObject({ kind: 'deadlock', line: 8, confidence: 'likely' })
  })

  describe('is not', () => {
    it('an event whose setter goes on', () => {
      const { answer } = killed(`
    loop   :         iiiiiiiiiiii
    setter :  =##.=#.............   | level E 1 at 3 @8, awaits sleep, awaits sleep
    poller : =#..................   | awaits event E @5, holds lock L from 1 @4
    `)
      expect(answer('deadlock')).toBe('doesNot')
    })

    it('a peer that ended such a wait of another one like it', () => {
      const { answer } = killed(`
    loop :          iiiiiiiiiiii
    one  : #....=#✓                 | runs page:28, awaits future F @28, woken by two
    two  :  =#.=#..=#...........    | runs page:28, awaits read, awaits read, awaits future G @28
    `)
      expect(answer('deadlock')).toBe('doesNot')
    })

    it('a reader that waits where others brought the replies, too', () => {
      const { answer } = killed(`
    loop   :              iiiiiiiiiiii
    main   : #....=#✓                     | awaits future F @28, woken by reader
    again  :   =#......=#✓                | awaits future H @28, woken by other
    reader :  =#.=#......=#............   | awaits read, awaits read, awaits future G @28
    other  :       =####✓                 | awaits read
    `)
      expect(answer('deadlock')).toBe('doesNot')
    })

    it('a join of a queue whose worker waits for the next item', () => {
      const { answer } = killed(`
    loop   :         iiiiiiiiiiii
    main   : #...................    | awaits queue_join Q @9, level Q 1 at 0, level Q 0 at 3
    worker :  =#=#...............    | awaits queue_get Q @4, awaits queue_get Q @4
    `)
      expect(answer('deadlock')).toBe('doesNot')
    })

    it('a lock whose holder goes on', () => {
      const { answer } = killed(`
    one : =#..............     | awaits sleep, holds lock A from 1
    two :  =#.............     | awaits lock A @22
    `)
      expect(answer('deadlock')).toBe('doesNot')
    })

    it('a semaphore of which one holder goes on', () => {
      const { answer } = killed(`
    one   : =#..............     | awaits semaphore S @5, holds semaphore S from 1
    two   :  =#.............     | awaits sleep, holds semaphore S from 2
    three :   =#............     | awaits semaphore S @7
    `)
      expect(answer('deadlock')).toBe('doesNot')
    })

    it('a wait at the end of a program that ended', () => {
      expect(
        found(`
    one : =#..............     | awaits task two
    two :  =#.............     | awaits task one
    `).answer('deadlock'),
      ).toBe('doesNot')
    })

    it('to be told where nobody recorded who holds the lock', () => {
      expect(
        killed(`
    one : =#..............     | awaits lock A
    `).answer('deadlock'),
      ).toBe('cannotTell')
    })
  })
})
