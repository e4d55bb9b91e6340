// asyncio/runners.py: a loop from its beginning to its end.
import { EventLoop } from './baseEvents.ts'
import { copyContext, type Context } from './contextvars.ts'
import { isCoroutine, shown, type Coroutine } from './coroutines.ts'
import { turningLoop } from './events.ts'
import { CancelledError, KeyboardInterrupt, RuntimeError, ValueError } from './exceptions.ts'
import { gather } from './gather.ts'
import { hostProcess } from './host.ts'
import { allTasks, type Task } from './tasks.ts'

export interface RunnerOptions {
  /** Runs the loop in debug mode. Default: whether the environment has `ASYNCIO_DEBUG=1`. */
  readonly debug?: boolean | undefined
  readonly loopFactory?: (() => EventLoop) | undefined
}

/**
 * Runs coroutines in one loop, one after another; `close` (or `await using`) cancels what is left, ends workers, and closes the loop.
 * Ctrl-C cancels the main task, and `run` fails with KeyboardInterrupt; a second Ctrl-C ends the run at once, and a third one, while leftovers are cancelled,
 * the process.
 */
export class Runner implements AsyncDisposable {
  private state: 'created' | 'initialized' | 'closed' = 'created'
  private loop: EventLoop | undefined = undefined
  private context: Context | undefined = undefined

  constructor(private readonly options: RunnerOptions = {}) {}

  getLoop(): EventLoop {
    return this.initialize()
  }

  /** Runs a coroutine to its end and settles as it does. */
  async run<T>(coroutine: Coroutine<T>, options: { readonly context?: Context | undefined } = {}): Promise<T> {
    if (!isCoroutine(coroutine)) throw new ValueError(`a coroutine was expected, got ${shown(coroutine)}`)
    if (turningLoop() !== undefined) throw new RuntimeError('Runner.run() cannot be called from a running event loop')
    const loop = this.initialize()
    if (loop.isRunning()) throw new RuntimeError('This event loop is already running')
    const task = loop.createTask(coroutine, { context: options.context ?? this.context })
    const interrupts = watchInterrupts(loop, task)
    try {
      return await loop.runUntilComplete(task)
    } catch (error) {
      if (error instanceof CancelledError && interrupts.count > 0 && task.uncancel() === 0)
        throw new KeyboardInterrupt()
      throw error
    } finally {
      interrupts.stop()
    }
  }

  async close(): Promise<void> {
    if (this.state !== 'initialized') return
    this.state = 'closed'
    const loop = this.loop!
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

  private initialize(): EventLoop {
    if (this.state === 'closed') throw new RuntimeError('Runner is closed')
    if (this.loop !== undefined) return this.loop
    this.loop = this.options.loopFactory?.() ?? new EventLoop()
    if (this.options.debug !== undefined) this.loop.setDebug(this.options.debug)
    this.context = copyContext()
    this.state = 'initialized'
    return this.loop
  }
}

/** Runs a coroutine in a loop of its own and closes the loop. The promise settles as the coroutine does: Node cannot wait for it in place. */
export async function run<T>(main: Coroutine<T>, options: RunnerOptions = {}): Promise<T> {
  if (turningLoop() !== undefined) throw new RuntimeError('asyncio.run() cannot be called from a running event loop')
  const runner = new Runner(options)
  try {
    return await runner.run(main)
  } finally {
    await runner.close()
  }
}

/** Listens to Ctrl-C while the main task runs, unless the program does so itself. */
function watchInterrupts(loop: EventLoop, task: Task<unknown>): { readonly count: number; stop(): void } {
  let count = 0
  const onInterrupt = (): void => {
    count++
    if (count === 1 && !task.done()) loop.callSoon(() => task.cancel())
    else loop._abort(new KeyboardInterrupt())
  }
  const source = hostProcess?.listenerCount?.('SIGINT') === 0 ? hostProcess : undefined
  source?.on('SIGINT', onInterrupt)
  return {
    get count() {
      return count
    },
    stop() {
      source?.off('SIGINT', onInterrupt)
    },
  }
}

async function cancelAll(loop: EventLoop): Promise<void> {
  const tasks = [...allTasks(loop)]
  if (tasks.length === 0) return
  for (const task of tasks) task.cancel()
  await loop.runUntilComplete(gather(...tasks, { returnExceptions: true }))
  for (const task of tasks) {
    if (task.cancelled() || task.exception() === undefined) continue
    loop.callExceptionHandler({
      message: 'unhandled exception during asyncio.run() shutdown',
      exception: task.exception(),
      task,
    })
  }
}
