// concurrent.futures: a pool of workers and the jobs that wait for one.
import { availableParallelism } from 'node:os'
import { AwaitCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import type { Coroutine, Seconds } from '../coroutines.ts'
import { RuntimeError, ValueError } from '../exceptions.ts'
import { createWaiter, setResultUnlessDone } from '../futures.ts'
import { recorder } from '../trace/hooks.ts'
import { uncarried } from './carriedErrors.ts'
import { callOf } from './calls.ts'
import { ExecutorFuture } from './futures.ts'
import type { JobMessage, WorkerMessage } from './worker.ts'

/** A function that can run in a worker. Its arguments and its result are cloned; a promise of it is awaited there. */
export type JobFunction<A extends unknown[], R> = (...args: A) => R | PromiseLike<R>

export interface ExecutorOptions {
  /** Most workers at a time. They are started as jobs need them. */
  readonly maxWorkers?: number | undefined
  /** Runs in each worker before its first job. */
  readonly initializer?: ((...args: never[]) => unknown) | undefined
  readonly initargs?: readonly unknown[] | undefined
}

export interface ExecutorShutdownOptions {
  /** Takes the jobs back that have not begun. */
  readonly cancelFutures?: boolean | undefined
}

/** A worker ended in the middle of its job: `process.exit`, a crash, or somebody killed it. */
export class BrokenExecutor extends RuntimeError {}

/** One thread or process. */
export interface PoolWorker {
  /** Its name in a trace. */
  readonly name: string
  /** Its id as a thread or process. */
  readonly id: number
  /** Throws where an argument cannot be sent. */
  post(job: JobMessage, transfer: readonly unknown[]): void
  /** Keeps Node alive for the worker's sake, or not. */
  hold(alive: boolean): void
  end(): Promise<unknown>
}

export interface WorkerListener {
  message(message: WorkerMessage): void
  exit(reason: string): void
}

/** @internal What a job is to a recorder. */
export interface Job {
  readonly future: ExecutorFuture<unknown>
  readonly name: string
}

/** An argument that travels in another shape, with what has to be transferred for it. */
export interface Sendable {
  /** @internal */
  _send(): SentArgument
}
/** @internal */
export interface SentArgument {
  readonly value: unknown
  readonly transfer: readonly unknown[]
  /** Called when the job has ended, before anybody learns of its result. */
  readonly finish: () => void
}
const isSendable = (value: unknown): value is Sendable =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Sendable>)._send === 'function'

interface PendingJob extends Job {
  readonly call: JobMessage['call']
  readonly args: readonly unknown[]
}

interface Member {
  readonly worker: PoolWorker
  job: PendingJob | undefined
  sent: readonly SentArgument[]
}

/** How many workers where the program does not say: Python's number for threads. */
export const DEFAULT_THREADS = Math.min(32, availableParallelism() + 4)

/** Runs functions in workers. `await using` or `shutdown()` ends it; a pool that is left alone does not keep the process alive. */
export abstract class Executor implements AsyncDisposable {
  /** @internal */ readonly _maxWorkers: number
  private readonly members = new Set<Member>()
  private readonly queue = new Set<PendingJob>()
  private ids = 0
  private started = 0
  private broken: string | undefined = undefined
  private closing: Promise<void> | undefined = undefined
  private drained: (() => void) | undefined = undefined

  constructor(
    private readonly options: ExecutorOptions,
    defaultWorkers: number,
  ) {
    const workers = options.maxWorkers ?? defaultWorkers
    if (!(workers >= 1)) throw new ValueError('maxWorkers must be greater than 0')
    this._maxWorkers = workers
  }

  /** Gives a job to the executor. Throws ValueError where `fn` is a closure, RuntimeError after `shutdown`. */
  submit<A extends unknown[], R>(fn: JobFunction<A, R>, ...args: A): ExecutorFuture<R> {
    if (this.broken !== undefined) throw new BrokenExecutor(this.broken)
    if (this.closing !== undefined) throw new RuntimeError('cannot schedule new futures after shutdown')
    const call = callOf(fn)
    const future = new ExecutorFuture<R>(() => {
      this.queue.delete(job)
      recorder?.jobEnded(job, 'cancelled', undefined, undefined)
    })
    const job: PendingJob = { future: future as ExecutorFuture<unknown>, name: fn.name, call, args }
    this.queue.add(job)
    recorder?.jobSubmitted(job, this)
    this.dispatch()
    return future
  }

