// asyncio/exceptions.py and the built-in exceptions that asyncio raises. Errors keep their Python names.

/** Each class says its name: a bundler that shortens names shortens those of classes. */
class NamedError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** The awaited future or the task was cancelled. Thrown at the await point; a coroutine that catches it should throw it again. */
export class CancelledError extends NamedError {
  static override readonly name: string = 'CancelledError'
}
/** The operation exceeded its deadline. */
export class TimeoutError extends NamedError {
  static override readonly name: string = 'TimeoutError'
}
/** The operation is not allowed in this state of the future. */
export class InvalidStateError extends NamedError {
  static override readonly name: string = 'InvalidStateError'
}
/** The program uses the library against its rules: a loop inside a loop, a lock released twice. */
export class RuntimeError extends NamedError {
  static override readonly name: string = 'RuntimeError'
}
/** An argument has the right type and a value that makes no sense. */
export class ValueError extends NamedError {
  static override readonly name: string = 'ValueError'
}
/** There is no such value. */
export class LookupError extends NamedError {
  static override readonly name: string = 'LookupError'
}
/** `getNowait()` on an empty queue. */
export class QueueEmpty extends NamedError {
  static override readonly name: string = 'QueueEmpty'
}
/** `putNowait()` on a full queue. */
export class QueueFull extends NamedError {
  static override readonly name: string = 'QueueFull'
}
/** The queue was shut down. */
export class QueueShutDown extends NamedError {
  static override readonly name: string = 'QueueShutDown'
}
/** The barrier was reset or aborted while tasks waited for it. */
export class BrokenBarrierError extends RuntimeError {
  static override readonly name: string = 'BrokenBarrierError'
}
/** A stream ended before the bytes that were asked for. */
export class IncompleteReadError extends NamedError {
  static override readonly name: string = 'IncompleteReadError'
  constructor(
    /** What was read before the end. */
    readonly partial: Buffer,
    /** How many bytes were asked for; undefined where a separator was. */
    readonly expected: number | undefined,
  ) {
    super(`${partial.length} bytes read on a total of ${expected ?? 'undefined'} expected bytes`)
  }
}
/** A separator was not found within a stream reader's limit. */
export class LimitOverrunError extends NamedError {
  static override readonly name: string = 'LimitOverrunError'
  constructor(
    message: string,
    /** How many bytes can be read without the separator. */
    readonly consumed: number,
  ) {
    super(message)
  }
}
/** The connection is gone. */
export class ConnectionResetError extends NamedError {
  static override readonly name: string = 'ConnectionResetError'
}
/** The connection was given up by this side. */
export class ConnectionAbortedError extends NamedError {
  static override readonly name: string = 'ConnectionAbortedError'
}
/** The process has ended: it takes no signals. */
export class ProcessLookupError extends NamedError {
  static override readonly name: string = 'ProcessLookupError'
}
/** Node cannot do it; the message says what to use. */
export class NotImplementedError extends RuntimeError {
  static override readonly name: string = 'NotImplementedError'
}
/** `sendfile` would have to copy the file, and `fallback` forbids it. */
export class SendfileNotAvailableError extends RuntimeError {
  static override readonly name: string = 'SendfileNotAvailableError'
}
/** Ctrl-C. */
export class KeyboardInterrupt extends NamedError {
  static override readonly name: string = 'KeyboardInterrupt'
}
/** Asks the program to end: passes through the loop instead of going to its exception handler. */
export class SystemExit extends NamedError {
  static override readonly name: string = 'SystemExit'
}

/** Errors that end the loop's run instead of going to its exception handler, as Python's KeyboardInterrupt and SystemExit do. */
export const isFatal = (error: unknown): boolean => error instanceof KeyboardInterrupt || error instanceof SystemExit

/** Errors that are no `Exception` in Python: `except Exception` does not catch them. */
const isBase = (error: unknown): boolean =>
  error instanceof CancelledError ||
  isFatal(error) ||
  (error instanceof BaseExceptionGroup && !(error instanceof ExceptionGroup))

type Condition = ((error: unknown) => boolean) | (abstract new (...args: never[]) => unknown)

/** Several errors raised together, some of which are no ordinary errors (CancelledError, KeyboardInterrupt, SystemExit). */
export class BaseExceptionGroup extends NamedError {
  static override readonly name: string = 'BaseExceptionGroup'
  readonly exceptions: readonly unknown[]

  constructor(message: string, exceptions: readonly unknown[]) {
    super(message)
    if (exceptions.length === 0) throw new ValueError('second argument (exceptions) must be a non-empty sequence')
    this.exceptions = [...exceptions]
  }

  /** A group with the same message and other errors. */
  derive(exceptions: readonly unknown[]): BaseExceptionGroup {
    return exceptionGroup(this.message, exceptions)
  }

  /** The group with only the errors that match (a class or a predicate), nesting kept; undefined where none does. */
  subgroup(condition: Condition): BaseExceptionGroup | undefined {
    return this.split(condition)[0]
  }

  /** The group parted into the errors that match and the rest. */
  split(condition: Condition): [BaseExceptionGroup | undefined, BaseExceptionGroup | undefined] {
    const test = matcher(condition)
    if (test(this)) return [this, undefined]
    const matching: unknown[] = []
    const rest: unknown[] = []
    for (const error of this.exceptions) {
      if (error instanceof BaseExceptionGroup) {
        const [yes, no] = error.split(condition)
        if (yes) matching.push(yes)
        if (no) rest.push(no)
      } else (test(error) ? matching : rest).push(error)
    }
    return [this._some(matching), this._some(rest)]
  }

  private _some(errors: readonly unknown[]): BaseExceptionGroup | undefined {
    if (errors.length === 0) return undefined
    const group = this.derive(errors)
    if (this.stack !== undefined) group.stack = this.stack
    if (this.cause !== undefined) group.cause = this.cause
    return group
  }
}

/** Several errors raised together, as by a task group. */
export class ExceptionGroup extends BaseExceptionGroup {
  static override readonly name: string = 'ExceptionGroup'
  constructor(message: string, exceptions: readonly unknown[]) {
    if (exceptions.some(isBase)) throw new TypeError('Cannot nest BaseExceptions in an ExceptionGroup')
    super(message, exceptions)
  }
}

/** An ExceptionGroup, or a BaseExceptionGroup where one of the errors needs it (Python's `BaseExceptionGroup(…)` does this itself). */
export function exceptionGroup(message: string, exceptions: readonly unknown[]): BaseExceptionGroup {
  return exceptions.some(isBase) ? new BaseExceptionGroup(message, exceptions) : new ExceptionGroup(message, exceptions)
}

function matcher(condition: Condition): (error: unknown) => boolean {
  const isClass =
    condition === Error || (condition as { prototype?: unknown }).prototype instanceof Error || condition === Object
  return isClass
    ? (error) => error instanceof (condition as new () => unknown)
    : (condition as (error: unknown) => boolean)
}
