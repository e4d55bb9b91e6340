// What tasks wait for, and where.
import { AwaitCode, awaitKindNames, Event, ObjectCode, TargetCode } from '../../../trace/format/schema.ts'
import { probe } from '../coroutines.ts'
import type { Future } from '../futures.ts'
import { Task } from '../tasks.ts'
import { BLOCK_EVENTS, type EventBlock } from './eventBlock.ts'
import type { TracedStream } from './hooks.ts'
import type { Sites } from './sites.ts'
import type { Tables } from './tables.ts'
import type { Things } from './things.ts'

const MAX_U32 = 2 ** 32 - 1
/** How many tasks an idle loop finds out about: 40 µs each. A number and no time, which a busy machine may take away before the first. */
const PROBES = 50

/** What the owner of a future of an await's kind is, by kind; 0 = nothing that has a number. */
const objectKinds = new Uint8Array(awaitKindNames.length)
Object.assign(objectKinds, {
  [AwaitCode.lock]: ObjectCode.lock,
  [AwaitCode.semaphore]: ObjectCode.semaphore,
  [AwaitCode.event]: ObjectCode.event,
  [AwaitCode.condition]: ObjectCode.condition,
  [AwaitCode.queue_get]: ObjectCode.queue,
  [AwaitCode.queue_put]: ObjectCode.queue,
  [AwaitCode.queue_join]: ObjectCode.queue,
  [AwaitCode.as_completed]: ObjectCode.queue,
  [AwaitCode.task_group]: ObjectCode.task_group,
  [AwaitCode.executor]: ObjectCode.job,
  [AwaitCode.read]: ObjectCode.stream,
  [AwaitCode.drain]: ObjectCode.stream,
  [AwaitCode.subprocess]: ObjectCode.process,
  [AwaitCode.server]: ObjectCode.server,
})

export class Waits {
  /** Counts the blocks. A task that suspended without a stack knows the block and its event's place there. */
  private serial = 1
  private anyWithout = false

  constructor(
    private readonly tables: Tables,
    private readonly things: Things,
    private readonly sites: Sites,
    private readonly block: EventBlock,
  ) {}

  /** The step of a task ends at an await. `stack` 0 = there was no time for it. */
  suspend(task: Task<unknown>, future: Future<unknown>, stack: number): void {
    const kind = targetKind(future)
    const target = this.target(future, kind)
    const id = this.awaitId(future, stack, kind)
    task._traceSuspended = stack === 0 ? this.serial * BLOCK_EVENTS + this.block.next : 0
    this.anyWithout ||= stack === 0
    this.block.addEnd(Event.STEP_SUSPEND, id, this.things.task(task), target)
  }

  /** Finds out where tasks wait that suspended when there was no time for a stack: the loop is idle now, and their events are still here. */
  findSites(): void {
    if (!this.anyWithout) return
    let left = PROBES
    const first = this.serial * BLOCK_EVENTS
    for (const task of this.things.tasks()) {
      const future = task._awaited
      if (task._traceSuspended < first || future === undefined || future.done()) continue
      if (left-- === 0) break
      this.findSite(task, future, task._traceSuspended - first)
      task._traceSuspended = 0
    }
  }

  /** The events are not in memory any more. */
  forget(): void {
    this.serial++
    this.anyWithout = false
  }

  /** Resumes a task whose future is pending, which leaves it where it is. */
  private findSite(task: Task<unknown>, future: Future<unknown>, event: number): void {
    let stack = 0
    probe._capture = () => (stack = this.sites.here(probe._capture!))
    try {
      task._coroutine.next()
    } finally {
      probe._capture = undefined
    }
    this.block.amend(event, Event.STEP_SUSPEND, this.awaitId(future, stack, targetKind(future)))
  }

  private awaitId(future: Future<unknown>, stack: number, target: number): number {
    return this.tables.await(future._kind, awaitKindNames[future._kind], stack, target)
  }

  private target(future: Future<unknown>, kind: number): number {
    const owner = future._owner
    switch (kind) {
      case TargetCode.task:
        return this.things.task(awaitedTask(future)!)
      case TargetCode.delay:
        return Math.min(MAX_U32, Math.round((owner as number) * 1e6))
      case TargetCode.count:
        return owner as number
      case TargetCode.object:
        return objectKinds[future._kind] === ObjectCode.stream
          ? this.things.streamOf(owner as TracedStream)
          : this.things.object(owner as object, objectKinds[future._kind])
      default:
        return 0
    }
  }
}

/** The task that a future stands for: it is one, or shields or times one. */
function awaitedTask(future: Future<unknown>): Task<unknown> | undefined {
  if (future instanceof Task) return future as Task<unknown>
  return future._owner instanceof Task ? (future._owner as Task<unknown>) : undefined
}

/** A target code of the trace format. */
function targetKind(future: Future<unknown>): number {
  const kind = future._kind
  if (objectKinds[kind] !== 0) return future._owner !== undefined ? TargetCode.object : TargetCode.none
  if (kind === AwaitCode.sleep) return TargetCode.delay
  if (kind === AwaitCode.gather || kind === AwaitCode.wait) return TargetCode.count
  return awaitedTask(future) !== undefined ? TargetCode.task : TargetCode.none
}
