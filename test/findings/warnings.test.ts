import { describe, expect, it } from 'vitest'
import { found, killed } from './found.ts'

describe('what Python complains about', () => {
  it('unretrieved-exception: the line that raised', () => {
    const { findings } = found(`
    main : =#......=#✓     | awaits sleep
    job  :  =##!           | by main, created @14, unretrieved at 6 @26
    `)
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ kind: 'unretrieved-exception', severity: 'error', line: 26, tasks: [2] })
    expect(findings[0].message).toContain('KeyError: x')
  })

  it('of a task that failed unseen, before the task that hangs', () => {
    const { findings } = killed(`
    loop   :      iiiiiiiiiiiii
    main   : =#................     | awaits queue_join Q @5
    worker :  =##!                  | by main, created @4
    `)
    expect(findings.map(({ kind }) => kind)).toEqual(['unretrieved-exception', 'hung-task'])
    expect(findings[1].because).toEqual(['unretrieved-exception-1'])
  })

  it('is not a failure that somebody waited for', () => {
    expect(
      killed(`
    main : =#...=#....     | awaits task job, awaits sleep
    job  :  =##!           | by main
    `).short,
    ).toEqual([])
  })

  it('destroyed-pending: the line that created the task', () => {
    expect(
      found(`
    main : =#......=#✓     | awaits sleep
    job  :  =#.......      | by main, created @31, awaits future @17, destroyed at 5
    `).short,
    ).toEqual(['destroyed-pending:31 error'])
  })

  it('never-awaited: one finding for each line', () => {
    const { findings } = found(
      `
    main : =##...##✓     | awaits sleep, drops alive:24 at 2 @33, drops alive:24 at 6 @33
    `.replace('...##✓', '..=##✓'),
    )
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ kind: 'never-awaited', line: 33, tasks: [1] })
    expect(findings[0].message).toContain('2 times')
  })

  it('says nothing where there was nothing', () => {
    expect(
      found(`
    main : =#......=#✓     | awaits sleep
    job  :  =##✓           | by main
    `).short,
    ).toEqual([])
  })
})
