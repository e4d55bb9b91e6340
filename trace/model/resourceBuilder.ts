import { NO_CAPACITY, type Holds, type Levels } from './types.ts'

/** Pairs acquiring with giving back, and collects levels. */
export class ResourceBuilder {
  private readonly holds = {
    object: [] as number[],
    task: [] as number[],
    stack: [] as number[],
    fromNs: [] as number[],
    untilNs: [] as number[],
    releasedBy: [] as number[],
  }
  /** Rows that are still held, by object, oldest first. */
  private readonly open = new Map<number, number[]>()
  private readonly object: number[] = []
  private readonly atNs: number[] = []
  private readonly value: number[] = []
  private readonly stack: number[] = []
  private readonly by: number[] = []
  private readonly capacities: Uint32Array

  constructor(objectCount: number) {
    this.capacities = new Uint32Array(objectCount + 1).fill(NO_CAPACITY)
  }

  acquire(object: number, atNs: number, task: number, stack: number): void {
    const row = this.holds.object.push(object) - 1
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
      if (this.holds.task[open[i]] === task) {
        at = i
        break
      }
    }
    const [row] = at === 0 ? [open.shift()!] : open.splice(at, 1)
    this.holds.untilNs[row] = atNs
    this.holds.releasedBy[row] = task
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
      object: Uint32Array.from(object),
      task: Uint32Array.from(task),
      stack: Uint32Array.from(stack),
      fromNs: Float64Array.from(fromNs),
      untilNs: Float64Array.from(untilNs),
      releasedBy: Uint32Array.from(releasedBy),
    }
  }

  buildLevels(): Levels {
    return {
      object: Uint32Array.from(this.object),
      atNs: Float64Array.from(this.atNs),
      level: Uint32Array.from(this.value),
      stack: Uint32Array.from(this.stack),
      by: Uint32Array.from(this.by),
      capacity: this.capacities,
    }
  }
}
