// The TypeScript half of harness.py: the same clock, the same words in the log.
import {
  BaseExceptionGroup,
  CancelledError,
  EventLoop,
  KeyboardInterrupt,
  Runner,
  SystemExit,
  Task,
  type Coroutine,
  type ExceptionContext,
} from '../../runtime/typescript/index.ts'
import { resetTaskNames } from '../../runtime/typescript/tasks.ts'

export type Log = (...values: unknown[]) => void
export interface Scenario {
  readonly title: string
  /** The test of CPython, or the case of the research, that it comes from. */
  readonly source: string
  readonly body: (log: Log) => Coroutine<unknown>
  /** In place of `body`: runs loops itself. */
  readonly drive?: Drive
}
type Drive = (log: Log, newLoop: () => EventLoop) => Promise<void>

const scenarios: Scenario[] = []

export function scenario(title: string, source: string, body: Scenario['body']): void {
  scenarios.push({ title, source, body })
}

/** Registers a scenario that is no coroutine: it runs loops itself. */
export function driven(title: string, drive: Drive): void {
  scenarios.push({ title, source: '', body: none, drive })
}

function* none(): Coroutine<void> {}

/** The scenarios registered since the last call: those of the module that was imported meanwhile. */
export const takeScenarios = (): Scenario[] => scenarios.splice(0)

export class Boom extends Error {}
export class Crash extends Error {}
class Deadlock extends Error {}

/** Where the loop would wait, its clock jumps to the next timer. */
export class VirtualLoop extends EventLoop {
  private now = 0

  override time(): number {
    return this.now
  }

  protected override _waitUntil(due: number): void {
    if (due === Infinity) setImmediate(() => this._abort(new Deadlock()))
    else {
      const timeout = due - this.now
      if (timeout > 0) this.now += timeout
      this._schedule()
    }
  }
}

/** The lines that a scenario logs. */
export async function run(
  { body, drive }: Pick<Scenario, 'body' | 'drive'>,
  newLoop: () => EventLoop = () => new VirtualLoop(),
): Promise<string[]> {
  const lines: string[] = []
  const log: Log = (...values) => void lines.push(values.map(show).join(' '))
  if (drive !== undefined) {
    await drive(log, newLoop)
    return lines
  }
  const loop = newLoop()
  loop.setExceptionHandler((_, { message, exception }: ExceptionContext) => {
    if (!/never retrieved|destroyed/.test(message)) log('handler', message.split(' ')[0], exception)
  })
  resetTaskNames()
  const runner = new Runner({ loopFactory: () => loop })
  try {
    try {
      const result = await runner.run(body(log))
      if (result !== undefined && result !== null) log('result', result)
    } finally {
      await runner.close()
    }
  } catch (error) {
    if (process.env['DIFF_DEBUG']) console.error(error)
    log('run raised', error)
  }
  return lines
}

export function show(value: unknown): string {
  if (value === undefined || value === null) return 'none'
  if (value instanceof BaseExceptionGroup) return `${value.name}[${value.exceptions.map(show).join(', ')}]`
  if (value instanceof Error) {
    const keepsText =
      (value instanceof CancelledError || value instanceof Boom || value instanceof Crash) && value.message
    return keepsText ? `${typeName(value)}(${value.message})` : typeName(value)
  }
  if (typeof value === 'number') return String(Number(value.toPrecision(6)))
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if (value instanceof Set) return `[${[...value].map(show).sort().join(', ')}]`
  if (value instanceof Task) return value.getName()
  if (Buffer.isBuffer(value)) return `b(${value.toString()})`.replaceAll('\n', '|')
  if (typeof value === 'object' || typeof value === 'function') return value.constructor.name
  return `${value as string | boolean}`
}

/** Where a cycle of tasks is cancelled, each side runs out of stack and says so in its own word. */
export const typeName = (value: unknown): string =>
  value instanceof RangeError
    ? 'RecursionError'
    : value instanceof Error
      ? value.constructor.name
      : (value as object).constructor.name
export const text = (error: unknown): string => (error as Error).message
/** Whether Python's `except Exception` catches it. */
export const isException = (error: unknown): boolean =>
  !(error instanceof CancelledError || error instanceof KeyboardInterrupt || error instanceof SystemExit)
export const range = (from: number, to?: number): number[] =>
  to === undefined ? [...Array(from).keys()] : [...Array(Math.max(0, to - from)).keys()].map((i) => i + from)
export const size = (value: { length: number } | { size: number }): number =>
  'length' in value ? value.length : value.size
export const sorted = <T>(values: Iterable<T>): T[] => [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
export const contains = (values: Iterable<unknown>, value: unknown): boolean => [...values].includes(value)
/** Python's `__aexit__` without an error. */
export function* leave(scope: { exit(): Coroutine<void> | void }): Coroutine<void> {
  const leaving = scope.exit()
  if (leaving) yield* leaving
}
/** The two sets that `wait` gives: a pair in Python, an object in TypeScript. */
export const both = <T>({ done, pending }: { done: T; pending: T }): [T, T] => [done, pending]
