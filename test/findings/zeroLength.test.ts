import { expect, it } from 'vitest'
import { findAll } from '../../trace/findings/index.ts'
import { readTrace } from '../../trace/format/reader.ts'
import {
  definitionsBlock,
  eventsBlock,
  headerBytes,
  joined,
  type DefinitionRecord,
  type EventRecord,
} from '../../trace/format/writer.ts'
import { buildModel } from '../../trace/model/build.ts'

it('waits that end in the nanosecond in which they begin end the checks too', () => {
  const count = 40
  const tasks = Array.from({ length: count }, (_, i) => i + 1)
  const definitions: DefinitionRecord[] = [
    ['STRING', 1, 'app.py'],
    ['STREAM', 1, 1, 0, 0],
    ['LOCATION', 1, 1, 1, 10],
    ['LOCATION', 2, 1, 1, 20],
    ['STACK', 1, 0, 1],
    ['STACK', 2, 1, 2],
    ['AWAIT', 1, 1, 0, 2, 0],
    ...tasks.map((task): DefinitionRecord => ['TASK', task, 0, 1, 1, 0]),
  ]
  const events = tasks.flatMap((task): EventRecord[] => [
    ['TASK_CREATE', 0, task, task, 0],
    ['STEP_BEGIN', 0, task, task, 0],
    ['STEP_SUSPEND', 1, task, task, 0],
    ['TASK_READY', 0, task, task, 0],
    ['STEP_BEGIN', 0, task, task, 0],
    ['STEP_RETURN', 0, task, task, 0],
  ])
  const bytes = joined([headerBytes({ pid: 1 }), definitionsBlock(definitions), eventsBlock(0, 1, events)])
  expect(findAll(buildModel(readTrace(bytes))).findings.filter(({ severity }) => severity === 'error')).toEqual([])
})
