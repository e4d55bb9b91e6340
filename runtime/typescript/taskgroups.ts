// asyncio/taskgroups.py: tasks that end before the block that started them.
import { AwaitCode, ObjectCode } from '../../trace/format/schema.ts'
import type { EventLoop } from './baseEvents.ts'
import type { Awaitable, Coroutine } from './coroutines.ts'
import { getRunningLoop } from './events.ts'
import { CancelledError, exceptionGroup, isFatal, RuntimeError } from './exceptions.ts'
import { createWaiter, State, type Future } from './futures.ts'
import { currentTask, type Task, type TaskOptions } from './tasks.ts'
import { tracing } from './trace/hooks.ts'

/**
 * Tasks that all end before `exit()` does. The first one that fails cancels the others and the body; `exit` throws an ExceptionGroup of all errors
 * that are no cancellations. `taskGroup` calls `enter` and `exit`; a program needs them only where a block cannot be one function.
 */
export class TaskGroup {
  private loop: EventLoop | undefined = undefined
  private parent: Task<unknown> | undefined = undefined
  private entered = false
  private exiting = false
  private aborting = false
  /** Whether this group has cancelled its parent, to be taken back at its exit. */
  private cancelledParent = false
  private readonly tasks = new Set<Task<unknown>>()
  private readonly errors: unknown[] = []
  private fatal: { readonly error: unknown } | undefined = undefined
  private completed: Future<void> | undefined = undefined

  enter(): this {
    if (this.entered) throw new RuntimeError(`TaskGroup ${this.toString()} has already been entered`)
    this.loop ??= getRunningLoop()
    this.parent = currentTask(this.loop)
    if (this.parent === undefined)
      throw new RuntimeError(`TaskGroup ${this.toString()} cannot determine the parent task`)
    this.entered = true
    tracing.recorder?.scopeOpened(this, ObjectCode.task_group)
    return this
  }

  /** Starts a task of the group. */
  createTask<T>(coroutine: Coroutine<T>, options?: TaskOptions): Task<T> {
    if (!this.entered) throw new RuntimeError(`TaskGroup ${this.toString()} has not been entered`)
    if (this.exiting && this.tasks.size === 0) throw new RuntimeError(`TaskGroup ${this.toString()} is finished`)
    if (this.aborting) throw new RuntimeError(`TaskGroup ${this.toString()} is shutting down`)
    const task = this.loop!.createTask(coroutine, options)
    tracing.recorder?.scopeChild(this, ObjectCode.task_group, task)
    // A task that started eagerly can be done already.
    if (task.done()) this.taskDone(task)
    else {
      this.tasks.add(task)
      task.addDoneCallback(this.taskDone)
    }
    return task
  }

  /** Waits for the tasks. `outcome` holds the error that ended the block, if one did. */
  *exit(outcome?: { readonly error: unknown }): Coroutine<void> {
    try {
      yield* this.join(outcome)
    } catch (error) {
      tracing.recorder?.scopeClosed(this, ObjectCode.task_group, { error })
      throw error
    }
    tracing.recorder?.scopeClosed(this, ObjectCode.task_group, outcome)
  }

  private *join(outcome: { readonly error: unknown } | undefined): Coroutine<void> {
    this.exiting = true
    if (outcome && isFatal(outcome.error)) this.fatal ??= outcome
    let cancellation = outcome?.error instanceof CancelledError ? outcome.error : undefined
    if (outcome && !this.aborting) this.abort()

    // Tasks of the group may start others while it waits.
    while (this.tasks.size > 0) {
      this.completed ??= createWaiter<void>(this.loop!, AwaitCode.task_group, this)
      try {
        yield* this.completed
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error
        // The parent was cancelled from outside; where it was by this group, the abort is under way.
        if (!this.aborting) {
          cancellation = error
          this.abort()
        }
      }
      this.completed = undefined
    }

    if (this.fatal) throw this.fatal.error
    if (this.cancelledParent && this.parent!.uncancel() === 0) cancellation = undefined
    if (cancellation !== undefined && this.errors.length === 0) throw cancellation
    if (outcome && !(outcome.error instanceof CancelledError)) this.errors.push(outcome.error)
    if (this.errors.length === 0) return
    // The group's errors hide a cancellation from outside: it is thrown in again at the parent's next await.
    if (this.parent!.cancelling() > 0) {
      this.parent!.uncancel()
      this.parent!.cancel()
    }
    throw exceptionGroup('unhandled errors in a TaskGroup', this.errors)
  }

  toString(): string {
    const state = this.aborting ? ' cancelling' : this.entered ? ' entered' : ''
    const tasks = this.tasks.size > 0 ? ` tasks=${this.tasks.size}` : ''
    const errors = this.errors.length > 0 ? ` errors=${this.errors.length}` : ''
    return `<TaskGroup${tasks}${errors}${state}>`
  }

  private abort(): void {
    this.aborting = true
    for (const task of this.tasks) if (!task.done()) task.cancel()
  }

  private readonly taskDone = (task: Task<unknown>): void => {
    this.tasks.delete(task)
    if (this.completed !== undefined && this.tasks.size === 0 && !this.completed.done()) this.completed.setResult()
    if (task._state !== State.FAILED) return
    const error = task.exception()
    this.errors.push(error)
    if (isFatal(error)) this.fatal ??= { error }
    const parent = this.parent!
    if (parent.done()) {
      this.loop!.callExceptionHandler({
        message: `Task ${task.toString()} has errored out but its parent task ${parent.toString()} is already completed`,
        exception: error,
        task,
      })
      return
    }
    if (this.aborting || this.cancelledParent) return
    // The parent runs the block, or waits in `exit`. Either way its cancellation ends that; `exit` takes it back.
    this.abort()
    this.cancelledParent = true
    parent.cancel()
  }
}

/**
 * Runs `body` with a group of tasks, waits for them, and gives what the body returns.
 *
 *     yield* taskGroup(function* (group) {
 *       group.createTask(worker(1))
 *       group.createTask(worker(2))
 *     })
 */
export function* taskGroup<T>(body: (group: TaskGroup) => Awaitable<T>): Coroutine<T> {
  const group = new TaskGroup().enter()
  let result: T
  try {
    result = yield* body(group)
  } catch (error) {
    yield* group.exit({ error })
    throw error
  }
  yield* group.exit()
  return result
}
