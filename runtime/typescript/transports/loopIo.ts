// The loop's methods for what is outside of it: asyncio/base_events.py, selector_events.py, unix_events.py. What they do is in the files beside this one.
import type { Socket as DatagramSocket } from 'node:dgram'
import type { LookupAddress } from 'node:dns'
import type { FileHandle } from 'node:fs/promises'
import type { Server as NodeServer, Socket } from 'node:net'
import type { Duplex, Readable, Writable } from 'node:stream'
import type { EventLoop } from '../baseEvents.ts'
import type { Coroutine } from '../coroutines.ts'
import type { Address, BaseProtocol, DatagramProtocol, SubprocessProtocol } from '../protocols.ts'
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
} from './connections.ts'
import { createDatagramEndpoint, type DatagramOptions } from './datagrams.ts'
import { sendfile, sockSendfile, type SendfileOptions } from './sendfile.ts'
import type { Server } from './server.ts'
import { sockAccept, sockConnect, sockRecv, sockRecvfrom, sockRecvInto, sockSendall, sockSendto } from './sockets.ts'
import { subprocessExec, subprocessShell, type SpawnOptions } from './subprocesses.ts'
import type { TlsOptions } from './tls.ts'
import { Watchers } from './watchers.ts'

/** Something open that keeps Node alive, and that a closed loop can serve no more. */
export interface Open {
  /** Lets go of it at once. */
  _release(): void
}

/** Networks, pipes, processes, signals and names. `EventLoop` is this and the loop itself. */
export abstract class LoopIo {
  /** @internal Servers and transports that are open. A Python program ends with its loop; here they would keep it running. */
  readonly _open = new Set<Open>()
  private readonly signals = new SignalHandlers(this.loop)
  private readonly watchers = new Watchers(this.loop)

  protected abstract checkClosed(): void

  /** Calls back in the loop when the process gets the signal. Replaces the handler that was there. */
  addSignalHandler(signal: NodeJS.Signals, callback: () => unknown): void {
    this.checkClosed()
    this.signals.add(signal, callback)
  }

  /** Whether there was one. */
  removeSignalHandler(signal: NodeJS.Signals): boolean {
    return this.signals.remove(signal)
  }

  /** The addresses of a host: `[{ address, family }, …]`. Throws Node's error, with its `code`, where it has none. */
  getaddrinfo(host: string, options: { readonly family?: 0 | 4 | 6 | undefined } = {}): Coroutine<LookupAddress[]> {
    return resolveHost(this.loop, host, options.family ?? 0)
  }

  /** The name and the service of an address and port. */
  getnameinfo(address: string, port: number): Coroutine<[host: string, service: string]> {
    return resolveAddress(this.loop, address, port)
  }

  /** Connects to a host and port: gives the transport and the protocol that `protocolFactory` made. See `ConnectOptions`. */
  createConnection<P extends BaseProtocol>(
    protocolFactory: () => P,
    host?: string,
    port?: number,
    options?: ConnectOptions,
  ): Coroutine<[Transport, P]> {
    return createConnection(this.loop, protocolFactory, host, port, options)
  }

  /** Connects to a Unix socket. */
  createUnixConnection<P extends BaseProtocol>(
    protocolFactory: () => P,
    path?: string,
    options?: ConnectOptions,
  ): Coroutine<[Transport, P]> {
    return createUnixConnection(this.loop, protocolFactory, path, options)
  }

  /** Listens at a port (0 = any) of one or several addresses (undefined = all of this machine); each connection gets a protocol. */
  createServer(
    protocolFactory: () => BaseProtocol,
    host: string | readonly string[] | undefined,
    port: number,
    options?: ListeningOptions,
  ): Coroutine<Server> {
    return createServer(this.loop, protocolFactory, host, port, options)
  }

  /** Listens at a Unix socket; its file is removed when the server is closed. */
  createUnixServer(protocolFactory: () => BaseProtocol, path: string, options?: ListeningOptions): Coroutine<Server> {
    return createUnixServer(this.loop, protocolFactory, path, options)
  }

  /** A transport for a connection that was accepted outside of asyncio. */
  connectAcceptedSocket<P extends BaseProtocol>(
    protocolFactory: () => P,
    sock: Socket,
    options?: AcceptedOptions,
  ): Coroutine<[Transport, P]> {
    return connectAcceptedSocket(this.loop, protocolFactory, sock, options)
  }

  /** Begins TLS on an open connection. Returns the transport to use from now on; the protocol stays. */
  startTls(
    transport: Transport,
    protocol: BaseProtocol,
    ssl: TlsOptions,
    options?: StartTlsOptions,
  ): Coroutine<Transport> {
    return startTls(this.loop, transport, protocol, ssl, options)
  }

