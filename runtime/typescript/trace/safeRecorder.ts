// A mistake of the recorder's own ends the recording, and not the program that it watches.
import type { Future } from '../futures.ts'
import type { Task } from '../tasks.ts'
import type { Recorder } from './hooks.ts'
import { TraceRecorder } from './recorder.ts'

/** Called once in a while, so that one wrapper serves them all. */
const RARE = [
  'loopStarted',
  'loopStopped',
  'loopClosed',
  'pollBegan',
  'taskNamed',
  'cancelRequested',
  'stepRaised',
  'stepCancelled',
  'scopeOpened',
  'scopeChild',
  'scopeClosed',
  'jobSubmitted',
  'jobBegan',
  'jobEnded',
  'opened',
  'closed',
  'writing',
  'spawned',
  'exited',
  'killed',
  'signalled',
] as const satisfies readonly (keyof Recorder)[]

/** What is called at every step is written out: a shared wrapper would cost as much as the hook. The hooks that only write numbers are as they are. */
export class SafeRecorder extends TraceRecorder {
  override taskCreated(task: Task<unknown>, creator: Task<unknown> | undefined, eager: boolean): void {
    try {
      super.taskCreated(task, creator, eager)
    } catch (error) {
      this.fail(error)
    }
  }

  override taskReady(task: Task<unknown>, waker: Task<unknown> | undefined): void {
    try {
      super.taskReady(task, waker)
    } catch (error) {
      this.fail(error)
    }
  }

  override awaitReached(): void {
    try {
      super.awaitReached()
    } catch (error) {
      this.fail(error)
    }
  }

  override acquired(owner: object, kind: number): void {
    try {
      super.acquired(owner, kind)
    } catch (error) {
      this.fail(error)
    }
  }

  override released(owner: object, kind: number): void {
    try {
      super.released(owner, kind)
    } catch (error) {
      this.fail(error)
    }
  }

  override level(owner: object, kind: number, level: number, capacity: number | undefined): void {
    try {
      super.level(owner, kind, level, capacity)
    } catch (error) {
      this.fail(error)
    }
  }

  override stepSuspended(task: Task<unknown>, future: Future<unknown>): void {
    try {
      super.stepSuspended(task, future)
    } catch (error) {
      this.fail(error)
    }
  }
}

type Hook = (this: TraceRecorder, a: unknown, b: unknown, c: unknown, d: unknown) => void

for (const name of RARE) {
  const hook = TraceRecorder.prototype[name] as Hook
  Object.defineProperty(SafeRecorder.prototype, name, {
    value(this: TraceRecorder, a: unknown, b: unknown, c: unknown, d: unknown) {
      try {
        hook.call(this, a, b, c, d)
      } catch (error) {
        this.fail(error)
      }
    },
  })
}
