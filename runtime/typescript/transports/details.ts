// What a connection is in words, as traces show it.
import type { BaseTransport } from '../transports.ts'

/** `127.0.0.1:80`, `[::1]:80`, `/run/x.sock`; empty where there is none. */
export function nameOfAddress(address: unknown): string {
  if (typeof address === 'string') return address
  if (Array.isArray(address)) {
    const [host, port] = address as [string, number]
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  }
  return ''
}

/** Both ends of a connection, ours first: `ours → theirs`, `ours ← theirs` where it was accepted. */
export function endsOf(transport: BaseTransport & { readonly _accepted?: boolean }): string {
  const ours = nameOfAddress(transport.getExtraInfo('sockname'))
  const theirs = nameOfAddress(transport.getExtraInfo('peername'))
  return theirs === '' ? ours : `${ours} ${transport._accepted ? '←' : '→'} ${theirs}`
}
