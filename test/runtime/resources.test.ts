// What a trace of this runtime says of locks, queues and scopes.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { findAll } from '../../trace/findings/index.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { built, start, until } from './node.ts'

/** More than what the test below takes for hanging. */
const LATER_NS = 20e6

let model: TraceModel
beforeAll(async () => {
  const program = await built('scopes')
  const path = join(program, '../scopes.looptrace')
  const { child, ended } = start(program, [], { LOOPSCOPE: path })
  const read = (): TraceModel => buildModel(readTrace(readFileSync(path)))
  // On a busy machine all timers may run out in one turn: what is still open later on, by the trace's own clock, hangs.
  const isLater = ({ scopes, endNs }: TraceModel): boolean =>
    scopes.closeNs[2] > 0 && endNs - scopes.closeNs[2] > LATER_NS
  await until(() => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0 && isLater(read()))
  child.kill('SIGKILL')
  await ended
  model = read()
})

/** The objects with this label, as ids. */
const objects = (label: string): number[] =>
  [...model.tables.objects.label.keys()]
    .slice(1)
    .filter((id) => model.tables.strings[model.tables.objects.label[id]] === label)

it('who holds which lock, which is what a deadlock is found by', () => {
  const { findings } = findAll(model, { 'hung-after': 10 }) // ms: other timers of the loop run out sooner
  expect(findings[0]).toMatchObject({ kind: 'deadlock', severity: 'error' })
  expect(findings[0].message).toMatch(/one.*two|two.*one/s)
  expect(objects('Lock')).toHaveLength(2)
})

it('how full a queue was and is, and the slots of a semaphore', () => {
  const levelsOf = (label: string): number[] => {
    const [id] = objects(label)
    return [...model.levels.level].filter((_, i) => model.levels.object[i] === id)
  }
  expect(levelsOf('Queue')).toEqual([1, 2, 1, 2, 1, 0])
  expect(model.levels.capacity[objects('Queue')[0]]).toBe(2)
  expect(levelsOf('Semaphore')).toEqual([2, 3, 2, 3, 2, 3])
  expect(model.levels.capacity[objects('Semaphore')[0]]).toBe(3)
})

it('the tasks of groups and gathers, and how scopes ended', () => {
  const { scopes } = model
  const told = [...scopes.object].map((object, i) => ({
    label: model.tables.strings[model.tables.objects.label[object]],
    how: scopes.how[i],
    children: scopes.lastChild[i] - scopes.firstChild[i],
    closed: scopes.closeNs[i] >= scopes.openNs[i],
  }))
  expect(told.slice(0, 3)).toEqual([
    { label: 'TaskGroup', how: 1, children: 2, closed: true },
    { label: 'gather', how: 1, children: 2, closed: true },
    { label: 'Timeout', how: 3, children: 0, closed: true },
  ])
})
