import { Worker } from 'node:worker_threads'

/** What can be asked of a thread, by kind: what is sent, and what comes back. */
export type Questions = Readonly<Record<string, { readonly ask: object; readonly answer: unknown }>>

/** A message to the thread. */
export type ToThread<Q extends Questions> = {
  readonly [Kind in keyof Q & string]: { readonly id: number; readonly kind: Kind } & Q[Kind]['ask']
}[keyof Q & string]

/** A message from it; `failed` is one sentence for people. */
export type FromThread<Q extends Questions> =
  | { readonly id: number; readonly answer: Q[keyof Q & string]['answer'] }
  | { readonly id: number; readonly failed: string }

/** What the thread holds for questions to come is given back this long after the last one. */
const IDLE_MS = 60_000

interface Pending {
  resolve(answer: never): void
  reject(error: Error): void
}

/** Asks a worker, which is started by the first request and ended when nobody asks any more. `ended` is told to those who wait when it fails. */
export class Thread<Q extends Questions> {
  private worker: Worker | undefined
  private readonly pending = new Map<number, Pending>()
  private lastId = 0
  private idle: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly script: string,
    private readonly ended: string,
  ) {}

  /** Rejects with one sentence for people. */
  ask<Kind extends keyof Q & string>(kind: Kind, request: Q[Kind]['ask']): Promise<Q[Kind]['answer']> {
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
    worker.on('message', (reply: FromThread<Q>) => this.receive(reply))
    const gone = (reason: string): void => {
      if (this.worker !== worker) return
      this.worker = undefined
      this.fail(`${this.ended}: ${reason}`)
    }
    worker.on('error', (error) => gone(error.message))
    worker.on('exit', () => gone('its reader ended.'))
    return worker
  }

  private receive(reply: FromThread<Q>): void {
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
