import { Worker } from 'node:worker_threads'
import type { FromIndexWorker, RequestKind, Requests } from './messages.ts'

/** What the worker holds for questions to come is given back this long after the last one. */
const IDLE_MS = 60_000

interface Pending {
  resolve(answer: never): void
  reject(error: Error): void
}

/** Asks the worker, which is started by the first request and ended when nobody asks any more. Requests are answered one by one. */
export class Indexer {
  private worker: Worker | undefined
  private readonly pending = new Map<number, Pending>()
  private lastId = 0
  private idle: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly script: string) {}

  /** Rejects with one sentence for people. */
  ask<Kind extends RequestKind>(kind: Kind, request: Requests[Kind]['ask']): Promise<Requests[Kind]['answer']> {
    clearTimeout(this.idle)
    const id = ++this.lastId
    const worker = (this.worker ??= this.start())
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject })
      worker.postMessage({ id, kind, ...request })
    })
  }

  dispose(): void {
    clearTimeout(this.idle)
    const { worker } = this
    this.worker = undefined
    void worker?.terminate()
    this.fail('Loopscope is being shut down.')
  }

  private start(): Worker {
    const worker = new Worker(this.script)
    worker.unref()
    worker.on('message', (reply: FromIndexWorker) => this.receive(reply))
    const gone = (reason: string): void => {
      if (this.worker !== worker) return
      this.worker = undefined
      this.fail(reason)
    }
    worker.on('error', (error) => gone(`The trace could not be read: ${error.message}`))
    worker.on('exit', () => gone('The trace could not be read: its reader ended.'))
    return worker
  }

  private receive(reply: FromIndexWorker): void {
    const request = this.pending.get(reply.id)
    this.pending.delete(reply.id)
    if ('failed' in reply) request?.reject(new Error(reply.failed))
    else request?.resolve(reply.answer as never)
    if (this.pending.size === 0) this.idle = setTimeout(() => this.rest(), IDLE_MS)
  }

  private rest(): void {
    const { worker } = this
    this.worker = undefined
    void worker?.terminate()
  }

  private fail(reason: string): void {
    const pending = [...this.pending.values()]
    this.pending.clear()
    for (const { reject } of pending) reject(new Error(reason))
  }
}
