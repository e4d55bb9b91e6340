// The loop's methods for what is outside of it: asyncio/base_events.py, selector_events.py, unix_events.py. What they do is in the files beside this one.
// They join `EventLoop` where the package is imported whole: a program made of the core alone carries none of it.
import type { Socket as DatagramSocket } from 'node:dgram'
import type { LookupAddress } from 'node:dns'
import type { FileHandle } from 'node:fs/promises'
import type { Server as NodeServer, Socket } from 'node:net'
import type { Duplex, Readable, Writable } from 'node:stream'
import { EventLoop, type Open } from '../baseEvents.ts'
import type { Coroutine, Seconds } from '../coroutines.ts'
import type { Handle } from '../events.ts'
import type { Executor, JobFunction } from '../executors/executor.ts'
import type { CallbackOptions, Future } from '../futures.ts'
import type { Address, BaseProtocol, DatagramProtocol, SubprocessProtocol } from '../protocols.ts'
import { defaultsOf, inExecutor, ThreadPoolExecutor } from '../threads.ts'
import type { DatagramTransport, ReadTransport, SubprocessTransport, Transport, WriteTransport } from '../transports.ts'
import { resolveAddress, resolveHost, SignalHandlers } from '../unixEvents.ts'
import {
  connectAcceptedSocket,
  connectPipe,
  createConnection,
  createServer,
  createUnixConnection,
  createUnixServer,
  startTls,
  type AcceptedOptions,
  type ConnectOptions,
  type ListeningOptions,
  type StartTlsOptions,
  type UnixListeningOptions,
} from './connections.ts'
import { createDatagramEndpoint, type DatagramOptions } from './datagrams.ts'
import { sendfile, sockSendfile, type SendfileOptions } from './sendfile.ts'
import type { Server } from './server.ts'
import {
  sockAccept,
  sockConnect,
  sockRecv,
  sockRecvfrom,
  sockRecvfromInto,
  sockRecvInto,
  sockSendall,
  sockSendto,
} from './sockets.ts'
import { subprocessExec, subprocessShell, type SpawnOptions } from './subprocesses.ts'
import type { TlsOptions } from './tls.ts'
import { Watchers } from './watchers.ts'

/** Seconds that the end of a run waits for threads: CPython's THREAD_JOIN_TIMEOUT. */
const THREAD_JOIN_TIMEOUT: Seconds = 300

/** What a loop has one of, made when it is first asked for and let go of when the loop is closed. */
function perLoop<T extends Open>(make: (loop: EventLoop) => T): (loop: EventLoop) => T {
  const made = new WeakMap<EventLoop, T>()
  return (loop) => {
    let own = made.get(loop)
    if (own === undefined) {
      made.set(loop, (own = make(loop)))
      loop._open.add(own)
    }
    return own
  }
}
const signalsOf = perLoop((loop) => new SignalHandlers(loop))
const watchersOf = perLoop((loop) => new Watchers(loop))

/** Networks, pipes, processes, threads, signals and names: part of every `EventLoop`. */
export class LoopIo {
  /** Calls back in the loop when the process gets the signal. Replaces the handler that was there. */
  addSignalHandler(this: EventLoop, signal: NodeJS.Signals, callback: () => unknown): void {
    this._checkClosed()
    signalsOf(this).add(signal, callback)
  }

  /** Whether there was one. */
  removeSignalHandler(this: EventLoop, signal: NodeJS.Signals): boolean {
    return signalsOf(this).remove(signal)
  }

  /** Gives a function to an executor; undefined = the default one, of threads. See `toThread` for which functions can go there. */
  runInExecutor<A extends unknown[], R>(
    this: EventLoop,
    executor: Executor | undefined,
    fn: JobFunction<A, R>,
    ...args: A
  ): Future<R> {
    this._checkClosed()
    return inExecutor(this, executor, fn, args)
  }

  /** A `ThreadPoolExecutor` to take the place of the default one. */
  setDefaultExecutor(this: EventLoop, executor: ThreadPoolExecutor): void {
    if (!(executor instanceof ThreadPoolExecutor)) throw new TypeError('executor must be a ThreadPoolExecutor')
    defaultsOf(this).executor = executor
  }

