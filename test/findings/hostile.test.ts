import { describe, expect, it } from 'vitest'
import { findAll } from '../../trace/findings/index.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { AwaitCode, ObjectCode, TargetCode } from '../../trace/format/schema.ts'
import {
  definitionsBlock,
  eventsBlock,
  headerBytes,
  joined,
  type DefinitionRecord,
  type EventRecord,
} from '../../trace/format/writer.ts'
import { buildModel } from '../../trace/model/build.ts'

type Event = readonly [kind: EventRecord[0], aux: number, a: number, b?: number]

const SLEEP = 1
const LOCK = 2
const TASK = 3
const GET = 4
const WAIT = 5
const FUTURE = 6
const RESULT = 7
const EVENT = 8

/** A trace of `tasks` tasks and as many objects, one event each microsecond, of a program that was killed. */
function trace(tasks: number, object: number, events: readonly Event[]): Uint8Array {
  const ids = Array.from({ length: tasks }, (_, i) => i + 1)
  const definitions: DefinitionRecord[] = [
    ['STRING', 1, 'app.py'],
    ['STRING', 2, 'work'],
    ['STREAM', 1, 1, 0, 0],
    ['LOOP', 1, 1, 1],
    ['LOCATION', 1, 1, 2, 10],
    ['LOCATION', 2, 1, 2, 20],
    ['STACK', 1, 0, 1],
    ['STACK', 2, 1, 2],
    ['AWAIT', SLEEP, AwaitCode.sleep, 0, 2, TargetCode.delay],
    ['AWAIT', LOCK, AwaitCode.lock, 0, 2, TargetCode.object],
    ['AWAIT', TASK, AwaitCode.task, 0, 2, TargetCode.task],
    ['AWAIT', GET, AwaitCode.queue_get, 0, 2, TargetCode.object],
    ['AWAIT', WAIT, AwaitCode.wait, 0, 2, TargetCode.count],
    ['AWAIT', FUTURE, AwaitCode.future, 0, 2, TargetCode.none],
    ['AWAIT', RESULT, AwaitCode.future, 0, 2, TargetCode.object],
    ['AWAIT', EVENT, AwaitCode.event, 0, 2, TargetCode.object],
    ...ids.map((id): DefinitionRecord => ['OBJECT', id, object, 0, 1]),
    ...ids.map((id): DefinitionRecord => ['TASK', id, 1, 1, 2, 0]),
  ]
  const blocks: Uint8Array[] = []
  // A record counts its time from its block's, in 32 bits.
  for (let from = 0; from < events.length; from += 100_000) {
    const part = events.slice(from, from + 100_000)
    blocks.push(
      eventsBlock(
        from * 1000,
        1,
        part.map(([kind, aux, a, b = 0], i): EventRecord => [kind, aux, i * 1000, a, b]),
      ),
    )
  }
  return joined([headerBytes({ pid: 1, argv: ['app.py'] }), definitionsBlock(definitions), ...blocks])
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)
const parks = (task: number, how: number, target = 0): Event[] => [
  ['TASK_CREATE', 1, task, task > 1 ? 1 : 0],
  ['STEP_BEGIN', 0, task],
  ['STEP_SUSPEND', how, task, target],
]
const cancels = (task: number): Event[] => [
  ['CANCEL_REQUEST', 1, task, 1],
  ['TASK_READY', 1, task, 1],
  ['STEP_BEGIN', 1, task],
  ['UNCANCEL', 1, task],
  ['STEP_SUSPEND', FUTURE, task],
]
/** The loop waits and nothing is due, for two seconds. */
const stands: Event[] = [['POLL_BEGIN', 0, 1, 0xffffffff], ...range(2000).map((): Event => ['ALIVE', 0, 0])]

