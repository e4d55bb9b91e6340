import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { ObjectCode } from '../../trace/format/schema.ts'
import { definitionsBlock, eventsBlock, headerBytes, joined, type EventRecord } from '../../trace/format/writer.ts'
import { buildModel } from '../../trace/model/build.ts'
import { connectionText, happeningText, loopRunName, processText, timerOfRun } from '../../trace/model/describeIo.ts'
import type { TraceModel } from '../../trace/model/types.ts'

const MS = 1e6

/** Objects: 1 a server, 2 a connection, 3 a process. Locations: 1 `main`, 2 `ring`. */
function model(events: readonly EventRecord[]): TraceModel {
  const texts = ['app.py', 'main', 'ring', 'TCP connection', '10.0.0.1:80 ← 10.0.0.2:5000', 'Error: gone', 'cat', 'why']
  const definitions = definitionsBlock([
    ...texts.map((text, i) => ['STRING', i + 1, text] as const),
    ['LOCATION', 1, 1, 2, 5],
    ['LOCATION', 2, 1, 3, 9],
    ['STACK', 1, 0, 1],
    ['STREAM', 1, 2, 1, 0],
    ['LOOP', 1, 2, 1],
    ['TASK', 1, 1, 1, 2, 0],
    ['TASK', 2, 1, 2, 3, 0],
    ['OBJECT', 1, ObjectCode.server, 0, 0],
    ['OBJECT', 2, ObjectCode.transport, 4, 0],
    ['OBJECT', 3, ObjectCode.process, 0, 0],
  ])
  return buildModel(readTrace(joined([headerBytes({ pid: 1 }), definitions, eventsBlock(0, 1, events)])))
}

describe('what a loop has to do with the world', () => {
  it('connections add up their bytes, and say how they were lost', () => {
    const read = model([
      ['OPENED', 1, 1 * MS, 2, 1],
      ['DETAIL', 0, 1 * MS, 2, 5],
      ['RECEIVED', 0, 2 * MS, 2, 700],
      ['RECEIVED', 0, 3 * MS, 2, 800],
      ['SENT', 0, 3 * MS, 2, 12],
      ['WRITING', 0, 3 * MS, 2, 0],
      ['WRITING', 0, 4 * MS, 2, 1],
      ['CLOSED', 0, 5 * MS, 2, 6],
    ])
    expect(connectionText(read, 0)).toBe(
      'TCP connection 2 (10.0.0.1:80 ← 10.0.0.2:5000): open for 4.00 ms, read 1.5 kB, wrote 12 B, writing paused once, lost by Error: gone',
    )
    expect(read.connections.server[0]).toBe(1)
  })

  it('processes say how they ended', () => {
    const read = model([
      ['SPAWNED', 1, 1 * MS, 3, 812],
      ['DETAIL', 0, 1 * MS, 3, 7],
      ['KILLED', 1, 2 * MS, 3, 15],
      ['EXITED', 0, 3 * MS, 3, 2 ** 32 - 15],
    ])
    expect(processText(read, 0)).toBe('process 3 (cat), pid 812: SIGTERM ended it after 2.00 ms')
  })

  it('timers know their run, signals their handler, loops what they ran for', () => {
    const read = model([
      ['TASK_CREATE', 1, 0, 1, 0],
      ['LOOP_START', 1, 0, 1, 0],
      ['TIMER_SET', 1, 1 * MS, 1, 2],
      ['TIMER_RUN', 0, 2 * MS, 1, 0],
      ['TIMER_BEGIN', 2, 2 * MS, 0, 0],
      ['SIGNAL', 2, 3 * MS, 10, 0],
      ['LOOP_STOP', 0, 4 * MS, 1, 6],
      ['DROPPED', 0, 4 * MS, 0, 8],
    ])
    expect(timerOfRun(read, read.timers.run[0])).toBe(0)
    expect(happeningText(read, 0)).toBe('SIGUSR1 ran ring')
    expect(loopRunName(read, 0)).toBe('main')
    expect(read.tables.strings[read.loopRuns.error[0]]).toBe('Error: gone')
    expect(read.notices).toEqual(['Not recorded: why.'])
  })

  it('ids that the file does not define cost nothing', () => {
    const read = model([
      ['OPENED', 9, 1 * MS, 99, 1],
      ['CLOSED', 0, 1 * MS, 2, 99],
      ['EXITED', 0, 1 * MS, 3, 1],
      ['TIMER_RUN', 0, 1 * MS, 7, 0],
      ['SIGNAL', 99, 1 * MS, 1, 0],
    ])
    expect(read.connections.object).toHaveLength(0)
    expect(read.processes.object).toHaveLength(0)
    expect(happeningText(read, 0)).toBe('SIGHUP')
  })
})

describe('a cancel request that left only a flag', () => {
  const steps = (between: readonly EventRecord[]): TraceModel =>
    model([
      ['LOOP_START', 1, 0, 1, 0],
      ['TASK_CREATE', 1, 0, 1, 0],
      ['STEP_BEGIN', 0, 1 * MS, 1, 0],
      ['TASK_CREATE', 1, 2 * MS, 2, 1],
      ['STEP_SUSPEND', 0, 3 * MS, 1, 0],
      ...between,
      ['CANCEL_REQUEST', 0, 5 * MS, 2, 0],
      ['STEP_BEGIN', 1, 5 * MS, 2, 0],
      ['STEP_CANCEL', 0, 6 * MS, 2, 0],
    ])

  it('was made by the one task that ran since the other one was ready', () => {
    expect([...steps([]).cancels.by]).toEqual([1])
  })

  it('was made by nobody known where a callback ran as well', () => {
    expect([
      ...steps([
        ['CALLBACK_BEGIN', 2, 4 * MS, 0, 0],
        ['RUN_END', 0, 4.5 * MS, 1, 0],
      ]).cancels.by,
    ]).toEqual([0])
  })
})