  /** An endpoint for datagrams (UDP). */
  createDatagramEndpoint<P extends DatagramProtocol>(
    protocolFactory: () => P,
    options?: DatagramOptions,
  ): Coroutine<[DatagramTransport, P]> {
    return createDatagramEndpoint(this.loop, protocolFactory, options)
  }

  /** The reading end of a pipe. */
  connectReadPipe<P extends BaseProtocol>(protocolFactory: () => P, pipe: Readable): Coroutine<[ReadTransport, P]> {
    return connectPipe(this.loop, protocolFactory, pipe, 'reading')
  }

  /** The writing end of a pipe. */
  connectWritePipe<P extends BaseProtocol>(protocolFactory: () => P, pipe: Writable): Coroutine<[WriteTransport, P]> {
    return connectPipe(this.loop, protocolFactory, pipe, 'writing')
  }

  /** Starts a program; its standard streams are pipes unless the options say otherwise. */
  subprocessExec<P extends SubprocessProtocol>(
    protocolFactory: () => P,
    program: string,
    args: readonly string[],
    options?: SpawnOptions,
  ): Coroutine<[SubprocessTransport, P]> {
    return subprocessExec(this.loop, protocolFactory, program, args, options)
  }

  /** Starts a command line with the shell. */
  subprocessShell<P extends SubprocessProtocol>(
    protocolFactory: () => P,
    command: string,
    options?: SpawnOptions,
  ): Coroutine<[SubprocessTransport, P]> {
    return subprocessShell(this.loop, protocolFactory, command, options)
  }

  /** Sends a file over a transport, with its back-pressure; gives how many bytes it sent. */
  sendfile(transport: Transport, file: FileHandle, options?: SendfileOptions): Coroutine<number> {
    return sendfile(this.loop, transport, file, options)
  }

  /** Connects a socket that was made by `new Socket()`. */
  sockConnect(sock: Socket, address: Address | string): Coroutine<void> {
    return sockConnect(this.loop, sock, address)
  }

  /** Up to `n` bytes, at least one; empty at the end. The socket must not be read otherwise. */
  sockRecv(sock: Duplex, n: number): Coroutine<Buffer> {
    return sockRecv(this.loop, sock, n)
  }

  /** As `sockRecv`, into memory of yours; gives how many bytes it wrote. */
  sockRecvInto(sock: Duplex, buffer: Uint8Array): Coroutine<number> {
    return sockRecvInto(this.loop, sock, buffer)
  }

  /** Sends all of it. */
  sockSendall(sock: Duplex, data: Uint8Array | string): Coroutine<void> {
    return sockSendall(this.loop, sock, data)
  }

  /** Sends a file over a socket of Node's. */
  sockSendfile(sock: Duplex, file: FileHandle, options?: SendfileOptions): Coroutine<number> {
    return sockSendfile(this.loop, sock, file, options)
  }

  /** The next connection of a server that listens, and where it comes from. */
  sockAccept(server: NodeServer): Coroutine<[Socket, Address]> {
    return sockAccept(this.loop, server)
  }

  /** The next datagram, cut to `n` bytes, and its sender. */
  sockRecvfrom(sock: DatagramSocket, n: number): Coroutine<[Buffer, Address]> {
    return sockRecvfrom(this.loop, sock, n)
  }

  /** Sends one datagram; gives how many bytes it holds. */
  sockSendto(sock: DatagramSocket, data: Uint8Array | string, address: Address): Coroutine<number> {
    return sockSendto(this.loop, sock, data, address)
  }

  /** Calls back, once a turn, while the stream has something to read or has ended. A bare descriptor is refused: Node cannot watch it. */
  addReader(stream: Readable | number, callback: () => unknown): void {
    this.checkClosed()
    this.watchers.addReader(stream, callback)
  }

  /** Whether there was one. */
  removeReader(stream: Readable | number): boolean {
    return this.watchers.removeReader(stream)
  }

  /** Calls back, once a turn, while the stream takes more. */
  addWriter(stream: Writable | number, callback: () => unknown): void {
    this.checkClosed()
    this.watchers.addWriter(stream, callback)
  }

  /** Whether there was one. */
  removeWriter(stream: Writable | number): boolean {
    return this.watchers.removeWriter(stream)
  }

  /** @internal The loop is closed: nobody hears of signals and streams any more, and what is open is let go. */
  _closeIo(): void {
    this.signals.clear()
    this.watchers.clear()
    for (const each of this._open) each._release()
    this._open.clear()
  }

  private get loop(): EventLoop {
    return this as unknown as EventLoop
  }
}
