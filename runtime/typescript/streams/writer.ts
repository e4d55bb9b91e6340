// asyncio/streams.py: StreamWriter.
import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { AwaitCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import { nextTurn, type Coroutine } from '../coroutines.ts'
import { ConnectionResetError } from '../exceptions.ts'
import { createWaiter, setResultUnlessDone, type Future } from '../futures.ts'
import type { StreamReader } from './reader.ts'

/** Writes to a stream of Node's. `write` never waits; `yield* drain()` after it does, while too much is buffered. */
export class StreamWriter implements AsyncDisposable {
  private readonly closed: Future<void>
  private readonly drainers = new Set<Future<void>>()

  /** @internal */
  constructor(
    /** The stream of Node's, for what this class does not offer. */
    readonly transport: Writable,
    private readonly reader: StreamReader | undefined,
    private readonly loop: EventLoop,
  ) {
    this.closed = createWaiter<void>(loop, AwaitCode.drain, undefined)
    transport.on('drain', () => this.release())
    // The reader hears of errors; without this, Node ends the process.
    transport.on('error', () => {})
    transport.on('close', () => {
      setResultUnlessDone(this.closed, undefined)
      this.release()
    })
  }

  write(data: Uint8Array | string): void {
    if (!this.isClosing()) this.transport.write(data)
  }

  writelines(parts: Iterable<Uint8Array | string>): void {
    for (const part of parts) this.write(part)
  }

  /** Waits until the buffer is small again. Throws where the connection is lost. */
  *drain(): Coroutine<void> {
    const error = this.reader?.exception()
    if (error !== undefined) throw error as Error
    if (this.transport.destroyed) throw new ConnectionResetError('Connection lost')
    if (this.isClosing()) yield* nextTurn
    if (!this.transport.writableNeedDrain) return
    const waiter = createWaiter<void>(this.loop, AwaitCode.drain, undefined)
    this.drainers.add(waiter)
    try {
      yield* waiter
    } finally {
      this.drainers.delete(waiter)
    }
    if (this.transport.destroyed) throw new ConnectionResetError('Connection lost')
  }

  /** Ends the writing half: the other side reads an end of file. */
  writeEof(): void {
    this.transport.end()
  }

  isClosing(): boolean {
    return this.transport.destroyed || this.transport.writableEnded
  }

  /** Writes what is buffered, then closes. */
  close(): void {
    if (this.transport.destroyed) return
    if (this.transport.writableFinished) this.transport.destroy()
    else this.transport.end(() => this.transport.destroy())
  }

  /** Closes at once; what is buffered is lost, and the other side of a socket sees a reset. */
  abort(): void {
    const socket = this.transport as Partial<Socket>
    if (socket.resetAndDestroy !== undefined && socket.remoteAddress !== undefined) socket.resetAndDestroy()
    else this.transport.destroy()
  }

  /** Waits until it is closed, after `close()`. */
  *waitClosed(): Coroutine<void> {
    const waiter = createWaiter<void>(this.loop, AwaitCode.drain, undefined)
    const release = (): void => setResultUnlessDone(waiter, undefined)
    this.closed.addDoneCallback(release)
    try {
      yield* waiter
    } finally {
      this.closed.removeDoneCallback(release)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await this.closed
  }

  private release(): void {
    for (const waiter of this.drainers) setResultUnlessDone(waiter, undefined)
  }
}