const shapes: Record<string, (n: number) => Uint8Array> = {
  'tasks on one lock': (n) =>
    trace(n, ObjectCode.lock, [['ACQUIRE', 1, 1, 1], ...range(n).flatMap((t) => parks(t, LOCK, 1)), ...stands]),
  'a lock for each task, in a ring': (n) =>
    trace(n, ObjectCode.lock, [
      ...range(n).flatMap((t): Event[] => [['ACQUIRE', 1, t, t], ...parks(t, LOCK, (t % n) + 1)]),
      ...stands,
    ]),
  'cycles of two tasks': (n) =>
    trace(n, ObjectCode.lock, [
      ...range(n).flatMap((t): Event[] => [['ACQUIRE', 1, t, t], ...parks(t, LOCK, t % 2 ? (t % n) + 1 : t - 1)]),
      ...stands,
    ]),
  'a chain of awaits': (n) =>
    trace(n, ObjectCode.lock, [
      ...range(n).flatMap((t) => (t < n ? parks(t, TASK, t + 1) : parks(t, FUTURE))),
      ...stands,
    ]),
  'a queue for each task': (n) =>
    trace(n, ObjectCode.queue, [
      ...range(n).flatMap((t): Event[] => [
        ['TASK_CREATE', 1, t, t > 1 ? 1 : 0],
        ['STEP_BEGIN', 0, t],
        ['LEVEL', 1, t, 1],
        ['LEVEL', 2, t, 0],
        ['STEP_SUSPEND', GET, t, t],
      ]),
      ...stands,
    ]),
  'timeouts that expired over locks': (n) =>
    trace(2 * n, ObjectCode.timeout, [
      ...parks(1, FUTURE),
      ...range(n).flatMap((t): Event[] => [
        ['SCOPE_OPEN', 1, t, 1],
        ['ACQUIRE', 1, n + t, 1],
        ['SCOPE_CLOSE', 2, t, 1],
      ]),
      ...range(n).flatMap((t) => parks(t + 1, LOCK, n + t)),
      ...stands,
    ]),
  'cancellations of one task': (n) =>
    trace(3, ObjectCode.lock, [...parks(1, FUTURE), ...parks(2, FUTURE), ...range(n).flatMap(() => cancels(2))]),
  'a cancellation of each task': (n) =>
    trace(n, ObjectCode.lock, [...range(n).flatMap((t) => parks(t, FUTURE)), ...range(n).flatMap(cancels), ...stands]),
  'tasks that were destroyed': (n) =>
    trace(n, ObjectCode.lock, [
      ...range(n).flatMap((t) => parks(t, FUTURE)),
      ...range(n).map((t): Event => ['TASK_DESTROYED', 0, t]),
    ]),
  'tasks that failed unseen': (n) =>
    trace(n, ObjectCode.lock, [
      ...parks(1, FUTURE),
      ...range(n - 1).flatMap((t): Event[] => [...parks(t + 1, SLEEP).slice(0, 2), ['STEP_RAISE', 2, t + 1, 2]]),
      ...stands,
    ]),
  'waits for tasks left behind': (n) =>
    trace(n, ObjectCode.wait, [
      ...parks(1, SLEEP),
      ...range(n - 1).flatMap((t): Event[] => [
        ...parks(t + 1, SLEEP),
        ['TASK_READY', 0, 1],
        ['STEP_BEGIN', 0, 1],
        ['SCOPE_OPEN', 1, t, 1],
        ['SCOPE_CHILD', 0, t, t + 1],
        ['STEP_SUSPEND', WAIT, 1, 1],
      ]),
      ...stands,
    ]),
  'requests in one queue': (n) =>
    trace(n, ObjectCode.queue, [
      ...range(n).flatMap((t): Event[] => [
        ['TASK_CREATE', 1, t, t > 1 ? 1 : 0],
        ['STEP_BEGIN', 0, t],
        ['LEVEL', 1, 1, t],
        ['LEVEL', 2, 1, t - 1],
        ['LEVEL', 1, 1, t],
        ['STEP_SUSPEND', RESULT, t, t],
      ]),
      ...stands,
    ]),
  'an event for each task, set by all': (n) =>
    trace(n, ObjectCode.event, [
      ...range(n).flatMap((t): Event[] => [
        ['TASK_CREATE', 1, t, t > 1 ? 1 : 0],
        ['STEP_BEGIN', 0, t],
        ['LEVEL', 1, t, 1],
        ['LEVEL', 1, (t % n) + 1, 1],
        ['STEP_SUSPEND', EVENT, t, t],
      ]),
      ...stands,
    ]),
  'tasks left beside those that were stopped': (n) =>
    trace(n, ObjectCode.lock, [
      ...range(n).flatMap((t) => parks(t, FUTURE)),
      ...range(n >> 1).flatMap((t): Event[] => [['CANCEL_REQUEST', 1, 2 * t, 1]]),
    ]),
}

/** Processor time that the checks take, ms: the least of a few runs. */
function costMs(bytes: Uint8Array): number {
  const model = buildModel(readTrace(bytes))
  let least = Infinity
  for (let run = 0; run < 2; run++) {
    // Some rules keep what they found out of a model: a copy knows nothing yet.
    const fresh = structuredClone(model)
    const before = process.cpuUsage()
    findAll(fresh)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

describe('the checks stay near-linear', () => {
  it.each(Object.keys(shapes))(
    '%s',
    (name) => {
      const small = costMs(shapes[name](3_000))
      const large = costMs(shapes[name](24_000))
      // Eight times as much; a quadratic rule would take sixty-four times as long.
      expect(large, `${small.toFixed(1)} ms, then ${large.toFixed(1)} ms`).toBeLessThan(Math.max(small, 20) * 30)
    },
    120_000,
  )
})
