// asyncio/streams.py: StreamWriter.
import type { EventLoop } from '../baseEvents.ts'
import { nextTurn, type Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import type { TracedStream } from '../trace/hooks.ts'
import { endsOf } from '../transports/details.ts'
import { startTls } from '../transports/connections.ts'
import type { HandshakeOptions, TlsOptions } from '../transports/tls.ts'
import type { Transport, WriteTransport } from '../transports.ts'
import type { StreamProtocol } from './protocol.ts'
import type { StreamReader } from './reader.ts'

/** Writes to a transport. `write` never waits; `yield* drain()` after it does, while too much is buffered. */
export class StreamWriter implements Disposable, AsyncDisposable, TracedStream {
  /** @internal The recorder's. */ _traced: TracedStream['_traced'] = undefined

  constructor(
    private current: WriteTransport,
    private readonly protocol: StreamProtocol,
    private readonly reader: StreamReader | undefined,
    private readonly loop: EventLoop = getRunningLoop(),
  ) {}

  get transport(): WriteTransport {
    return this.current
  }

  write(data: Uint8Array | string): void {
    this.current.write(data)
  }

  writelines(parts: Iterable<Uint8Array | string>): void {
    this.current.writelines(parts)
  }

  canWriteEof(): boolean {
    return this.current.canWriteEof()
  }

  /** Ends the writing half: the other side reads an end of file. */
  writeEof(): void {
    this.current.writeEof()
  }

  isClosing(): boolean {
    return this.current.isClosing()
  }

  /** Writes what is buffered, then closes. */
  close(): void {
    this.current.close()
  }

  /** Waits until it is closed, after `close()`. Throws the error that ended the connection before. */
  waitClosed(): Coroutine<void> {
    return this.protocol._closed(this)
  }

  /** As the transport's: `peername`, `sockname`, `socket`, `peercert`, … */
  getExtraInfo(name: string, otherwise?: unknown): unknown {
    return this.current.getExtraInfo(name, otherwise)
  }

  /** Waits until the buffer is small. Throws where the connection is lost. */
  *drain(): Coroutine<void> {
    const error = this.reader?.exception()
    if (error !== undefined) throw error as Error
    // The loop may have heard of the end already, and the protocol hears of it in the next turn.
    if (this.current.isClosing()) yield* nextTurn
    yield* this.protocol._drained(this)
  }

  /** @internal */
  _ends(): string {
    return endsOf(this.current)
  }

  /** Begins TLS on this connection, once what is buffered is sent. On a server's connection this side is the server. */
  *startTls(ssl: TlsOptions, options: HandshakeOptions = {}): Coroutine<void> {
    yield* this.drain()
    const serverSide = this.protocol.isServerSide
    this.current = yield* startTls(this.loop, this.current as Transport, this.protocol, ssl, { ...options, serverSide })
    this.reader?.setTransport(this.current as Transport)
  }

  /** `using`: closes it, and waits for nothing. */
  [Symbol.dispose](): void {
    this.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await this.loop.createTask(this.waitClosed())
  }
}
