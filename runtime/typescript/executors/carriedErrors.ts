// An error that crosses to another thread or process: structured cloning forgets its class.
import * as exceptions from '../exceptions.ts'

/** What is left of an error on the way; made in worker.ts. */
export interface CarriedError {
  readonly isError: boolean
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** A thrown value that is no error, where it can be cloned. */
  readonly value: unknown
}

type ErrorClass = new (message: string) => Error
const classes: Readonly<Record<string, ErrorClass | undefined>> = {
  AggregateError: undefined,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  CancelledError: exceptions.CancelledError,
  TimeoutError: exceptions.TimeoutError,
  InvalidStateError: exceptions.InvalidStateError,
  RuntimeError: exceptions.RuntimeError,
  ValueError: exceptions.ValueError,
  QueueEmpty: exceptions.QueueEmpty,
  QueueFull: exceptions.QueueFull,
  QueueShutDown: exceptions.QueueShutDown,
  KeyboardInterrupt: exceptions.KeyboardInterrupt,
  SystemExit: exceptions.SystemExit,
}

/** The error again: of its class where that is JavaScript's or asyncio's, else an Error with its name. */
export function uncarried(carried: CarriedError): unknown {
  if (!carried.isError) return carried.value
  const error = new (classes[carried.name] ?? Error)(carried.message)
  if (error.name !== carried.name) Object.defineProperty(error, 'name', { value: carried.name, configurable: true })
  if (carried.stack !== undefined) error.stack = carried.stack
  return error
}

/** An error on its way. */
export function carried(error: unknown): CarriedError {
  const isError = error instanceof Error
  const { name, message, stack } = isError ? error : { name: '', message: '', stack: undefined }
  return { isError, name, message, stack, value: isError ? undefined : error }
}
