// asyncio/tasks.py: Task.get_stack and print_stack. They need V8's stacks, and join Task where the package is imported whole.
import { State } from './futures.ts'
import { formatStack, parseStack, stacks, type StackFrame } from './stacks.ts'
import { Task } from './tasks.ts'

export interface StackOptions {
  /** At most so many frames: the newest of a suspended task, the oldest of an error's. */
  readonly limit?: number | undefined
}

/** What a task tells of where it is: part of every `Task`. */
export class TaskStacks {
  /** Where the coroutine is suspended, outermost frame first; of a failed task, where its error comes from; else empty. */
  getStack(this: Task<unknown>, { limit }: StackOptions = {}): StackFrame[] {
    if (this._state === State.PENDING) {
      const frames = stacks.probed(this)
      return limit === undefined ? frames : frames.slice(Math.max(0, frames.length - limit))
    }
    if (this._state !== State.FAILED || !(this._value instanceof Error)) return []
    return parseStack(this._value.stack ?? '')
      .reverse()
      .slice(0, limit)
  }

  /** Writes `getStack()` as text, by default to stderr. */
  printStack(
    this: Task<unknown>,
    options: StackOptions & { readonly write?: ((text: string) => unknown) | undefined } = {},
  ): void {
    const write = options.write ?? ((text: string) => console.error(text.trimEnd()))
    const failed = this._state === State.FAILED
    write(formatStack(this.toString(), this.getStack(options), failed, this._value))
  }
}

declare module './tasks.ts' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars -- the methods of one class, added to another
  interface Task<T> extends TaskStacks {}
}

/** Gives every task these methods. */
export function addTaskStacks(): void {
  for (const name of ['getStack', 'printStack'] as const)
    Object.defineProperty(Task.prototype, name, Object.getOwnPropertyDescriptor(TaskStacks.prototype, name)!)
}
