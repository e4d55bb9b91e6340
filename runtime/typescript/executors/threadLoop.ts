// asyncio.run_coroutine_threadsafe and loop.call_soon_threadsafe, from worker threads.
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import type { EventLoop } from '../baseEvents.ts'
import type { Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import { RuntimeError, ValueError } from '../exceptions.ts'
import type { Task } from '../tasks.ts'
import { carried } from './carriedErrors.ts'
import type { Sendable } from './executor.ts'
import { attachLoop, type SentLoop } from './worker.ts'

/** What threads may call, by name: coroutine functions for `runCoroutineThreadsafe`, plain ones for `callSoonThreadsafe`. */
export type ThreadCalls = Readonly<Record<string, (...args: never[]) => unknown>>

/** In a thread: the result of a coroutine that runs in the loop. */
export interface ThreadFuture<T> {
  /** Blocks the thread until the coroutine has ended, `timeout` seconds at most (TimeoutError). Throws its error; CancelledError where it was cancelled. */
  result(timeout?: number | null): T
  /** As `result`, for the error. */
  exception(timeout?: number | null): unknown
  done(): boolean
  cancelled(): boolean
  /** Cancels the coroutine's task. False where it is done. */
  cancel(): boolean
}

type Result<F> = F extends (...args: never[]) => Coroutine<infer T> ? T : never
type Arguments<F> = F extends (...args: infer A) => unknown ? A : never

/** A loop as a thread sees it. Made by `threadLoop` and passed to a job as an argument of its own. */
export interface ThreadLoop<C extends ThreadCalls> {
  /** Starts the coroutine function of that name in the loop, as a task. */
  runCoroutineThreadsafe<K extends keyof C & string>(name: K, ...args: Arguments<C[K]>): ThreadFuture<Result<C[K]>>
  /** Calls the function of that name in the loop, soon. */
  callSoonThreadsafe<K extends keyof C & string>(name: K, ...args: Arguments<C[K]>): void
}

type Request =
  | { kind: 'coroutine'; id: number; name: string; args: never[]; signal: Int32Array }
  | { kind: 'callback'; name: string; args: never[] }
  | { kind: 'cancel'; id: number }

/**
 * Lets threads call into a loop (default: the running one). Coroutines cannot cross to a thread, so it calls by name what `calls` holds:
 * `const loop = threadLoop({ fetch })`, `toThread((loop, url) => loop.runCoroutineThreadsafe('fetch', url).result(5), loop, url)`.
 */
export function threadLoop<C extends ThreadCalls>(
  calls: C,
  options: { readonly loop?: EventLoop | undefined } = {},
): ThreadLoop<C> {
  const loop = options.loop ?? getRunningLoop()
  const refuse = (): never => {
    throw new RuntimeError(
      'A ThreadLoop is for other threads: pass it to a job. In its own thread, use createTask and callSoon.',
    )
  }
  const made: ThreadLoop<C> & Sendable = {
    runCoroutineThreadsafe: refuse,
    callSoonThreadsafe: refuse,
    _send() {
      const { port1, port2 } = new MessageChannel()
      const answer = serve(loop, calls, port1)
      const value: SentLoop = { loopscopeLoop: true, port: port2 }
      const finish = (): void => {
        // What the job asked for before its end comes before its result.
        for (let got = receiveMessageOnPort(port1); got !== undefined; got = receiveMessageOnPort(port1))
          answer(got.message as Request)
        port1.close()
      }
      return { value, transfer: [port2], finish }
    },
  }
  return made
}

/**
 * A port on which a thread of the program's own reaches the loop: pass it in `workerData` and `transferList`, and there make it a loop with
 * `attachThreadLoop(port)`.
 */
export function threadLoopPort(
  calls: ThreadCalls,
  options: { readonly loop?: EventLoop | undefined } = {},
): MessagePort {
  const { port1, port2 } = new MessageChannel()
  serve(options.loop ?? getRunningLoop(), calls, port1)
  return port2
}

/** In a worker thread: the loop behind a port of `threadLoopPort`. */
export function attachThreadLoop<C extends ThreadCalls>(port: MessagePort): ThreadLoop<C> {
  return attachLoop(port, receiveMessageOnPort) as ThreadLoop<C>
}

/** Answers the calls that come in at a port. Gives what answers one. */
function serve(loop: EventLoop, calls: ThreadCalls, port: MessagePort): (request: Request) => void {
  const tasks = new Map<number, Task<unknown>>()
  const start = ({ id, name, args, signal }: Request & { kind: 'coroutine' }): void => {
    const answer = (ok: boolean, cancelled: boolean, value: unknown): void => {
      try {
        port.postMessage({ id, ok, cancelled, value })
      } catch (error) {
        port.postMessage({
          id,
          ok: false,
          cancelled,
          value: carried(new TypeError(`The result cannot be sent: ${(error as Error).message}`)),
        })
      }
      Atomics.store(signal, 0, 1)
      Atomics.notify(signal, 0)
    }
    try {
      const task = loop.createTask(named(calls, name)(...args) as Coroutine<unknown>)
      tasks.set(id, task)
      task.addDoneCallback(() => {
        tasks.delete(id)
        if (task.cancelled()) answer(false, true, undefined)
        else if (task.exception() === undefined) answer(true, false, task.result())
        else answer(false, false, carried(task.exception()))
      })
    } catch (error) {
      answer(false, false, carried(error))
    }
  }
  const answerCall = (request: Request): void => {
    if (request.kind === 'coroutine') loop.callSoonThreadsafe(() => start(request))
    else if (request.kind === 'cancel') loop.callSoonThreadsafe(() => tasks.get(request.id)?.cancel())
    else loop.callSoonThreadsafe(() => named(calls, request.name)(...request.args))
  }
  port.on('message', answerCall)
  port.unref()
  return answerCall
}

function named(calls: ThreadCalls, name: string): (...args: never[]) => unknown {
  if (!Object.hasOwn(calls, name))
    throw new ValueError(`The loop has no '${name}' for threads: it offers ${Object.keys(calls).join(', ')}.`)
  return calls[name]
}
