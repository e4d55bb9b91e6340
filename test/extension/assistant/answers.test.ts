import { describe, expect, it } from 'vitest'
import { answer } from '../../../extension/assistant/answers.ts'
import type { Question } from '../../../extension/assistant/questions.ts'
import { readTrace } from '../../../trace/format/reader.ts'
import { buildModel } from '../../../trace/model/build.ts'
import { trace } from '../../ascii/trace.ts'

const model = buildModel(
  readTrace(
    trace(
      `
one  : #..=#......... | awaits sleep @11, awaits lock B @12, holds lock A from 4 @11
two  :  #..=#........ | awaits sleep @21, awaits lock A @22, holds lock B from 5 @21
done :       #✓
`.trim(),
      { killed: true },
    ),
  ),
)
const ask = (question: Question) => JSON.parse(answer([{ source: 'drawn', model }], question)) as Record<string, never>

describe('what a language model is told', () => {
  it('of tasks: the pending ones first, with what they wait for', () => {
    const { tasks, counts, leftOut } = ask({ about: 'tasks', limit: 2 })
    expect(tasks).toMatchObject([
      { name: 'one', coroutine: 'one', state: 'waiting', now: { at: 'app.py:12', heldBy: 'two' } },
      { name: 'two', state: 'waiting' },
    ])
    expect(counts).toEqual({ waiting: 2, done: 1 })
    expect(leftOut).toBe(1)
    expect(ask({ about: 'tasks', state: 'done' })['tasks']).toMatchObject([{ name: 'done' }])
    expect(ask({ about: 'tasks', coroutine: 'nobody' })['tasks']).toEqual([])
  })

  it('of findings: the cause first, with advice', () => {
    const { findings } = ask({ about: 'findings' })
    expect(findings[0]).toMatchObject({ kind: 'deadlock', tasks: ['two', 'one'] })
    expect(findings[0]).toHaveProperty('advice')
  })

  it('of a moment: who waits for whom', () => {
    const { awaitGraph } = ask({ about: 'awaitGraph' })
    expect(awaitGraph).toMatchObject([
      { task: 'one', state: 'waiting', heldByTask: 2 },
      { task: 'two', heldByTask: 1 },
    ])
    const early = ask({ about: 'awaitGraph', atMs: 2 })['awaitGraph'] as readonly Record<string, unknown>[]
    expect(early.map((each) => each['task'])).toEqual(['one', 'two'])
    expect(early[0]['heldBy']).toBeUndefined()
  })

  it('of the slowest awaits: at which lines', () => {
    const { slowestAwaits } = ask({ about: 'slowestAwaits', limit: 1 })
    expect(slowestAwaits).toMatchObject([{ at: 'app.py:12', waits: 1, stillWaiting: 1 }])
  })
})

describe('what a language model is told of several processes', () => {
  const clocks = (ms: number) => ({ wallClockNs: `179000000000${ms}000000`, monotonicNs: `5000${ms}000000` })
  const parent = { pid: 71, ppid: 1, argv: ['server.py'], platform: 'linux', ...clocks(0) }
  const child = { pid: 72, ppid: 71, argv: ['worker.py'], platform: 'linux', ...clocks(2) }
  const drawn = (drawing: string, header: object) => buildModel(readTrace(trace(drawing, { killed: true, header })))
  const traces = [
    { source: 'a', model: drawn('serve : #..=#...... | awaits sleep @11', parent) },
    {
      source: 'b',
      model: drawn(
        `
one : #..=#......... | awaits sleep @11, awaits lock B @12, holds lock A from 4 @11
two :  #..=#........ | awaits sleep @21, awaits lock A @22, holds lock B from 5 @21
`.trim(),
        child,
      ),
    },
  ]
  const askAll = (question: Question) => JSON.parse(answer(traces, question)) as Record<string, never>

  it('has the tasks of each, and which came from which', () => {
    expect(askAll({ about: 'tasks' })['processes']).toMatchObject([
      { process: 'server.py', pid: 71, parent: null, tasks: [{ name: 'serve' }] },
      { process: 'worker.py', pid: 72, parent: 71, tasks: [{ name: 'one' }, { name: 'two' }] },
    ])
  })

  it('says of what is wrong in which it is', () => {
    const { findings, processes } = askAll({ about: 'findings' })
    expect(findings[0]).toMatchObject({ kind: 'deadlock', tasks: ['two', 'one'], process: 'worker.py', pid: 72 })
    expect(processes).toHaveLength(2)
  })
})
