// Records what the runtime does, in the format of docs/trace-format.md: each hook's event.
import { AwaitCode, Event, ObjectCode, TargetCode, TaskFlag } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import type { Executor, Job, PoolWorker } from '../executors/executor.ts'
import { turningLoop, type Handle, type TimerHandle } from '../events.ts'
import { CancelledError } from '../exceptions.ts'
import type { Future } from '../futures.ts'
import type { Task } from '../tasks.ts'
import type { JobOutcome, OpenedThing, Recorder, TracedTransport } from './hooks.ts'
import { outcomes } from './jobs.ts'
import { OpenTrace } from './openTrace.ts'
import type { Output } from './output.ts'
import { described } from './traffic.ts'

const MAX_U32 = 2 ** 32 - 1

export class TraceRecorder extends OpenTrace implements Recorder {
  private readonly yielded = this.tables.await(AwaitCode.sleep, 'sleep', 0, TargetCode.none)
  private awaitStack = 0
  /** The stack of a cancellation that was asked for from outside, while it is requested. */
  private askedStack = 0

  /** @param onLoop called whenever a loop starts */
  constructor(
    output: Output,
    header: Readonly<Record<string, unknown>>,
    onFailure: (error: unknown) => void,
    private readonly onLoop: () => void = () => {},
  ) {
    super(output, header, onFailure)
  }

  loopStarted(loop: EventLoop): void {
    this.block.add(Event.LOOP_START, 0, this.things.loop(loop), 0)
    this.onLoop()
  }

  /** A loop that runs as the recording begins, with the tasks that it has. Who created them is not known. */
  meet(loop: EventLoop): void {
    this.loopStarted(loop)
    for (const task of loop._tasks()) {
      this.block.add(Event.TASK_CREATE, 0, this.things.task(task), 0)
      if (!task._begun || (task._awaited === undefined && loop._current !== task)) continue
      this.stepBegan(task, false)
      if (task._awaited !== undefined) this.stepSuspended(task, task._awaited)
    }
    if (loop._polling) this.pollBegan(loop, undefined)
  }

  loopStopped(loop: EventLoop): void {
    this.block.add(Event.LOOP_STOP, 0, this.things.loop(loop), 0)
    this.flushSoon()
  }

  loopClosed(loop: EventLoop): void {
    this.block.add(Event.LOOP_CLOSE, 0, this.things.loop(loop), 0)
    this.things.closed(loop)
    this.flushSoon()
  }

  pollBegan(loop: EventLoop, timeoutSeconds: number | undefined): void {
    const timeout = timeoutSeconds === undefined ? MAX_U32 : Math.min(MAX_U32, Math.round(timeoutSeconds * 1e6))
    this.block.add(Event.POLL_BEGIN, 0, this.things.loop(loop), timeout)
    this.becameIdle()
  }

  pollEnded(loop: EventLoop): void {
    this.block.add(Event.POLL_END, 0, this.things.loop(loop), 0)
    this.becameBusy()
  }

  runEnded(loop: EventLoop): void {
    this.block.add(Event.RUN_END, 0, this.things.loop(loop), 0)
  }

  handleCreated(handle: Handle, scheduler: Task<unknown> | undefined): void {
    handle._recorded = {
      by: this,
      task: scheduler === undefined ? 0 : this.things.task(scheduler),
      ns: this.block.lastNs,
    }
  }

  callbackBegan(handle: Handle): void {
    const made = handle._recorded?.by === this ? handle._recorded : undefined
    const waited = made === undefined ? MAX_U32 : Math.min(MAX_U32, Math.max(0, this.block.beginning() - made.ns))
    this.block.addBeginning(Event.CALLBACK_BEGIN, this.sites.callback(handle._callback!), made?.task ?? 0, waited)
  }

  timerBegan(handle: TimerHandle, latenessSeconds: number): void {
    const late = Math.min(MAX_U32, Math.max(0, Math.round(latenessSeconds * 1e9)))
    const scheduler = handle._recorded?.by === this ? handle._recorded.task : 0
    this.block.addBeginning(Event.TIMER_BEGIN, this.sites.callback(handle._callback!), scheduler, late)
  }

  taskCreated(task: Task<unknown>, creator: Task<unknown> | undefined, eager: boolean): void {
    const id = this.things.newTask(task, eager ? TaskFlag.EAGER : 0)
    const stack = this.sites.affordable(0.9) ? this.sites.here(this.taskCreated) : 0
    this.block.add(Event.TASK_CREATE, stack, id, creator === undefined ? 0 : this.things.task(creator))
  }

  taskNamed(task: Task<unknown>): void {
    this.block.add(Event.TASK_NAME, 0, this.things.task(task), this.tables.string(task.getName()))
  }

  taskReady(task: Task<unknown>, waker: Task<unknown> | undefined): void {
    const stack = this.sites.affordable(0.5) ? this.sites.here(this.taskReady) : 0
    this.block.add(Event.TASK_READY, stack, this.things.task(task), waker === undefined ? 0 : this.things.task(waker))
  }

