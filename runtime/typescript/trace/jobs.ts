// Jobs in worker threads and processes: their events are those of the workers' own streams.
import { Block, Event, ObjectCode } from '../../../trace/format/schema.ts'
import { block } from '../../../trace/format/writer.ts'
import type { Executor, Job, PoolWorker } from '../executors/executor.ts'
import type { Clock } from './clock.ts'
import type { EventBlock } from './eventBlock.ts'
import type { JobOutcome } from './hooks.ts'
import type { Tables } from './tables.ts'
import type { Things } from './things.ts'

export const outcomes = { done: 1, failed: 2, cancelled: 3 } as const

/** What a worker has in the trace. */
interface Stream {
  readonly id: number
  lastNs: number
}

export class Jobs {
  private readonly streams = new WeakMap<PoolWorker, Stream>()

  /** @param write appends a block to the file, after everything that happened before */
  constructor(
    private readonly events: EventBlock,
    private readonly things: Things,
    private readonly tables: Tables,
    private readonly clock: Clock,
    private readonly write: (block: Uint8Array) => void,
  ) {}

  submitted(job: Job, executor: Executor, stack: number): void {
    let pool = this.things.known(executor)
    if (pool === undefined) {
      pool = this.things.object(executor, ObjectCode.executor)
      this.events.add(Event.CAPACITY, 0, pool, executor._maxWorkers)
    }
    const { id } = this.things.newObject(job.future, ObjectCode.job, this.tables.string(job.name), stack)
    this.events.add(Event.JOB_SUBMIT, stack, id, pool)
  }

  began(job: Job, worker: PoolWorker): void {
    this.addElsewhere(worker, undefined, Event.JOB_BEGIN, 0, this.job(job))
  }

  ended(job: Job, how: JobOutcome, worker: PoolWorker | undefined, ns: bigint | undefined): void {
    if (worker === undefined) this.events.add(Event.JOB_END, outcomes[how], this.job(job), 0)
    else this.addElsewhere(worker, ns, Event.JOB_END, outcomes[how], this.job(job))
  }

  private job(job: Job): number {
    return this.things.object(job.future, ObjectCode.job)
  }

  /** Rare, so each is a block of its own. */
  private addElsewhere(worker: PoolWorker, ns: bigint | undefined, kind: number, aux: number, a: number): void {
    let stream = this.streams.get(worker)
    if (stream === undefined) {
      const id = this.tables.define('STREAM', this.tables.string(worker.name), worker.id, 0)
      this.streams.set(worker, (stream = { id, lastNs: 0 }))
    }
    // Clocks of two threads are read one after the other: within a stream, times never decrease.
    stream.lastNs = Math.max(stream.lastNs, ns === undefined ? this.clock.now() : this.clock.at(ns))
    const record = new Uint32Array([kind + aux * 2 ** 8, 0, a, 0])
    this.write(block(Block.EVENTS, new Uint8Array(record.buffer), 1, stream.lastNs, stream.id))
  }
}
