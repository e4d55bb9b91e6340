// asyncio/base_events.py: create_connection, create_server, start_tls, pipes; asyncio/unix_events.py: the Unix variants.
import { connect, type ListenOptions, type NetConnectOpts, type Server as NodeServer, type Socket } from 'node:net'
import type { Duplex, Readable, Writable } from 'node:stream'
import { AwaitCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import type { Coroutine, Seconds } from '../coroutines.ts'
import { CancelledError, exceptionGroup, isFatal, RuntimeError, ValueError } from '../exceptions.ts'
import { createWaiter, setResultUnlessDone } from '../futures.ts'
import type { Address, BaseProtocol } from '../protocols.ts'
import type { Transport } from '../transports.ts'
import { resolveHost } from '../unixEvents.ts'
import { Server } from './server.ts'
import { sharedPort } from './sharedPorts.ts'
import { StreamTransport, type StreamTransportOptions } from './streamTransport.ts'
import { secure, serverTls, type HandshakeOptions, type TlsOptions } from './tls.ts'

export interface ConnectOptions extends HandshakeOptions {
  /** TLS: true for Node's defaults, or certificates and options. */
  readonly ssl?: boolean | TlsOptions | undefined
  /** 4 or 6; default: both, as the host has them. */
  readonly family?: 4 | 6 | undefined
  /** Seconds that each of a host's addresses has before the next is tried as well. Default: Node's, a quarter. */
  readonly happyEyeballsDelay?: Seconds | undefined
  /** Where no address can be reached, throws the errors of all in an ExceptionGroup. */
  readonly allErrors?: boolean | undefined
  /** The address of this side. */
  readonly localAddr?: Address | undefined
  /** A connected socket of Node's, in place of a host and port. */
  readonly sock?: Socket | undefined
}

export interface AcceptedOptions extends HandshakeOptions {
  readonly ssl?: TlsOptions | undefined
}

export interface StartTlsOptions extends HandshakeOptions {
  /** Whether this side has the certificate. */
  readonly serverSide?: boolean | undefined
}

export interface ListeningOptions extends HandshakeOptions {
  /** TLS: the certificate and key. */
  readonly ssl?: TlsOptions | undefined
  readonly backlog?: number | undefined
  /** False leaves listening to `startServing` or `serveForever`: only then has the server an address. Default true. */
  readonly startServing?: boolean | undefined
  readonly ipv6Only?: boolean | undefined
  /** 4 or 6: which of a host's addresses, or of this machine's. Default: both. */
  readonly family?: 4 | 6 | undefined
  /** Whether other processes may listen at the same port. Node 23.1 and newer. */
  readonly reusePort?: boolean | undefined
  /** Whether the system looks after idle connections, and ends those whose other side has gone. */
  readonly keepAlive?: boolean | undefined
  /** A server of Node's that listens, in place of an address or path. It should be made with `allowHalfOpen: true`. */
  readonly sock?: NodeServer | undefined
}

export interface UnixListeningOptions extends ListeningOptions {
  /** False leaves the socket's file when the server is closed. Default true. */
  readonly cleanupSocket?: boolean | undefined
}

/** Connects to a host and port. Cancelling it gives the attempt up. Throws Node's error, with its `code`; of several addresses an AggregateError. */
export function* createConnection<P extends BaseProtocol>(
  loop: EventLoop,
  protocolFactory: () => P,
  host: string | undefined,
  port: number | undefined,
  options: ConnectOptions = {},
): Coroutine<[Transport, P]> {
  const { sock, family, localAddr, happyEyeballsDelay, allErrors = false } = options
  if ((sock === undefined) === (host === undefined || port === undefined))
    throw new ValueError('host and port, or sock, must be specified, and not both')
  checkTlsOptions(options)
  const local = localAddr === undefined ? {} : { localAddress: localAddr[0], localPort: localAddr[1] }
  const target = {
    host,
    port,
    allowHalfOpen: true,
    noDelay: true,
    ...local,
    ...(family === undefined ? {} : { family }),
    ...(happyEyeballsDelay === undefined ? {} : { autoSelectFamilyAttemptTimeout: attemptMs(happyEyeballsDelay) }),
  }
  return yield* attach(
    loop,
    protocolFactory,
    sock ?? (yield* reach(loop, target as NetConnectOpts, allErrors)),
    host,
    options,
  )
}

/** Node takes no less than 10 ms. */
const attemptMs = (delay: Seconds): number => Math.max(10, Math.round(delay * 1000))

function* reach(loop: EventLoop, target: NetConnectOpts, allErrors: boolean): Coroutine<Socket> {
  try {
    return yield* open(loop, target)
  } catch (error) {
    if (!allErrors || error instanceof CancelledError || isFatal(error)) throw error
    throw exceptionGroup('create_connection failed', error instanceof AggregateError ? error.errors : [error])
  }
}

/** Connects to a Unix socket. */
export function* createUnixConnection<P extends BaseProtocol>(
  loop: EventLoop,
  protocolFactory: () => P,
  path: string | undefined,
  options: ConnectOptions = {},
): Coroutine<[Transport, P]> {
  const { sock, ssl, serverHostname } = options
  if ((sock === undefined) === (path === undefined))
    throw new ValueError('path or sock must be specified, and not both')
  if (ssl && serverHostname === undefined)
    throw new ValueError('you have to pass serverHostname when using ssl on a Unix socket')
  checkTlsOptions(options)
  return yield* attach(
    loop,
    protocolFactory,
    sock ?? (yield* open(loop, { path: path!, allowHalfOpen: true })),
    '',
    options,
  )
}

/** A transport for a connection that was accepted outside of asyncio. */
export function* connectAcceptedSocket<P extends BaseProtocol>(
  loop: EventLoop,
  protocolFactory: () => P,
  sock: Socket,
  options: AcceptedOptions = {},
): Coroutine<[Transport, P]> {
  checkTlsOptions(options)
  const protocol = protocolFactory()
  const stream = options.ssl === undefined ? sock : yield* secure(loop, sock, serverTls(options.ssl), options, true)
  return [yield* connected(loop, stream, protocol), protocol]
}

/** Listens at a port (0 = any) of one or several addresses (undefined = all of this machine). */
export function createServer(
  loop: EventLoop,
  protocolFactory: () => BaseProtocol,
  host: string | readonly string[] | undefined,
  port: number | undefined,
  options: ListeningOptions = {},
): Coroutine<Server> {
  if ((options.sock === undefined) === (host === undefined && port === undefined))
    throw new ValueError('host or port, or sock, must be specified, and not both')
  if (options.sock !== undefined) return serve(loop, protocolFactory, [options.sock], options)
  const hosts = typeof host === 'string' || host === undefined ? [host] : [...new Set(host)]
  if (hosts.length === 0) throw new ValueError('host names no address')
  return serveAt(loop, protocolFactory, hosts, port, options)
}

function* serveAt(
  loop: EventLoop,
  protocolFactory: () => BaseProtocol,
  hosts: readonly (string | undefined)[],
  port: number | undefined,
  options: ListeningOptions,
): Coroutine<Server> {
  const { backlog = 100, family, ipv6Only = family === 6, reusePort } = options
  const shared = sharedPort(reusePort)
  const addresses = new Set<string | undefined>()
  for (const host of hosts)
    for (const address of family === undefined ? [host] : yield* addressesOf(loop, host, family)) addresses.add(address)
  const targets = [...addresses].map((host) => ({ host, port, backlog, ipv6Only, ...shared }))
  return yield* serve(loop, protocolFactory, targets, options)
}

/** A host's addresses of one family; those of this machine where it is undefined. */
function* addressesOf(loop: EventLoop, host: string | undefined, family: 4 | 6): Coroutine<string[]> {
  if (host === undefined) return [family === 4 ? '0.0.0.0' : '::']
  return (yield* resolveHost(loop, host, family)).map(({ address }) => address)
}

/** Listens at a Unix socket; its file is removed when the server is closed. */
export function createUnixServer(
  loop: EventLoop,
  protocolFactory: () => BaseProtocol,
  path: string | undefined,
  options: UnixListeningOptions = {},
): Coroutine<Server> {
  const { sock, backlog = 100 } = options
  if ((sock === undefined) === (path === undefined))
    throw new ValueError('path or sock must be specified, and not both')
  return serve(loop, protocolFactory, [sock ?? { path: path!, backlog }], options)
}

function* serve(
  loop: EventLoop,
  protocolFactory: () => BaseProtocol,
  targets: readonly (ListenOptions | NodeServer)[],
  { ssl, startServing = true, cleanupSocket = true, ...handshake }: UnixListeningOptions,
): Coroutine<Server> {
  checkTlsOptions({ ssl, ...handshake })
  const tls = ssl === undefined ? undefined : serverTls(ssl)
  const server = new Server(loop, { ...handshake, tls, protocolFactory, targets, cleanupSocket })
  if (startServing) yield* server.startServing()
  return server
}

/** One end of a pipe. */
export function* connectPipe<P extends BaseProtocol>(
  loop: EventLoop,
  protocolFactory: () => P,
  pipe: Readable | Writable,
  only: 'reading' | 'writing',
): Coroutine<[StreamTransport, P]> {
  const protocol = protocolFactory()
  return [yield* connected(loop, pipe, protocol, { only }), protocol]
}

/** Begins TLS on an open connection. Returns the transport to use from now on: the old one is of no use, the protocol stays. */
export function* startTls(
  loop: EventLoop,
  transport: Transport,
  protocol: BaseProtocol,
  ssl: TlsOptions,
  options: StartTlsOptions = {},
): Coroutine<Transport> {
  if (!(transport instanceof StreamTransport)) throw new TypeError('transport is not supported by startTls()')
  if (transport.isClosing()) throw new RuntimeError('the transport is closed')
  const isServer = options.serverSide ?? false
  const { server } = transport._options
  const socket = yield* secure(loop, transport._detach(), isServer ? serverTls(ssl) : ssl, options, isServer)
  return yield* connected(loop, socket, protocol, { server, tellsConnectionMade: false })
}

/** What is about TLS alone is refused without it: a server that is meant to be safe should not be open. */
function checkTlsOptions(options: HandshakeOptions & { readonly ssl?: boolean | TlsOptions | undefined }): void {
  if (options.ssl) return
  for (const name of ['serverHostname', 'sslHandshakeTimeout'] as const)
    if (options[name] !== undefined) throw new ValueError(`${name} is only meaningful with ssl`)
}

function* open(loop: EventLoop, target: NetConnectOpts): Coroutine<Socket> {
  const connecting = createWaiter<void>(loop, AwaitCode.connect, undefined)
  const socket = connect(target)
  const fail = (error: unknown): void => {
    if (!connecting.done()) connecting.setException(error)
  }
  socket.once('connect', () => setResultUnlessDone(connecting, undefined))
  socket.on('error', fail)
  try {
    yield* connecting
  } catch (error) {
    socket.destroy()
    throw error
  }
  socket.off('error', fail)
  return socket
}

function* attach<P extends BaseProtocol>(
  loop: EventLoop,
  protocolFactory: () => P,
  socket: Socket,
  host: string | undefined,
  options: ConnectOptions,
): Coroutine<[Transport, P]> {
  const protocol = protocolFactory()
  if (!options.ssl) return [yield* connected(loop, socket, protocol), protocol]
  const serverHostname = options.serverHostname ?? host
  if (serverHostname === undefined) throw new ValueError('you must set serverHostname when using ssl without a host')
  const tls = options.ssl === true ? {} : options.ssl
  return [
    yield* connected(loop, yield* secure(loop, socket, tls, { ...options, serverHostname }, false), protocol),
    protocol,
  ]
}

/** The transport of an open stream, once its protocol knows of it. */
function* connected(
  loop: EventLoop,
  stream: Duplex | Readable | Writable,
  protocol: BaseProtocol,
  options: Omit<StreamTransportOptions, 'waiter'> = {},
): Coroutine<StreamTransport> {
  const waiter = createWaiter<void>(loop, AwaitCode.connect, undefined)
  const transport = new StreamTransport(loop, stream, protocol, { ...options, waiter })
  try {
    yield* waiter
  } catch (error) {
    transport.close()
    throw error
  }
  return transport
}