  cancelRequested(task: Task<unknown>, requester: Task<unknown> | undefined, message: string | undefined): void {
    const affordable = this.askedStack === 0 && this.sites.affordable(0.9)
    const stack = affordable ? this.sites.here(this.cancelRequested) : this.askedStack
    const id = this.things.task(task)
    this.block.add(Event.CANCEL_REQUEST, stack, id, requester === undefined ? 0 : this.things.task(requester))
    if (message !== undefined) this.block.add(Event.CANCEL_MESSAGE, 0, id, this.tables.string(message))
  }

  stepBegan(task: Task<unknown>, cancelled: boolean): void {
    const id = this.things.task(task)
    if (cancelled) this.block.addBeginning(Event.STEP_BEGIN, 1, id, 0)
    else this.block.beginStep(id)
    this.awaitStack = 0
  }

  awaitReached(): void {
    this.awaitStack = this.sites.affordable(1) ? this.sites.here(this.awaitReached) : 0
  }

  stepSuspended(task: Task<unknown>, future: Future<unknown>): void {
    this.waits.suspend(task, future, this.awaitStack)
  }

  stepYielded(task: Task<unknown>): void {
    this.block.endStep(Event.STEP_YIELD, this.yielded, this.things.task(task))
  }

  stepReturned(task: Task<unknown>): void {
    this.block.endStep(Event.STEP_RETURN, 0, this.things.task(task))
  }

  stepRaised(task: Task<unknown>, error: unknown): void {
    this.block.addEnd(Event.STEP_RAISE, 0, this.things.task(task), this.tables.string(described(error)))
  }

  stepCancelled(task: Task<unknown>, message: string | undefined): void {
    this.block.addEnd(Event.STEP_CANCEL, 0, this.things.task(task), this.tables.string(message ?? ''))
  }

  acquired(owner: object, kind: number): void {
    this.block.add(Event.ACQUIRE, this.site(this.acquired), this.things.object(owner, kind), this.current())
  }

  released(owner: object, kind: number): void {
    this.block.add(Event.RELEASE, this.site(this.released), this.things.object(owner, kind), this.current())
  }

  level(owner: object, kind: number, level: number, capacity: number | undefined): void {
    const it = this.things.numbered(owner, kind)
    if (capacity !== undefined && !it.sized) {
      it.sized = true
      this.block.add(Event.CAPACITY, 0, it.id, Math.min(MAX_U32, capacity))
    }
    this.block.add(Event.LEVEL, 0, it.id, level)
  }

  scopeOpened(scope: object, kind: number): void {
    this.block.add(Event.SCOPE_OPEN, this.site(this.scopeOpened), this.things.object(scope, kind), this.current())
  }

  scopeChild(scope: object, kind: number, task: Task<unknown>): void {
    this.block.add(Event.SCOPE_CHILD, 0, this.things.object(scope, kind), this.things.task(task))
  }

  scopeClosed(scope: object, kind: number, outcome: { readonly error: unknown } | undefined): void {
    const how = outcome === undefined ? 'done' : outcome.error instanceof CancelledError ? 'cancelled' : 'failed'
    this.block.add(Event.SCOPE_CLOSE, outcomes[how], this.things.object(scope, kind), this.current())
  }

  jobSubmitted(job: Job, executor: Executor): void {
    this.jobs.submitted(job, executor, this.sites.affordable(0.9) ? this.sites.here(this.jobSubmitted) : 0)
  }

  jobBegan(job: Job, worker: PoolWorker): void {
    this.jobs.began(job, worker)
  }

  jobEnded(job: Job, how: JobOutcome, worker: PoolWorker | undefined, ns: bigint | undefined): void {
    this.jobs.ended(job, how, worker, ns)
  }

  opened(thing: object, what: OpenedThing): void {
    this.traffic.opened(thing, what, this.site(this.opened))
  }

  closed(thing: object, kind: number, error: unknown): void {
    this.traffic.closed(thing, kind, error)
  }

  received(transport: TracedTransport, bytes: number): void {
    this.traffic.received(transport, bytes)
  }

  sent(transport: TracedTransport, bytes: number): void {
    this.traffic.sent(transport, bytes)
  }

  writing(transport: object, resumed: boolean): void {
    const id = this.things.object(transport, ObjectCode.transport)
    this.block.add(Event.WRITING, this.site(this.writing), id, resumed ? 1 : 0)
  }

  spawned(process: object, command: string, pid: number): void {
    this.traffic.spawned(process, command, pid, this.site(this.spawned))
  }

  exited(process: object, status: number): void {
    this.traffic.exited(process, status)
  }

  killed(process: object, signal: NodeJS.Signals | number): void {
    this.traffic.killed(process, signal, this.site(this.killed))
  }

  signalled(signal: NodeJS.Signals, handler: object): void {
    this.traffic.signalled(signal, this.sites.callback(handler))
  }

  /** Cancels a task because somebody outside has asked for it. */
  cancelAsAsked(task: Task<unknown>): void {
    this.askedStack = this.tables.stack(0, this.tables.location('<loopscope>', 'control_channel', 0))
    try {
      task.cancel()
    } finally {
      this.askedStack = 0
    }
  }

  /** The task whose step runs; 0 = none. */
  private current(): number {
    const task = turningLoop()?._current
    return task === undefined ? 0 : this.things.task(task)
  }
}