  /** Ends the default executor and waits for its jobs, `timeout` seconds at most. Nothing can be given to it any more. */
  *shutdownDefaultExecutor(this: EventLoop, timeout: Seconds | null = THREAD_JOIN_TIMEOUT): Coroutine<void> {
    const defaults = defaultsOf(this)
    defaults.isShut = true
    if (defaults.executor !== undefined) yield* defaults.executor._join(this, timeout)
  }

  /** As `callSoon`, for code outside of the loop's turns. Other threads reach the loop by `threadLoop`. */
  callSoonThreadsafe(this: EventLoop, callback: () => unknown, options?: CallbackOptions): Handle {
    return this.callSoon(callback, options)
  }

  /** The addresses of a host: `[{ address, family }, …]`. Throws Node's error, with its `code`, where it has none. */
  getaddrinfo(
    this: EventLoop,
    host: string,
    options: { readonly family?: 0 | 4 | 6 | undefined } = {},
  ): Coroutine<LookupAddress[]> {
    return resolveHost(this, host, options.family ?? 0)
  }

  /** The name and the service of an address and port. */
  getnameinfo(this: EventLoop, address: string, port: number): Coroutine<[host: string, service: string]> {
    return resolveAddress(this, address, port)
  }

  /** Connects to a host and port: gives the transport and the protocol that `protocolFactory` made. See `ConnectOptions`. */
  createConnection<P extends BaseProtocol>(
    this: EventLoop,
    protocolFactory: () => P,
    host?: string,
    port?: number,
    options?: ConnectOptions,
  ): Coroutine<[Transport, P]> {
    return createConnection(this, protocolFactory, host, port, options)
  }

  /** Connects to a Unix socket. */
  createUnixConnection<P extends BaseProtocol>(
    this: EventLoop,
    protocolFactory: () => P,
    path?: string,
    options?: ConnectOptions,
  ): Coroutine<[Transport, P]> {
    return createUnixConnection(this, protocolFactory, path, options)
  }

  /** Listens at a port (0 = any) of one or several addresses (undefined = all of this machine); each connection gets a protocol. */
  createServer(
    this: EventLoop,
    protocolFactory: () => BaseProtocol,
    host?: string | readonly string[],
    port?: number,
    options?: ListeningOptions,
  ): Coroutine<Server> {
    return createServer(this, protocolFactory, host, port, options)
  }

  /** Listens at a Unix socket; its file is removed when the server is closed. */
  createUnixServer(
    this: EventLoop,
    protocolFactory: () => BaseProtocol,
    path?: string,
    options?: UnixListeningOptions,
  ): Coroutine<Server> {
    return createUnixServer(this, protocolFactory, path, options)
  }

  /** A transport for a connection that was accepted outside of asyncio. */
  connectAcceptedSocket<P extends BaseProtocol>(
    this: EventLoop,
    protocolFactory: () => P,
    sock: Socket,
    options?: AcceptedOptions,
  ): Coroutine<[Transport, P]> {
    return connectAcceptedSocket(this, protocolFactory, sock, options)
  }

  /** Begins TLS on an open connection. Returns the transport to use from now on; the protocol stays. */
  startTls(
    this: EventLoop,
    transport: Transport,
    protocol: BaseProtocol,
    ssl: TlsOptions,
    options?: StartTlsOptions,
  ): Coroutine<Transport> {
    return startTls(this, transport, protocol, ssl, options)
  }

  /** An endpoint for datagrams (UDP). */
  createDatagramEndpoint<P extends DatagramProtocol>(
    this: EventLoop,
    protocolFactory: () => P,
    options?: DatagramOptions,
  ): Coroutine<[DatagramTransport, P]> {
    return createDatagramEndpoint(this, protocolFactory, options)
  }

  /** The reading end of a pipe. */
  connectReadPipe<P extends BaseProtocol>(
    this: EventLoop,
    protocolFactory: () => P,
    pipe: Readable,
  ): Coroutine<[ReadTransport, P]> {
    return connectPipe(this, protocolFactory, pipe, 'reading')
  }

  /** The writing end of a pipe. */
  connectWritePipe<P extends BaseProtocol>(
    this: EventLoop,
    protocolFactory: () => P,
    pipe: Writable,
  ): Coroutine<[WriteTransport, P]> {
    return connectPipe(this, protocolFactory, pipe, 'writing')
  }

