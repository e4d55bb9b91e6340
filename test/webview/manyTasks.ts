import { AwaitCode } from '../../trace/format/schema.ts'
import {
  definitionsBlock,
  endBlock,
  eventsBlock,
  headerBytes,
  joined,
  type DefinitionRecord,
  type EventRecord,
} from '../../trace/format/writer.ts'

const STEP_NS = 20_000
const GAP_NS = 5_000
const LIVE = 50
const BLOCK_EVENTS = 30_000

/** How long `manyTasks` runs. */
export const manyTasksNs = (tasks: number, steps: number): number => tasks * steps * (STEP_NS + GAP_NS)

/**
 * The bytes of a trace in which one loop runs `tasks` tasks, `LIVE` of them at a time, each with `steps` steps. About `3 × tasks × steps` events.
 * With `wallClockNs`, when it began, it has no end: more may be appended.
 */
export function manyTasks(tasks: number, steps: number, wallClockNs?: bigint): Uint8Array {
  const names = Array.from({ length: tasks }, (_, i) => `request-${i + 1}`)
  const strings = ['app.py', 'MainThread', 'SelectorLoop', 'handle', ...names]
  const definitions: DefinitionRecord[] = [
    ...strings.map((text, i): DefinitionRecord => ['STRING', i + 1, text]),
    ['LOCATION', 1, 1, 4, 12],
    ['STACK', 1, 0, 1],
    ['AWAIT', 1, AwaitCode.sleep, 0, 1, 0],
    ['AWAIT', 2, AwaitCode.read, 0, 1, 0],
    ['STREAM', 1, 2, 0, 0],
    ['LOOP', 1, 3, 1],
    ...names.map((_, i): DefinitionRecord => ['TASK', i + 1, 1, 1, i + 5, 0]),
  ]
  const blocks: Uint8Array[] = []
  let events: EventRecord[] = [['LOOP_START', 0, 0, 1, 0]]
  let baseNs = 0
  let nowNs = 0
  const add = (kind: EventRecord[0], aux: number, a: number, b = 0): void => {
    events.push([kind, aux, nowNs - baseNs, a, b])
    if (events.length < BLOCK_EVENTS) return
    blocks.push(eventsBlock(baseNs, 1, events))
    events = []
    baseNs = nowNs
  }
  for (let from = 1; from <= tasks; from += LIVE) {
    const group = Array.from({ length: Math.min(LIVE, tasks - from + 1) }, (_, i) => from + i)
    for (const task of group) add('TASK_CREATE', 1, task, from > 1 || task > 1 ? 1 : 0)
    for (let step = 1; step <= steps; step++) {
      for (const task of group) {
        nowNs += GAP_NS
        if (step > 1) add('TASK_READY', 0, task)
        add('STEP_BEGIN', 0, task)
        nowNs += STEP_NS
        if (step === steps) add('STEP_RETURN', 0, task)
        else add('STEP_SUSPEND', 1 + ((task + step) % 2), task)
      }
    }
  }
  blocks.push(eventsBlock(baseNs, 1, events))
  return joined([
    headerBytes({ pid: 4711, argv: ['app.py'], ...(wallClockNs ? { wallClockNs: String(wallClockNs) } : {}) }),
    definitionsBlock(definitions),
    ...blocks,
    ...(wallClockNs ? [] : [endBlock(nowNs, 'exit')]),
  ])
}
