// concurrent.futures.ThreadPoolExecutor, of Node's worker threads.
import { Worker, type Transferable } from 'node:worker_threads'
import { DEFAULT_THREADS, Executor, type ExecutorOptions, type PoolWorker, type WorkerListener } from './executor.ts'
import { workerProgram, type WorkerMessage } from './worker.ts'

export interface ThreadPoolOptions extends ExecutorOptions {
  /** The workers are called `prefix_0`, `prefix_1`, …  Default: `ThreadPoolExecutor-1`, …, one number for each pool. */
  readonly threadNamePrefix?: string | undefined
}

const END = `{
  send: (message) => require('node:worker_threads').parentPort.postMessage(message),
  onJob: (run) => require('node:worker_threads').parentPort.on('message', run),
}`

let pools = 0

/** Runs functions in worker threads. A thread takes 40 ms to start and 30 µs for a job; `maxWorkers` is by default the number of CPUs plus 4. */
export class ThreadPoolExecutor extends Executor {
  private readonly prefix: string

  constructor(options: ThreadPoolOptions = {}) {
    super(options, DEFAULT_THREADS)
    this.prefix = options.threadNamePrefix ?? `ThreadPoolExecutor-${++pools}`
  }

  protected override startWorker(index: number, listener: WorkerListener): PoolWorker {
    const name = `${this.prefix}_${index}`
    const worker = new Worker(workerProgram(END), { eval: true, name })
    let reason = ''
    worker.on('message', (message: WorkerMessage) => listener.message(message))
    worker.on('error', (error) => (reason = String(error)))
    worker.on('exit', (code) => listener.exit(reason || `exit status ${code}`))
    return {
      name,
      id: worker.threadId,
      post: (job, transfer) => worker.postMessage(job, transfer as readonly Transferable[]),
      hold: (alive) => (alive ? worker.ref() : worker.unref()),
      end: () => worker.terminate(),
    }
  }
}
