import { Event } from '../format/schema.ts'
import { extended, roomFor } from './regions.ts'
import { Table } from './table.ts'
import { NO_CAPACITY, type Holds, type Levels } from './types.ts'

/** Pairs acquiring with giving back, and collects levels. */
export class ResourceBuilder {
  private readonly holds = new Table({
    object: new Uint32Array(0),
    task: new Uint32Array(0),
    stack: new Uint32Array(0),
    fromNs: new Float64Array(0),
    untilNs: new Float64Array(0),
    releasedBy: new Uint32Array(0),
  })
  /** Rows that are still held, by object, oldest first. */
  private readonly open = new Map<number, number[]>()
  private readonly levels = new Table({
    object: new Uint32Array(0),
    atNs: new Float64Array(0),
    level: new Uint32Array(0),
    stack: new Uint32Array(0),
    by: new Uint32Array(0),
  })
  private capacities = new Uint32Array(0)
  private objects = 0

  /** Takes the objects that were defined since the last time: 1 up to and with `count`. */
  define(count: number): void {
    const present = this.capacities.length
    this.capacities = extended(this.capacities, roomFor(count + 1, present)).fill(NO_CAPACITY, present)
    this.objects = count
  }

  /** Makes room for what `events[kind]` more events of each kind need. */
  reserve(events: Uint32Array): void {
    this.holds.reserve(events[Event.ACQUIRE])
    this.levels.reserve(events[Event.LEVEL])
  }

  acquire(object: number, atNs: number, task: number, stack: number): void {
    const { columns } = this.holds
    const row = this.holds.rows++
    columns.object[row] = object
    columns.task[row] = task
    columns.stack[row] = stack
    columns.fromNs[row] = atNs
    columns.untilNs[row] = NaN
    const open = this.open.get(object)
    if (open) open.push(row)
    else this.open.set(object, [row])
  }

  /** Gives back what this task holds, or else the oldest that anyone does: semaphores may be released by another task. */
  release(object: number, atNs: number, task: number): void {
    const open = this.open.get(object)
    if (!open || open.length === 0) return
    const { columns } = this.holds
    // Looks only at the latest few: a semaphore with a million slots out stays cheap.
    let at = 0
    for (let i = open.length - 1; i >= Math.max(0, open.length - 64); i--) {
      if (columns.task[open[i]] === task) {
        at = i
        break
      }
    }
    const [row] = at === 0 ? [open.shift()!] : open.splice(at, 1)
    columns.untilNs[row] = atNs
    columns.releasedBy[row] = task
  }

  level(object: number, atNs: number, level: number, stack: number, by: number): void {
    const { columns } = this.levels
    const row = this.levels.rows++
    columns.object[row] = object
    columns.atNs[row] = atNs
    columns.level[row] = level
    columns.stack[row] = stack
    columns.by[row] = by
  }

  capacity(object: number, capacity: number): void {
    this.capacities[object] = capacity
  }

  buildHolds(): Holds {
    return this.holds.view()
  }

  buildLevels(): Levels {
    return { ...this.levels.view(), capacity: this.capacities.subarray(0, this.objects + 1) }
  }

  /** See `revivedBuilder`. */
  revive(): void {
    for (const table of [this.holds, this.levels]) Object.setPrototypeOf(table, Table.prototype)
  }
}
