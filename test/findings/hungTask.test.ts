import { describe, expect, it } from 'vitest'
import { found, killed } from './found.ts'

describe('hung-task', () => {
  it('names what is finally waited for, and who waits behind it', () => {
    const { findings } = killed(`
    loop :     iiiiiiiiiiii
    main : =#..............     | awaits task call @3
    call :  =#.............     | by main, awaits future @21
    `)
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ kind: 'hung-task', severity: 'error', line: 21, tasks: [2, 1] })
    expect(findings[0].message).toContain('behind it waits main')
  })

  it('points at who took a lock and ended without giving it back', () => {
    const { findings } = killed(`
    loop :      iiiiiiiiiiiiii
    main : =#.................     | awaits gather @3
    lost :  =#✓                    | by main, holds lock L from 2 @28
    next :  ==#...............     | by main, awaits lock L @29
    `)
    expect(findings[0]).toMatchObject({ kind: 'hung-task', line: 28 })
    expect(findings[0].message).toContain('lost acquired it')
  })

  it('points at the callback that failed while they waited', () => {
    const { short } = killed(
      `
    loop  :     ppp iiiiiiiiiiii
    main  : =#..................     | awaits task quote @3, callback fails at 7 @26
    quote :  =#.................     | by main, awaits future @29
    `,
    )
    expect(short).toEqual(['hung-task:26 error', 'unretrieved-exception:26 error'])
  })

  it('of a program that only polls besides', () => {
    const { short } = killed(`
    main   : =#.........................     | awaits task loader @3
    loader :  =#........................     | by main, awaits event E @21
    poller :   =#..=#..=#..=#..=#..=#...     | awaits sleep @42
    `)
    expect(short).toEqual(['hung-task:21 warning'])
  })

  describe('is not', () => {
    it.each([
      [
        'a long sleep',
        `
    main : =#..............     | awaits sleep
    `,
      ],
      [
        'a service that waits for its signal while a server listens',
        `
    main : =#..............     | awaits event stop
    conn :  =#.............     | awaits read
    `,
      ],
      [
        'consumers that nobody waits for',
        `
    main   : =#..............     | awaits sleep
    worker :  =#.............     | by main, awaits queue_get Q
    `,
      ],
      [
        'a wait that has not lasted long',
        `
    main : =#...     | awaits task call
    call :  =#..     | by main, awaits future
    `,
      ],
      [
        'a wait for somebody outside while others are at work',
        `
    main : =#................     | awaits task call
    call :  =#...............     | by main, awaits read
    tick :   =#..=#..=#..=#..     | by main, awaits sleep
    `,
      ],
    ])('%s', (_, drawing) => {
      expect(killed(drawing).short).toEqual([])
    })

    it('a task that was pending when the program ended', () => {
      expect(
        found(`
    main : =#..............     | awaits task call
    call :  =#.............     | by main, awaits future
    `).answer('hung-task'),
      ).toBe('doesNot')
    })
  })
})