  /** Refuses new jobs, lets those that were submitted end, and ends the workers. The promise settles when all are gone. */
  shutdown(options: ExecutorShutdownOptions = {}): Promise<void> {
    if (options.cancelFutures) for (const job of [...this.queue]) job.future.cancel()
    this.closing ??= this.close()
    return this.closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown()
  }

  /** @internal `shutdown` in a coroutine, for `timeout` seconds at most. */
  *_join(loop: EventLoop, timeout: Seconds | null): Coroutine<void> {
    const joined = createWaiter<boolean>(loop, AwaitCode.executor, undefined)
    void this.shutdown().then(() => setResultUnlessDone(joined, true))
    const timer = timeout === null ? undefined : loop.callLater(timeout, () => setResultUnlessDone(joined, false))
    try {
      if (yield* joined) return
      console.warn(`The executor did not finish joining its threads within ${timeout} seconds.`)
    } finally {
      timer?.cancel()
    }
  }

  /** Starts a worker; `index` counts from 0. */
  protected abstract startWorker(index: number, listener: WorkerListener): PoolWorker

  private async close(): Promise<void> {
    if (this.queue.size > 0 || this.busy()) await new Promise<void>((resolve) => (this.drained = resolve))
    await Promise.all([...this.members].map(({ worker }) => worker.end()))
  }

  private busy(): boolean {
    for (const { job } of this.members) if (job !== undefined) return true
    return false
  }

  private dispatch(): void {
    for (const job of this.queue) {
      const member = this.freeMember()
      if (member === undefined) return
      this.queue.delete(job)
      this.start(member, job)
    }
    if (this.drained !== undefined && this.queue.size === 0 && !this.busy()) this.drained()
  }

  private freeMember(): Member | undefined {
    for (const member of this.members) if (member.job === undefined) return member
    return this.members.size < this._maxWorkers ? this.addMember() : undefined
  }

  private addMember(): Member {
    const member: Member = {
      job: undefined,
      sent: [],
      worker: this.startWorker(this.started++, {
        message: (message) => this.received(member, message),
        exit: (reason) => this.lost(member, reason),
      }),
    }
    const { initializer, initargs = [] } = this.options
    if (initializer !== undefined) member.worker.post({ id: 0, call: callOf(initializer), args: initargs }, [])
    member.worker.hold(false)
    this.members.add(member)
    return member
  }

  private start(member: Member, job: PendingJob): void {
    job.future._begin()
    member.job = job
    recorder?.jobBegan(job, member.worker)
    member.worker.hold(true)
    const sent: SentArgument[] = []
    const args = job.args.map((arg) => {
      if (!isSendable(arg)) return arg
      sent.push(arg._send())
      return sent.at(-1)!.value
    })
    member.sent = sent
    try {
      const transfer = sent.flatMap((each) => each.transfer)
      member.worker.post({ id: ++this.ids, call: job.call, args }, transfer)
    } catch (error) {
      this.ended(
        member,
        true,
        new TypeError(`The arguments of '${job.name}' cannot be sent: ${(error as Error).message}`),
      )
    }
  }

  private received(member: Member, message: WorkerMessage): void {
    if (message.id === 0) {
      if (message.kind === 'fail') this.fail(`The initializer of a worker failed: ${message.error.message}`)
    } else if (message.kind === 'end') this.ended(member, false, message.value, message.ns)
    else this.ended(member, true, uncarried(message.error), message.ns)
  }

  private ended(member: Member, failed: boolean, value: unknown, ns?: bigint): void {
    const job = member.job
    if (job === undefined) return
    member.job = undefined
    member.worker.hold(false)
    for (const { finish } of member.sent) finish()
    member.sent = []
    recorder?.jobEnded(job, failed ? 'failed' : 'done', member.worker, ns)
    job.future._settle(failed, value)
    this.dispatch()
  }

  /** A worker is gone that nobody has ended. */
  private lost(member: Member, reason: string): void {
    this.members.delete(member)
    if (member.job !== undefined)
      this.ended(member, true, new BrokenExecutor(`A worker ended in the middle of a job: ${reason}.`))
  }

  private fail(reason: string): void {
    this.broken = reason
    for (const job of [...this.queue]) {
      this.queue.delete(job)
      job.future._settle(true, new BrokenExecutor(reason))
    }
    for (const member of this.members) this.ended(member, true, new BrokenExecutor(reason))
  }
}
