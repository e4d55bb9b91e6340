// What Node's streams tell of themselves: BaseTransport.get_extra_info's names, and a trace's.
import { Socket } from 'node:net'
import type { Duplex, Readable, Writable } from 'node:stream'
import { TLSSocket } from 'node:tls'

/** What a trace calls it. */
export function labelOf(stream: Duplex | Readable | Writable): string {
  if (stream instanceof TLSSocket) return 'TLS connection'
  if (!(stream instanceof Socket)) return 'pipe'
  return stream.remoteFamily === undefined ? 'Unix connection' : 'TCP connection'
}

/** What `getExtraInfo` knows of the stream itself; undefined where it does not have it. */
export function infoOf(stream: Duplex | Readable | Writable, name: string): unknown {
  if (name === 'pipe' && !(stream instanceof Socket)) return stream
  if (!(stream instanceof Socket)) return undefined
  if (name === 'socket') return stream
  if (name === 'sockname') return addressOf(stream.localAddress, stream.localPort)
  if (name === 'peername') return addressOf(stream.remoteAddress, stream.remotePort)
  if (!(stream instanceof TLSSocket)) return undefined
  if (name === 'sslObject') return stream
  if (name === 'peercert') return stream.getPeerCertificate()
  if (name === 'cipher') return stream.getCipher()
  return undefined
}

const addressOf = (host: string | undefined, port: number | undefined): [string, number] | undefined =>
  host === undefined || port === undefined ? undefined : [host, port]
