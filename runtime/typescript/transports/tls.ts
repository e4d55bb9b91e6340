// asyncio/sslproto.py: TLS, which Node's TLSSocket does.
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  connect as tlsConnect,
  createSecureContext,
  TLSSocket,
  type ConnectionOptions,
  type TLSSocketOptions,
} from 'node:tls'
import { AwaitCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import type { Coroutine, Seconds } from '../coroutines.ts'
import { ConnectionAbortedError, ConnectionResetError, ValueError } from '../exceptions.ts'
import { createWaiter, setResultUnlessDone } from '../futures.ts'

/** What an `ssl.SSLContext` holds in Python: certificates, keys and options, by Node's names. */
export type TlsOptions = ConnectionOptions & TLSSocketOptions

export interface HandshakeOptions {
  /** Name to check the server's certificate against. Default: the host; '' = not checked. */
  readonly serverHostname?: string | undefined
  /** Default 60. */
  readonly sslHandshakeTimeout?: Seconds | undefined
}

const HANDSHAKE_TIMEOUT: Seconds = 60

/** Options that a server can use, or the error that is in them: certificates are read once, when it begins. */
export function serverTls(options: TlsOptions): TlsOptions {
  return { ...options, secureContext: options.secureContext ?? createSecureContext(options) }
}

/** Begins TLS over an open connection; returns when both sides agree. The stream is destroyed where they do not. */
export function* secure(
  loop: EventLoop,
  stream: Duplex,
  options: TlsOptions,
  { serverHostname, sslHandshakeTimeout = HANDSHAKE_TIMEOUT }: HandshakeOptions,
  isServer: boolean,
): Coroutine<TLSSocket> {
  if (!(sslHandshakeTimeout > 0))
    throw new ValueError(`sslHandshakeTimeout should be a positive number, got ${sslHandshakeTimeout}`)
  const socket = isServer
    ? new TLSSocket(stream, { ...options, isServer: true })
    : tlsConnect({ ...options, ...expected(serverHostname), socket: stream })
  const agreed = createWaiter<void>(loop, AwaitCode.connect, undefined)
  const fail = (error: unknown): void => {
    if (!agreed.done()) agreed.setException(error)
  }
  const abandoned = (): void => fail(new ConnectionResetError('the connection was closed during the TLS handshake'))
  socket.once(isServer ? 'secure' : 'secureConnect', () => setResultUnlessDone(agreed, undefined))
  socket.once('error', fail)
  socket.once('close', abandoned)
  const late = `SSL handshake is taking longer than ${sslHandshakeTimeout} seconds: aborting the connection`
  const timer = loop.callLater(sslHandshakeTimeout, () => fail(new ConnectionAbortedError(late)))
  try {
    yield* agreed
  } catch (error) {
    socket.on('error', () => {}) // of what is given up, nobody asks
    socket.destroy()
    throw error
  } finally {
    timer.cancel()
    socket.off('error', fail)
    socket.off('close', abandoned)
  }
  return socket
}

function expected(name: string | undefined): ConnectionOptions {
  if (name === undefined) return {}
  if (name === '') return { checkServerIdentity: () => undefined }
  return isIP(name) ? { host: name } : { host: name, servername: name }
}
