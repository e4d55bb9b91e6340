// What runs inside of a worker thread or process. Its functions travel as text: each uses nothing from outside of itself but its parameters.
import type * as WorkerThreads from 'node:worker_threads'
import type { CarriedError } from './carriedErrors.ts'

/** What to call: the text of a function, or an export of a module. */
export type Call =
  { readonly text: string; readonly name: string } | { readonly module: string; readonly export: string }

export interface JobMessage {
  readonly id: number
  readonly call: Call
  /** A SentLoop stands where the program passed a ThreadLoop. */
  readonly args: readonly unknown[]
}

/** A ThreadLoop on its way: see threadLoop.ts. */
export interface SentLoop {
  readonly loopscopeLoop: true
  readonly port: WorkerThreads.MessagePort
}

/** A worker's answers. Times are of `process.hrtime`, which all threads and processes of a machine share. */
export type WorkerMessage =
  | { readonly kind: 'end'; readonly id: number; readonly ns: bigint; readonly value: unknown }
  | { readonly kind: 'fail'; readonly id: number; readonly ns: bigint; readonly error: CarriedError }

export interface WorkerEnd {
  send(message: WorkerMessage): void
  onJob(run: (job: JobMessage) => void): void
}

/** The text of a program that runs jobs; `end` is the text of an expression for its WorkerEnd. */
export function workerProgram(end: string): string {
  return [
    // What TypeScript's loaders put into functions to keep their names.
    'globalThis.__name ??= (fn) => fn',
    `const attachLoop = ${attachLoop.toString()}`,
    `;(${runJobs.toString()})(require, attachLoop, ${end}, (specifier) => import(specifier))`,
  ].join('\n')
}

function runJobs(
  require: NodeJS.Require,
  attach: typeof attachLoop,
  end: WorkerEnd,
  load: (specifier: string) => Promise<Record<string, unknown>>,
): void {
  const functions = new Map<string, (...args: unknown[]) => unknown>()

  const describe = (error: unknown): CarriedError => {
    if (error instanceof Error) {
      const { name, message, stack } = error
      return { isError: true, name, message, stack, value: undefined }
    }
    return { isError: false, name: '', message: '', stack: undefined, value: error }
  }

  const find = async (call: Call): Promise<(...args: unknown[]) => unknown> => {
    if ('text' in call) {
      let fn = functions.get(call.text)
      if (fn === undefined) {
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the program's own function, as it wrote it
        const make = new Function('require', `'use strict'; return (${call.text}\n)`) as (
          given: NodeJS.Require,
        ) => (...args: unknown[]) => unknown
        fn = make(require)
        functions.set(call.text, fn)
      }
      return fn
    }
    const found = (await load(call.module))[call.export]
    if (typeof found !== 'function') throw new TypeError(`${call.module} exports no function '${call.export}'`)
    return found as (...args: unknown[]) => unknown
  }

  const run = async ({ id, call, args }: JobMessage): Promise<void> => {
    const fail = (error: unknown): void => {
      const ns = process.hrtime.bigint()
      try {
        end.send({ kind: 'fail', id, ns, error: describe(error) })
      } catch {
        const text = `a thrown value that cannot be sent: ${String(error)}`
        end.send({ kind: 'fail', id, ns, error: describe(new TypeError(text)) })
      }
    }
    let value: unknown
    try {
      const fn = await find(call)
      const revived = args.map((arg) =>
        typeof arg === 'object' && arg !== null && 'loopscopeLoop' in arg
          ? attach(
              (arg as SentLoop).port,
              (require('node:worker_threads') as typeof WorkerThreads).receiveMessageOnPort,
            )
          : arg,
      )
      value = await fn(...revived)
    } catch (error) {
      if (error instanceof ReferenceError && 'text' in call) {
        const hint = `a function that runs in a worker uses nothing from outside of itself; export it from a module and pass workerModule(…).${call.name || 'itsName'}`
        error.message += ` in the worker: ${hint}`
      }
      fail(error)
      return
    }
    try {
      end.send({ kind: 'end', id, ns: process.hrtime.bigint(), value })
    } catch (error) {
      fail(new TypeError(`The job's result cannot be sent: ${(error as Error).message}`))
    }
  }

  end.onJob((job) => void run(job))
}

/** Makes the worker's end of a ThreadLoop: calls into the loop, and truly waits for their results. */
export function attachLoop(
  port: WorkerThreads.MessagePort,
  receiveMessageOnPort: typeof WorkerThreads.receiveMessageOnPort,
): unknown {
  const answers = new Map<number, { ok: boolean; cancelled: boolean; value: unknown }>()
  let calls = 0

  const named = (name: string, message: string): Error => {
    const error = new Error(message)
    Object.defineProperty(error, 'name', { value: name, configurable: true })
    return error
  }

  const receive = (): void => {
    for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
      const { id, ...answer } = got.message as { id: number; ok: boolean; cancelled: boolean; value: unknown }
      answers.set(id, answer)
    }
  }

  const futureOf = (id: number, signal: Int32Array) => {
    /** Waits until the coroutine has ended; `timeout` in seconds. */
    const settled = (timeout: number | null | undefined): { ok: boolean; cancelled: boolean; value: unknown } => {
      if (
        Atomics.wait(
          signal,
          0,
          0,
          timeout === null || timeout === undefined ? Infinity : Math.max(0, timeout * 1000),
        ) === 'timed-out'
      )
        throw named('TimeoutError', '')
      receive()
      const answer = answers.get(id)!
      if (answer.cancelled) throw named('CancelledError', '')
      return answer
    }
    const revive = (value: unknown): unknown => {
      const { isError, name, message, stack, value: thrown } = value as CarriedError
      if (!isError) return thrown
      const error = named(name, message)
      if (stack !== undefined) error.stack = stack
      return error
    }
    return {
      result(timeout?: number | null): unknown {
        const { ok, value } = settled(timeout)
        if (ok) return value
        throw revive(value)
      },
      exception(timeout?: number | null): unknown {
        const { ok, value } = settled(timeout)
        return ok ? undefined : revive(value)
      },
      done: (): boolean => Atomics.load(signal, 0) !== 0,
      cancelled(): boolean {
        receive()
        return answers.get(id)?.cancelled ?? false
      },
      cancel(): boolean {
        if (Atomics.load(signal, 0) !== 0) return this.cancelled()
        port.postMessage({ kind: 'cancel', id })
        return true
      },
    }
  }

  return {
    runCoroutineThreadsafe(name: string, ...args: unknown[]): unknown {
      const signal = new Int32Array(new SharedArrayBuffer(4))
      const id = ++calls
      port.postMessage({ kind: 'coroutine', id, name, args, signal })
      return futureOf(id, signal)
    },
    callSoonThreadsafe(name: string, ...args: unknown[]): void {
      port.postMessage({ kind: 'callback', name, args })
    },
  }
}
