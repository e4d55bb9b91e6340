// asyncio/transports.py: what a protocol is given to act on its connection.
import type { Address, BaseProtocol } from './protocols.ts'

export interface BaseTransport {
  /**
   * What is known of the connection: `socket` (Node's object), `sockname` and `peername` (a host and port, or a path), `peercert`, `cipher`
   * and `sslObject` over TLS, `pipe`, `subprocess`. `otherwise` where it is not.
   */
  getExtraInfo(name: string, otherwise?: unknown): unknown
  isClosing(): boolean
  /** Sends what is buffered, then closes; `connectionLost(undefined)` follows. */
  close(): void
  setProtocol(protocol: BaseProtocol): void
  getProtocol(): BaseProtocol
}

export interface ReadTransport extends BaseTransport {
  isReading(): boolean
  /** No `dataReceived` until `resumeReading`. */
  pauseReading(): void
  resumeReading(): void
}

/** Marks of the write buffer, bytes. */
export interface WriteBufferLimits {
  /** Default: 64 KiB, or four times `low`. */
  readonly high?: number | undefined
  /** Default: a quarter of `high`. */
  readonly low?: number | undefined
}

export interface WriteTransport extends BaseTransport {
  /** When the protocol is told to pause and to resume writing. Throws ValueError unless high >= low >= 0. */
  setWriteBufferLimits(limits?: WriteBufferLimits): void
  getWriteBufferLimits(): [low: number, high: number]
  /** Bytes that are not sent yet. */
  getWriteBufferSize(): number
  /** Never waits: what cannot be sent now is buffered. */
  write(data: Uint8Array | string): void
  writelines(parts: Iterable<Uint8Array | string>): void
  canWriteEof(): boolean
  /** Ends the writing half, once what is buffered is sent. */
  writeEof(): void
  /** Closes at once; what is buffered is lost. */
  abort(): void
}

export interface Transport extends ReadTransport, WriteTransport {}

export interface DatagramTransport extends BaseTransport {
  /** Never waits. `address` is left out where the endpoint has a remote one. */
  sendto(data: Uint8Array | string, address?: Address): void
  /** Bytes that are not sent yet. */
  getWriteBufferSize(): number
  abort(): void
}

export interface SubprocessTransport extends BaseTransport {
  getPid(): number
  /** The exit status, minus the signal's number where one ended it; undefined while it runs. */
  getReturncode(): number | undefined
  /** Of 0, 1 or 2; undefined where the process has no pipe there. */
  getPipeTransport(fd: number): BaseTransport | undefined
  sendSignal(signal: NodeJS.Signals | number): void
  terminate(): void
  kill(): void
}
