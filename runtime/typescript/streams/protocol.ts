// asyncio/streams.py: FlowControlMixin, StreamReaderProtocol.
import { AwaitCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import { isCoroutine, type Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import { ConnectionResetError } from '../exceptions.ts'
import { createWaiter, setResultUnlessDone, State, type Future } from '../futures.ts'
import { Protocol } from '../protocols.ts'
import type { TracedStream } from '../trace/hooks.ts'
import type { BaseTransport, Transport } from '../transports.ts'
import type { StreamReader } from './reader.ts'
import { StreamWriter } from './writer.ts'

/** Serves one connection; a coroutine runs as a task of its own. */
export type ConnectionHandler = (reader: StreamReader, writer: StreamWriter) => Coroutine<unknown> | void

/** The half of a protocol that a StreamWriter needs: who waits for the buffer to shrink, and for the connection to end. */
export class StreamProtocol extends Protocol {
  private isPaused = false
  private lost: { readonly error: unknown } | undefined = undefined
  private readonly drainers = new Set<Future<void>>()
  private readonly closers = new Set<Future<void>>()

  /** Whether the connection has ended. */
  get isLost(): boolean {
    return this.lost !== undefined
  }

  /** @internal Whether it serves: then this side is the server of a TLS handshake too. */
  get isServerSide(): boolean {
    return false
  }

  constructor(protected readonly loop: EventLoop) {
    super()
  }

  override pauseWriting(): void {
    this.isPaused = true
  }

  override resumeWriting(): void {
    this.isPaused = false
    for (const waiter of this.drainers) setResultUnlessDone(waiter, undefined)
  }

  override connectionLost(error: unknown): void {
    this.lost = { error }
    for (const waiter of [...this.drainers, ...this.closers]) {
      if (waiter.done()) continue
      if (error === undefined) waiter.setResult()
      else waiter.setException(error)
    }
  }

  /** @internal Waits until the transport's buffer is small. */
  *_drained(writer?: TracedStream): Coroutine<void> {
    if (this.lost !== undefined) throw new ConnectionResetError('Connection lost')
    if (this.isPaused) yield* this.waitIn(this.drainers, AwaitCode.drain, writer)
  }

  /** @internal Waits until the connection has ended; throws the error that ended it. */
  *_closed(writer?: TracedStream): Coroutine<void> {
    if (this.lost === undefined) return yield* this.waitIn(this.closers, AwaitCode.future, writer)
    if (this.lost.error !== undefined) throw this.lost.error as Error
  }

  private *waitIn(waiters: Set<Future<void>>, kind: number, writer: TracedStream | undefined): Coroutine<void> {
    const waiter = createWaiter<void>(this.loop, kind, writer)
    waiters.add(waiter)
    try {
      yield* waiter
    } finally {
      waiters.delete(waiter)
    }
  }
}

/** Feeds a StreamReader with what a transport receives. With a handler, as in a server, it serves the connection. */
export class StreamReaderProtocol extends StreamProtocol {
  constructor(
    private readonly reader: StreamReader,
    private readonly handler?: ConnectionHandler,
    loop: EventLoop = getRunningLoop(),
  ) {
    super(loop)
  }

  override get isServerSide(): boolean {
    return this.handler !== undefined
  }

  override connectionMade(transport: BaseTransport): void {
    this.reader.setTransport(transport as Transport)
    if (this.handler === undefined) return
    const serving = this.handler(this.reader, new StreamWriter(transport as Transport, this, this.reader, this.loop))
    if (!isCoroutine(serving)) return
    this.loop.createTask(serving).addDoneCallback((task) => {
      if (task._state === State.FAILED) {
        const message = 'Unhandled exception in client_connected_cb'
        this.loop.callExceptionHandler({ message, exception: task.exception(), transport })
      }
      if (task._state !== State.RESULT) transport.close()
    })
  }

  override dataReceived(data: Buffer): void {
    this.reader._give(data)
  }

  /** Over TLS a connection has no half that could stay open. */
  override eofReceived(): boolean {
    this.reader.feedEof()
    return this.reader._transport?.getExtraInfo('sslObject') === undefined
  }

  override connectionLost(error: unknown): void {
    if (error === undefined) this.reader.feedEof()
    else this.reader.setException(error)
    super.connectionLost(error)
  }
}
