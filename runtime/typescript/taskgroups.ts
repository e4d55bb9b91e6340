// asyncio/taskgroups.py: tasks that end before the block that started them.
import { AwaitCode, ObjectCode } from '../../trace/format/schema.ts'
import type { EventLoop } from './baseEvents.ts'
import { shown, type Awaitable, type Coroutine } from './coroutines.ts'
import { getRunningLoop } from './events.ts'
import { CancelledError, exceptionGroup, isFatal, RuntimeError } from './exceptions.ts'
import { createWaiter, State, type Future } from './futures.ts'
import { currentTask, type Task, type TaskOptions } from './tasks.ts'
import { recorder } from './trace/hooks.ts'

/**
 * Tasks that all end before `exit()` does. The first one that fails cancels the others and the body; `exit` throws an ExceptionGroup of all errors
 * that are no cancellations. `taskGroup` calls `enter` and `exit`; a program needs them only where a block cannot be one function.
 */
export class TaskGroup {
  private _loop: EventLoop | undefined
  private _parent: Task<unknown> | undefined
  private _entered = false
  private _exiting = false
  private _aborting = false
  /** Whether this group has cancelled its parent, to be taken back at its exit. */
  private _cancelledParent = false
  private readonly _tasks = new Set<Task<unknown>>()
  private readonly _errors: unknown[] = []
  private _fatal: { readonly error: unknown } | undefined
  private _completed: Future<void> | undefined

  enter(): this {
    if (this._entered) throw new RuntimeError(`TaskGroup ${shown(this)} has already been entered`)
    this._loop ??= getRunningLoop()
    this._parent = currentTask(this._loop)
    if (!this._parent) throw new RuntimeError(`TaskGroup ${shown(this)} cannot determine the parent task`)
    this._entered = true
    recorder?.scopeOpened(this, ObjectCode.task_group)
    return this
  }

  /** Starts a task of the group. */
  createTask<T>(coroutine: Coroutine<T>, options?: TaskOptions): Task<T> {
    if (!this._entered) throw new RuntimeError(`TaskGroup ${shown(this)} has not been entered`)
    if (this._exiting && this._tasks.size === 0) throw new RuntimeError(`TaskGroup ${shown(this)} is finished`)
    if (this._aborting) throw new RuntimeError(`TaskGroup ${shown(this)} is shutting down`)
    const task = this._loop!.createTask(coroutine, options)
    recorder?.scopeChild(this, ObjectCode.task_group, task)
    // A task that started eagerly can be done already.
    if (task.done()) this._taskDone(task)
    else {
      this._tasks.add(task)
      task.addDoneCallback(this._taskDone)
    }
    return task
  }

  /** Waits for the tasks. `outcome` holds the error that ended the block, if one did. */
  *exit(outcome?: { readonly error: unknown }): Coroutine<void> {
    try {
      yield* this._join(outcome)
    } catch (error) {
      recorder?.scopeClosed(this, ObjectCode.task_group, { error })
      throw error
    }
    recorder?.scopeClosed(this, ObjectCode.task_group, outcome)
  }

  private *_join(outcome: { readonly error: unknown } | undefined): Coroutine<void> {
    this._exiting = true
    if (outcome && isFatal(outcome.error)) this._fatal ??= outcome
    let cancellation = outcome?.error instanceof CancelledError ? outcome.error : undefined
    if (outcome && !this._aborting) this._abort()

    // Tasks of the group may start others while it waits.
    while (this._tasks.size > 0) {
      this._completed ??= createWaiter<void>(this._loop!, AwaitCode.task_group, this)
      try {
        yield* this._completed
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error
        // The parent was cancelled from outside; where it was by this group, the abort is under way.
        if (!this._aborting) {
          cancellation = error
          this._abort()
        }
      }
      this._completed = undefined
    }

    if (this._fatal) throw this._fatal.error
    if (this._cancelledParent && this._parent!.uncancel() === 0) cancellation = undefined
    if (cancellation && this._errors.length === 0) throw cancellation
    if (outcome && !(outcome.error instanceof CancelledError)) this._errors.push(outcome.error)
    if (this._errors.length === 0) return
    // The group's errors hide a cancellation from outside: it is thrown in again at the parent's next await.
    if (this._parent!.cancelling() > 0) {
      this._parent!.uncancel()
      this._parent!.cancel()
    }
    throw exceptionGroup('unhandled errors in a TaskGroup', this._errors)
  }

  toString(): string {
    const state = this._aborting ? ' cancelling' : this._entered ? ' entered' : ''
    const tasks = this._tasks.size > 0 ? ` tasks=${this._tasks.size}` : ''
    const errors = this._errors.length > 0 ? ` errors=${this._errors.length}` : ''
    return `<TaskGroup${tasks}${errors}${state}>`
  }

  private _abort(): void {
    this._aborting = true
    for (const task of this._tasks) if (!task.done()) task.cancel()
  }

  private readonly _taskDone = (task: Task<unknown>): void => {
    this._tasks.delete(task)
    if (this._completed && this._tasks.size === 0 && !this._completed.done()) this._completed.setResult()
    if (task._state !== State.FAILED) return
    const error = task.exception()
    this._errors.push(error)
    if (isFatal(error)) this._fatal ??= { error }
    const parent = this._parent!
    if (parent.done()) {
      this._loop!.callExceptionHandler({
        message: `Task ${shown(task)} has errored out but its parent task ${shown(parent)} is already completed`,
        exception: error,
        task,
      })
      return
    }
    if (this._aborting || this._cancelledParent) return
    // The parent runs the block, or waits in `exit`. Either way its cancellation ends that; `exit` takes it back.
    this._abort()
    this._cancelledParent = true
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
