import { growingF64, growingU32 } from './growing.ts'
import { NO_CAPACITY, type Holds, type Levels } from './types.ts'

/** Pairs acquiring with giving back, and collects levels. */
export class ResourceBuilder {
  private readonly holds = {
    object: growingU32(),
    task: growingU32(),
    stack: growingU32(),
    fromNs: growingF64(),
    untilNs: growingF64(),
    releasedBy: growingU32(),
  }
  /** Rows that are still held, by object, oldest first. */
  private readonly open = new Map<number, number[]>()
  private readonly object = growingU32()
  private readonly atNs = growingF64()
  private readonly value = growingU32()
  private readonly stack = growingU32()
  private readonly by = growingU32()
  private readonly capacities: Uint32Array

  constructor(objectCount: number) {
    this.capacities = new Uint32Array(objectCount + 1).fill(NO_CAPACITY)
  }

  acquire(object: number, atNs: number, task: number, stack: number): void {
    const row = this.holds.object.length
    this.holds.object.push(object)
    this.holds.task.push(task)
    this.holds.stack.push(stack)
    this.holds.fromNs.push(atNs)
    this.holds.untilNs.push(NaN)
    this.holds.releasedBy.push(0)
    const open = this.open.get(object)
    if (open) open.push(row)
    else this.open.set(object, [row])
  }

  /** Gives back what this task holds, or else the oldest that anyone does: semaphores may be released by another task. */
  release(object: number, atNs: number, task: number): void {
    const open = this.open.get(object)
    if (!open || open.length === 0) return
    // Looks only at the latest few: a semaphore with a million slots out stays cheap.
    let at = 0
    for (let i = open.length - 1; i >= Math.max(0, open.length - 64); i--) {
      if (this.holds.task.at(open[i]) === task) {
        at = i
        break
      }
    }
    const [row] = at === 0 ? [open.shift()!] : open.splice(at, 1)
    this.holds.untilNs.set(row, atNs)
    this.holds.releasedBy.set(row, task)
  }

  level(object: number, atNs: number, level: number, stack: number, by: number): void {
    this.object.push(object)
    this.atNs.push(atNs)
    this.value.push(level)
    this.stack.push(stack)
    this.by.push(by)
  }

  capacity(object: number, capacity: number): void {
    this.capacities[object] = capacity
  }

  buildHolds(): Holds {
    const { object, task, stack, fromNs, untilNs, releasedBy } = this.holds
    return {
      object: object.build(),
      task: task.build(),
      stack: stack.build(),
      fromNs: fromNs.build(),
      untilNs: untilNs.build(),
      releasedBy: releasedBy.build(),
    }
  }

  buildLevels(): Levels {
    return {
      object: this.object.build(),
      atNs: this.atNs.build(),
      level: this.value.build(),
      stack: this.stack.build(),
      by: this.by.build(),
      capacity: this.capacities,
    }
  }
}
