import { expect, it } from 'vitest'
import { taskReports } from '../../trace/exports/tasks.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { COLUMN_NS, trace } from '../ascii/trace.ts'

it('reports of tasks have the fixed fields', () => {
  const [main, child] = taskReports(
    buildModel(
      readTrace(
        trace(`
          main  : =#....=##✓         | awaits task child
          child :  =#..=#!           | by main, awaits lock, woken by main, cancelled by main at 4
        `),
      ),
    ),
  )
  expect(main).toEqual({
    id: 1,
    name: 'main',
    coroutine: 'main',
    file: 'app.py',
    line: 10,
    parent: null,
    process: 4711,
    loop: 1,
    state: 'done',
    createdNs: 0,
    endedNs: 9 * COLUMN_NS,
    steps: 2,
    runningNs: 3 * COLUMN_NS,
    readyNs: 2 * COLUMN_NS,
    waitingNs: 4 * COLUMN_NS,
    exception: null,
    cancelRequests: [],
    awaits: [
      {
        atNs: 2 * COLUMN_NS,
        untilNs: 6 * COLUMN_NS,
        kind: 'task',
        label: 'task',
        file: 'app.py',
        line: 10,
        target: 2,
      },
    ],
  })
  expect(child.exception).toBe('ValueError: no')
  expect(child.state).toBe('failed')
  expect(child.cancelRequests).toEqual([{ atNs: 4 * COLUMN_NS, by: 1, message: null }])
})