  /** Starts a program; its standard streams are pipes unless the options say otherwise. */
  subprocessExec<P extends SubprocessProtocol>(
    this: EventLoop,
    protocolFactory: () => P,
    program: string,
    args: readonly string[],
    options?: SpawnOptions,
  ): Coroutine<[SubprocessTransport, P]> {
    return subprocessExec(this, protocolFactory, program, args, options)
  }

  /** Starts a command line with the shell. */
  subprocessShell<P extends SubprocessProtocol>(
    this: EventLoop,
    protocolFactory: () => P,
    command: string,
    options?: SpawnOptions,
  ): Coroutine<[SubprocessTransport, P]> {
    return subprocessShell(this, protocolFactory, command, options)
  }

  /** Sends a file over a transport, with its back-pressure; gives how many bytes it sent. */
  sendfile(this: EventLoop, transport: Transport, file: FileHandle, options?: SendfileOptions): Coroutine<number> {
    return sendfile(this, transport, file, options)
  }

  /** Connects a socket that was made by `new Socket()`. */
  sockConnect(this: EventLoop, sock: Socket, address: Address | string): Coroutine<void> {
    return sockConnect(this, sock, address)
  }

  /** Up to `n` bytes, at least one; empty at the end. The socket must not be read otherwise. */
  sockRecv(this: EventLoop, sock: Duplex, n: number): Coroutine<Buffer> {
    return sockRecv(this, sock, n)
  }

  /** As `sockRecv`, into memory of yours; gives how many bytes it wrote. */
  sockRecvInto(this: EventLoop, sock: Duplex, buffer: Uint8Array): Coroutine<number> {
    return sockRecvInto(this, sock, buffer)
  }

  /** Sends all of it. */
  sockSendall(this: EventLoop, sock: Duplex, data: Uint8Array | string): Coroutine<void> {
    return sockSendall(this, sock, data)
  }

  /** Sends a file over a socket of Node's. */
  sockSendfile(this: EventLoop, sock: Duplex, file: FileHandle, options?: SendfileOptions): Coroutine<number> {
    return sockSendfile(this, sock, file, options)
  }

  /** The next connection of a server that listens, and where it comes from. */
  sockAccept(this: EventLoop, server: NodeServer): Coroutine<[Socket, Address]> {
    return sockAccept(this, server)
  }

  /** The next datagram, cut to `n` bytes, and its sender. */
  sockRecvfrom(this: EventLoop, sock: DatagramSocket, n: number): Coroutine<[Buffer, Address]> {
    return sockRecvfrom(this, sock, n)
  }

  /** As `sockRecvfrom`, into memory of yours, `n` bytes at most (0 = as many as fit); gives how many bytes it wrote, and the sender. */
  sockRecvfromInto(this: EventLoop, sock: DatagramSocket, buffer: Uint8Array, n = 0): Coroutine<[number, Address]> {
    return sockRecvfromInto(this, sock, buffer, n)
  }

  /** Sends one datagram; gives how many bytes it holds. */
  sockSendto(this: EventLoop, sock: DatagramSocket, data: Uint8Array | string, address: Address): Coroutine<number> {
    return sockSendto(this, sock, data, address)
  }

  /** Calls back, once a turn, while the stream has something to read or has ended. A bare descriptor is refused: Node cannot watch it. */
  addReader(this: EventLoop, stream: Readable | number, callback: () => unknown): void {
    this._checkClosed()
    watchersOf(this).addReader(stream, callback)
  }

  /** Whether there was one. */
  removeReader(this: EventLoop, stream: Readable | number): boolean {
    return watchersOf(this).removeReader(stream)
  }

  /** Calls back, once a turn, while the stream takes more. */
  addWriter(this: EventLoop, stream: Writable | number, callback: () => unknown): void {
    this._checkClosed()
    watchersOf(this).addWriter(stream, callback)
  }

  /** Whether there was one. */
  removeWriter(this: EventLoop, stream: Writable | number): boolean {
    return watchersOf(this).removeWriter(stream)
  }
}

declare module '../baseEvents.ts' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the methods of one class, added to another
  interface EventLoop extends LoopIo {}
}

/** Gives every loop these methods. */
export function addIo(): void {
  for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(LoopIo.prototype)))
    if (name !== 'constructor') Object.defineProperty(EventLoop.prototype, name, method)
}
