// asyncio/base_events.py: Server.
import {
  createServer as createNodeServer,
  type AddressInfo,
  Server as NodeServer,
  type ListenOptions,
  type Socket,
} from 'node:net'
import { AwaitCode, ObjectCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import { copyContext, type Context } from '../contextvars.ts'
import { shown, type Coroutine } from '../coroutines.ts'
import { CancelledError, isFatal, RuntimeError } from '../exceptions.ts'
import { createWaiter, setResultUnlessDone, type Future } from '../futures.ts'
import type { BaseProtocol } from '../protocols.ts'
import { recorder } from '../trace/hooks.ts'
import type { Transport } from '../transports.ts'
import { nameOfAddress } from './details.ts'
import { closeKeepingFile, fileAt } from './socketFiles.ts'
import { StreamTransport, type TransportOwner } from './streamTransport.ts'
import { secure, type HandshakeOptions, type TlsOptions } from './tls.ts'

export interface ServerSettings extends HandshakeOptions {
  readonly tls: TlsOptions | undefined
  readonly protocolFactory: () => BaseProtocol
  /** Where it listens: at each of these. A server of Node's listens already. */
  readonly targets: readonly (ListenOptions | NodeServer)[]
  readonly keepAlive?: boolean | undefined
  /** Whether the file of a Unix socket is removed at the end. */
  readonly cleanupSocket: boolean
}

/** Sockets that listen, and the connections they made. */
export class Server implements Disposable, AsyncDisposable, TransportOwner {
  private listeners: NodeServer[] = []
  /** The files of Unix sockets, by path: one that somebody put in their place is not removed. */
  private readonly files = new Map<string, number | undefined>()
  private readonly transports = new Set<Transport>()
  private readonly waiters = new Set<Future<void>>()
  private serving: Future<void> | undefined = undefined
  private isClosed = false
  /** As in CPython, connections are served in the context in which the server was started. */
  private readonly context: Context = copyContext()

  /** @internal */
  constructor(
    private readonly loop: EventLoop,
    private readonly settings: ServerSettings,
  ) {}

  getLoop(): EventLoop {
    return this.loop
  }

  /** Node's servers; none before it serves and after it is closed. */
  get sockets(): readonly NodeServer[] {
    return this.listeners
  }

  isServing(): boolean {
    return this.listeners.some((listener) => listener.listening)
  }

  /** Where the first of its sockets listens: an address and port, or a path. */
  address(): AddressInfo | string | null {
    return this.listeners[0]?.address() ?? null
  }

  /** The port of the first of its sockets. Throws where it has none: it does not listen, or at a path. */
  get port(): number {
    const address = this.address()
    if (address === null || typeof address === 'string') throw new RuntimeError(`${shown(this)} listens at no port`)
    return address.port
  }

  /** Begins to listen, unless it does already. Throws Node's error where an address cannot be had. */
  *startServing(): Coroutine<void> {
    if (this.isClosed) throw new RuntimeError('the server is closed')
    if (this.listeners.length > 0) return
    this.loop._open.add(this)
    try {
      for (const target of this.settings.targets) yield* this.listen(target)
      recorder?.opened(this, { kind: ObjectCode.server, label: 'server', detail: this.where() })
    } catch (error) {
      this._release()
      this.loop._open.delete(this)
      throw error
    }
  }

  /** Serves until it is cancelled or closed, then closes. */
  *serveForever(): Coroutine<void> {
    if (this.serving !== undefined) throw new RuntimeError('the server is already being awaited on serveForever()')
    if (this.isClosed) throw new RuntimeError('the server is closed')
    yield* this.startServing()
    this.serving = createWaiter<void>(this.loop, AwaitCode.server, this)
    try {
      yield* this.serving
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error
      this.close()
      yield* this.waitClosed()
      throw error
    } finally {
      this.serving = undefined
    }
  }

  /** Stops listening, and ends `serveForever`. Connections that are open stay so. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.loop._open.delete(this)
    if (this.listeners.length > 0) recorder?.closed(this, ObjectCode.server, undefined)
    for (const listener of this.listeners.splice(0)) if (listener.listening) this.stop(listener)
    if (this.serving !== undefined && !this.serving.done()) this.serving.cancel()
    this.wakeUp()
  }

  /** Closes every connection. */
  closeClients(): void {
    for (const transport of [...this.transports]) transport.close()
  }

  /** Ends every connection at once; what is buffered is lost. */
  abortClients(): void {
    for (const transport of [...this.transports]) transport.abort()
  }

  /** Waits until it is closed and its last connection has ended. */
  *waitClosed(): Coroutine<void> {
    if (this.isClosed && this.transports.size === 0) return
    const waiter = createWaiter<void>(this.loop, AwaitCode.server, this)
    this.waiters.add(waiter)
    try {
      yield* waiter
    } finally {
      this.waiters.delete(waiter)
    }
  }

  /** `using`: stops listening, and waits for nothing. */
  [Symbol.dispose](): void {
    this.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await this.loop.createTask(this.waitClosed())
  }

  /** @internal */
  _release(): void {
    for (const listener of this.listeners.splice(0)) this.stop(listener)
  }

  /** @internal */
  _attach(transport: Transport): void {
    this.transports.add(transport)
  }

  /** @internal */
  _detach(transport: Transport): void {
    this.transports.delete(transport)
    this.wakeUp()
  }

  /** Its addresses, in words. */
  private where(): string {
    const addresses = this.listeners.map((listener) => listener.address())
    return addresses
      .map((each) =>
        each === null || typeof each === 'string' ? nameOfAddress(each) : nameOfAddress([each.address, each.port]),
      )
      .join(', ')
  }

  private stop(listener: NodeServer): void {
    const path = listener.address()
    const found = typeof path === 'string' ? fileAt(path) : undefined
    const isOurs = this.settings.cleanupSocket && found === this.files.get(path as string)
    if (found === undefined || isOurs) listener.close()
    else closeKeepingFile(listener, path as string)
  }

  private *listen(target: ListenOptions | NodeServer): Coroutine<void> {
    const accept = (socket: Socket): void => {
      socket.on('error', () => {}) // between the accept and the transport, nobody else listens
      this.loop.callSoon(() => this.accept(socket), { context: this.context.copy() })
    }
    if (target instanceof NodeServer) {
      target.on('connection', accept)
      this.listeners.push(target)
      return
    }
    const { keepAlive = false } = this.settings
    const listener = createNodeServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true, keepAlive }, accept)
    const listening = createWaiter<void>(this.loop, AwaitCode.server, this)
    listener.once('listening', () => setResultUnlessDone(listening, undefined))
    listener.on('error', (error) => {
      if (listening.done()) this.loop.callExceptionHandler({ message: 'a listening socket failed', exception: error })
      else listening.setException(error)
    })
    this.listeners.push(listener)
    listener.listen(target)
    yield* listening
    if (target.path !== undefined) this.files.set(target.path, fileAt(target.path))
  }

  private accept(socket: Socket): void {
    const { tls, protocolFactory } = this.settings
    if (this.isClosed || socket.destroyed) return void socket.destroy()
    if (tls === undefined) this.connect(socket, protocolFactory())
    else this.loop.createTask(this.handshake(socket, tls, protocolFactory()))
  }

  private *handshake(socket: Socket, tls: TlsOptions, protocol: BaseProtocol): Coroutine<void> {
    try {
      this.connect(yield* secure(this.loop, socket, tls, this.settings, true), protocol)
    } catch (error) {
      if (isFatal(error) || error instanceof CancelledError) throw error
      if (!this.loop.getDebug()) return // as CPython: who cannot shake hands is nobody's error
      this.loop.callExceptionHandler({
        message: 'Error on transport creation for incoming connection',
        exception: error,
        protocol,
      })
    }
  }

  private connect(socket: Socket, protocol: BaseProtocol): void {
    new StreamTransport(this.loop, socket, protocol, { server: this })
  }

  private wakeUp(): void {
    if (!this.isClosed || this.transports.size > 0) return
    for (const waiter of this.waiters) setResultUnlessDone(waiter, undefined)
  }
}
