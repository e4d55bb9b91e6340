// asyncio/runners.py: a loop from its beginning to its end.
import { EventLoop } from './baseEvents.ts'
import { copyContext, type Context } from './contextvars.ts'
import { isCoroutine, shown, type Coroutine } from './coroutines.ts'
import { turningLoop } from './events.ts'
import { CancelledError, KeyboardInterrupt, RuntimeError, ValueError } from './exceptions.ts'
import { State } from './futures.ts'
import { allTasks, type Task } from './tasks.ts'

export interface RunnerOptions {
  /** Runs the loop in debug mode. Default: whether the environment has `ASYNCIO_DEBUG=1`. */
  readonly debug?: boolean | undefined
  readonly loopFactory?: (() => EventLoop) | undefined
}

enum Stage {
  CREATED,
  INITIALIZED,
  CLOSED,
}

/** @internal Ctrl-C, counted from the beginning of a run. */
export interface Interrupts {
  readonly count: number
  stop(): void
}
/** @internal The core knows of no Ctrl-C; the whole package does: see interrupts.ts. */
export const ctrlC: { watch: ((loop: EventLoop, task: Task<unknown>) => Interrupts) | undefined } = { watch: undefined }

/**
 * Runs coroutines in one loop, one after another; `close` (or `await using`) cancels what is left, ends workers, and closes the loop.
 * Ctrl-C cancels the main task, and `run` fails with KeyboardInterrupt; a second Ctrl-C ends the run at once, and a third one, while leftovers are cancelled,
 * the process.
 */
export class Runner implements AsyncDisposable {
  private _state = Stage.CREATED
  private _loop: EventLoop | undefined
  private _context: Context | undefined
  private readonly _options: RunnerOptions

  constructor(options: RunnerOptions = {}) {
    this._options = options
  }

  getLoop(): EventLoop {
    return this._initialize()
  }

  /** Runs a coroutine to its end and settles as it does. */
  async run<T>(coroutine: Coroutine<T>, options: { readonly context?: Context | undefined } = {}): Promise<T> {
    if (!isCoroutine(coroutine)) throw new ValueError(`a coroutine was expected, got ${shown(coroutine)}`)
    refuseInside('Runner.run()')
    const loop = this._initialize()
    loop._checkIdle()
    const task = loop.createTask(coroutine, { context: options.context ?? this._context })
    const interrupts = ctrlC.watch?.(loop, task)
    try {
      return await loop.runUntilComplete(task)
    } catch (error) {
      if (error instanceof CancelledError && interrupts?.count && task.uncancel() === 0) throw new KeyboardInterrupt()
      throw error
    } finally {
      interrupts?.stop()
    }
  }

  async close(): Promise<void> {
    if (this._state !== Stage.INITIALIZED) return
    this._state = Stage.CLOSED
    const loop = this._loop!
    try {
      await cancelAll(loop)
      // Two runs, as in CPython: a task that refuses to be cancelled gets the same turns there and here.
      await loop.runUntilComplete(loop.shutdownAsyncgens())
      await loop.runUntilComplete(loop.shutdownDefaultExecutor())
    } finally {
      loop.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  private _initialize(): EventLoop {
    if (this._state === Stage.CLOSED) throw new RuntimeError('Runner is closed')
    if (this._loop) return this._loop
    this._loop = this._options.loopFactory?.() ?? new EventLoop()
    if (this._options.debug !== undefined) this._loop.setDebug(this._options.debug)
    this._context = copyContext()
    this._state = Stage.INITIALIZED
    return this._loop
  }
}

function refuseInside(what: string): void {
  if (turningLoop()) throw new RuntimeError(`${what} cannot be called from a running event loop`)
}

/** Runs a coroutine in a loop of its own and closes the loop. The promise settles as the coroutine does: Node cannot wait for it in place. */
export async function run<T>(main: Coroutine<T>, options: RunnerOptions = {}): Promise<T> {
  refuseInside('asyncio.run()')
  const runner = new Runner(options)
  try {
    return await runner.run(main)
  } finally {
    await runner.close()
  }
}

async function cancelAll(loop: EventLoop): Promise<void> {
  const tasks = [...allTasks(loop)]
  if (tasks.length === 0) return
  for (const task of tasks) task.cancel()
  // CPython gathers them, which comes to the same turns: what `gather` adds is not worth its size where nothing else uses it.
  const ended = loop.createFuture()
  let left = tasks.length
  for (const task of tasks) task.addDoneCallback(() => --left === 0 && ended.setResult())
  await loop.runUntilComplete(ended)
  for (const task of tasks) {
    if (task._state !== State.FAILED) continue
    loop.callExceptionHandler({
      message: 'unhandled exception during asyncio.run() shutdown',
      exception: task.exception(),
      task,
    })
  }
}
