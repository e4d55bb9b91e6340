import { appendFileSync } from 'node:fs'
import { definitionsBlock, eventsBlock, type DefinitionRecord, type EventRecord } from '../../../trace/format/writer.ts'

/** A process that does to a file what a recorder does: it appends, as in `manyTasks`, so many events a second, as time passes. */

export interface Writing {
  readonly path: string
  /** What the file holds already: tasks, and the moment its zero was, ms since the epoch. */
  readonly tasks: number
  readonly strings: number
  readonly zeroMs: number
  readonly eventsPerSecond: number
  readonly seconds: number
}

const LIVE = 50
const STEPS = 34
const EVERY_MS = 50

/** Prints how many events it has written when it is done. */
export function writeLive({ path, tasks, strings, zeroMs, eventsPerSecond, seconds }: Writing): void {
  const beganMs = Date.now()
  let written = 0
  let [task, string] = [tasks, strings]
  /** The tasks that run, each with how many steps it has had. */
  const live = Array.from({ length: LIVE }, () => ({ id: 0, steps: 0 }))
  let turn = 0

  function write(): void {
    const nowMs = Date.now()
    const due = Math.floor(((nowMs - beganMs) / 1000) * eventsPerSecond)
    const definitions: DefinitionRecord[] = []
    const events: EventRecord[] = []
    const baseNs = Math.floor((beganMs - zeroMs) * 1e6 + (written / eventsPerSecond) * 1e9)
    const add = (kind: EventRecord[0], aux: number, a: number, b = 0): void => {
      events.push([kind, aux, Math.floor((events.length / eventsPerSecond) * 1e9), a, b])
    }
    while (written + events.length < due) {
      const current = live[turn++ % LIVE]
      if (current.id === 0) {
        current.id = ++task
        current.steps = 0
        definitions.push(['STRING', ++string, `request-${task}`], ['TASK', task, 1, 1, string, 0])
        add('TASK_CREATE', 1, task, 1)
      } else add('TASK_READY', 0, current.id)
      add('STEP_BEGIN', 0, current.id)
      if (++current.steps < STEPS) add('STEP_SUSPEND', 1 + (turn % 2), current.id)
      else {
        add('STEP_RETURN', 0, current.id)
        current.id = 0
      }
    }
    written += events.length
    const parts = definitions.length > 0 ? [definitionsBlock(definitions)] : []
    if (events.length > 0) appendFileSync(path, Buffer.concat([...parts, eventsBlock(baseNs, 1, events)]))
    if (nowMs - beganMs < seconds * 1000) setTimeout(write, EVERY_MS)
    else process.stdout.write(String(written))
  }
  write()
}
