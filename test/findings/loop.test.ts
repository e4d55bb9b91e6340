import { describe, expect, it } from 'vitest'
import { found } from './found.ts'

describe('sync-in-async', () => {
  it('a long step that used no processor: the line it was at, when others were due', () => {
    const { findings } = found(`
    main  : =##########....=#✓     | awaits sleep, sampled at 5 @11<read:31 cpu 0, sampled at 9 @11<read:31 cpu 0
    other :  ==========#✓          | by main
    `)
    expect(findings[0]).toMatchObject({ kind: 'sync-in-async', line: 11, tasks: [1], severity: 'warning' })
  })

  it('knows a call by its frames where processor time was not recorded', () => {
    const { findings } = found(`
    main : =##########...=#✓     | awaits sleep, sampled at 5 @subprocess.run:5<probe:13
    `)
    expect(findings[0]).toMatchObject({ kind: 'sync-in-async', line: 13, severity: 'info' })
    expect(findings[0].message).toContain('asyncio.create_subprocess_exec')
  })
})

describe('sync-in-async is not', () => {
  it('the start of a worker thread, which takes as long as a busy machine makes it', () => {
    const start = '@threading.wait:5<threading.start:7<thread.submit:9<save:31'
    const { answer } = found(`
    main  : =##########....=#✓     | awaits sleep, sampled at 5 ${start} cpu 0, sampled at 9 ${start} cpu 0
    other :  ==========#✓          | by main
    `)
    expect(answer('sync-in-async')).toBe('doesNot')
  })

  it('what the recorder itself was seen in: nobody waits there', () => {
    const { answer, findings } = found(`
    main  : =##########....=#✓     | awaits sleep, sampled at 5 @loopscope_py__handlers.known:21<run:31 cpu 0, sampled at 9 @loopscope_py__handlers.known:21<run:31 cpu 0
    other :  ==========#✓          | by main
    `)
    expect(answer('sync-in-async')).toBe('doesNot')
    expect(findings.every(({ file }) => !file?.includes('_handlers'))).toBe(true)
  })

  it('what was seen once in code that was made from text, as a named tuple’s: that is no built-in function', () => {
    const { answer } = found(
      `
    main  : =##########....=#✓     | awaits sleep, sampled at 5 @__new__:1 cpu 0
    other :  ==========#✓          | by main
    `,
      { file: '<string>' },
    )
    expect(answer('sync-in-async')).toBe('doesNot')
  })
})

describe('blocked-loop', () => {
  it('a long step that computed', () => {
    const { findings } = found(`
    main  : =##########...=#✓     | awaits sleep, sampled at 9 @12<feed:21 cpu 9
    other :  ==========#✓         | by main
    `)
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

describe('blocked-loop in many small functions', () => {
  it('is the call that called them all, where no line of theirs took half of the time', () => {
    const calls = [5, 9, 13].map((line, i) => `sampled at ${2 + 4 * i} @${line}<validate:20<handle:30 cpu ${2 + 4 * i}`)
    const { findings } = found(`main : ############✓ | ${calls.join(', ')}`)
    expect(findings[0]).toMatchObject({ kind: 'blocked-loop', line: 20 })
  })
})

describe('busy-loop', () => {
  it('is not a task that yields between pieces of work', () => {
    expect(found(`main : ${'=#'.repeat(12)}✓ | awaits sleep @8`).short).toEqual([])
  })

  it('is nothing that was over before anybody could notice', () => {
    const yields = (times: number) => found(`main : ${'=#'.repeat(times)}✓ | awaits sleep @8`, { columnNs: 100_000 })
    expect(yields(48).short).toEqual([])
    expect(yields(60).short).toEqual(['busy-loop:8 warning'])
  })
})

describe('starved-task', () => {
  it('a task that was woken and stands behind many short steps: the line where those yield', () => {
    const { findings } = found(`
    lease : =#.================#✓     | awaits sleep @3
    one   :  ==#=#=#=#=#=#=#=#✓       | awaits sleep @25
    two   :  ===#=#=#=#=#=#=#=#✓      | awaits sleep @25
    `)
    expect(findings[0]).toMatchObject({ kind: 'starved-task', line: 25, tasks: [1] })
  })
})

describe('executor-starvation', () => {
  const jobs = (...jobs: string[]): string => `main : =#..............=#✓ | awaits executor, ${jobs.join(', ')}`

  it('a job behind long ones of another line', () => {
    const { findings } = found(jobs('job a of pool 1 1 12 @5', 'job b of pool 1 12 13 @9'))
    expect(findings[0]).toMatchObject({ kind: 'executor-starvation', line: 5, severity: 'warning' })
  })

  it('is information where a batch queues behind itself', () => {
    const { short } = found(jobs('job a of pool 1 1 12 @5', 'job b of pool 1 12 13 @5'))
    expect(short).toEqual(['executor-starvation:5 info'])
  })

  it('is not a job that began at once', () => {
    expect(found(jobs('job a of pool 1 1 12 @5', 'job b of pool 1 2 13 @9')).short).toEqual([])
  })
})

describe('a thread that had no processor', () => {
  const blocked = (note: string): string => `
    main  : =##########...=#✓     | awaits sleep, ${note}
    other :  ==========#✓         | by main
    `

  it('has held the loop only for what is left', () => {
    expect(found(blocked('unserved 8 from 1 to 11')).short).toEqual(['blocked-loop:10 info'])
    expect(found(blocked('unserved 2 from 1 to 11')).short).toEqual(['blocked-loop:10 warning'])
  })

  it('and that by the least there may be, where it was counted over more than the step', () => {
    expect(found(blocked('unserved 9 from 0 to 12')).short).toEqual(['blocked-loop:10 info'])
  })

  const sampled = 'sampled at 5 @11<read:31 cpu 0, sampled at 9 @11<read:31 cpu 0'

  it('has called nothing that waits', () => {
    const { answer } = found(blocked(`${sampled}, unserved 9 from 1 to 11`))
    expect(answer('sync-in-async')).toBe('doesNot')
  })

  it('or may have: the trace cannot tell', () => {
    const { answers } = found(blocked(`${sampled}, unserved 9 from 0 to 11`))
    expect(answers['sync-in-async']).toMatchObject({ answer: 'cannotTell' })
  })

  it('has called something that waits, where there is time enough besides', () => {
    expect(found(blocked(`${sampled}, unserved 2 from 1 to 11`)).short).toEqual(['sync-in-async:11 warning'])
  })

  const crowd = (note: string): string => `
    lease : =#.================#✓     | awaits sleep @3, ${note}
    one   :  ==#=#=#=#=#=#=#=#✓       | awaits sleep @25
    two   :  ===#=#=#=#=#=#=#=#✓      | awaits sleep @25
    `

  it('starves nobody by its own doing', () => {
    expect(found(crowd('unserved 14 from 4 to 18')).answer('starved-task')).toBe('doesNot')
    expect(found(crowd('unserved 14 from 2 to 18')).answer('starved-task')).toBe('cannotTell')
    expect(found(crowd('unserved 3 from 2 to 18')).answer('starved-task')).toBe('holds')
  })
})
