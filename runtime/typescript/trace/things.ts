// What events are about has a number in the trace: loops, tasks, and all that tasks share or wait for.
import { ObjectCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import type { Task } from '../tasks.ts'
import type { Numbered, Traced, TracedStream } from './hooks.ts'
import type { Sites } from './sites.ts'
import type { Tables } from './tables.ts'

/** Objects that are not called as their class is. */
const labels: Readonly<Record<number, string>> = {
  [ObjectCode.gather]: 'gather',
  [ObjectCode.wait]: 'wait',
  [ObjectCode.transport]: 'transport',
  [ObjectCode.process]: 'Process',
  [ObjectCode.server]: 'server',
}

const labelOf = (owner: object, kind: number): string => labels[kind] ?? owner.constructor.name

export class Things {
  /** Loops that are not closed. */
  private readonly loops = new Map<EventLoop, number>()

  /** @param detail is told the ends of a stream's connection */
  constructor(
    private readonly stream: number,
    private readonly tables: Tables,
    private readonly sites: Sites,
    private readonly detail: (id: number, text: number) => void,
  ) {}

  loop(loop: EventLoop): number {
    let id = this.loops.get(loop)
    if (id === undefined) {
      id = this.tables.define('LOOP', this.tables.string(loop.constructor.name), this.stream)
      this.loops.set(loop, id)
    }
    return id
  }

  closed(loop: EventLoop): void {
    this.loops.delete(loop)
  }

  task(task: Task<unknown>): number {
    return task._traceId === 0 ? this.newTask(task, 0) : task._traceId
  }

  newTask(task: Task<unknown>, flags: number): number {
    const coroutine = this.sites.coroutine(task._coroutine)
    const text = task.getName()
    const name = text.startsWith('Task-') ? this.tables.freshString(text) : this.tables.string(text)
    task._traceId = this.tables.define('TASK', this.loop(task._loop), coroutine, name, flags)
    return task._traceId
  }

  /** The task of that number, unless it is done. */
  living(id: number): Task<unknown> | undefined {
    for (const task of this.tasks()) if (task._traceId === id) return task
    return undefined
  }

  /** Forgets what tasks are in this trace: a further recording numbers them anew. */
  forgetTasks(): void {
    for (const task of this.tasks()) task._traceId = task._traceSuspended = 0
  }

  object(owner: object, kind: number, label?: string): number {
    return this.numbered(owner, kind, label).id
  }

  numbered(owner: object, kind: number, label?: string): Numbered {
    const { _traced: traced } = owner as Traced
    if (traced?.by === this) return traced
    return this.newObject(owner, kind, this.tables.string(label ?? labelOf(owner, kind)), 0)
  }

  /** The number that the object has, undefined where it has none yet. */
  known(owner: object): number | undefined {
    const { _traced: traced } = owner as Traced
    return traced?.by === this ? traced.id : undefined
  }

  newObject(owner: object, kind: number, label: number, stack: number): Numbered {
    return ((owner as Traced)._traced = {
      by: this,
      id: this.tables.define('OBJECT', kind, label, stack),
      sized: false,
    })
  }

  /** As `object`; tells the ends of the stream's connection. */
  streamOf(stream: TracedStream): number {
    const known = this.known(stream)
    if (known !== undefined) return known
    const id = this.object(stream, ObjectCode.stream)
    const ends = stream._ends()
    if (ends !== '') this.detail(id, this.tables.string(ends))
    return id
  }

  /** All that are not done. */
  *tasks(): Iterable<Task<unknown>> {
    for (const loop of this.loops.keys()) yield* loop._tasks()
  }
}
