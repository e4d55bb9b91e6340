// asyncio/protocols.py: what a transport calls. All calls are made by the loop, never inside one another.
/* eslint-disable @typescript-eslint/no-unused-vars -- the parameters' names are what who overrides a method reads */
import type { BaseTransport } from './transports.ts'

/** A host and a port. */
export type Address = readonly [host: string, port: number]

/** What every protocol is told. */
export class BaseProtocol {
  /** Once, first. */
  connectionMade(_transport: BaseTransport): void {}
  /** Once, last; with the error that broke the connection, undefined where it was closed in good order. */
  connectionLost(_error: unknown): void {}
  /** The transport holds more than its high-water mark: stop writing. */
  pauseWriting(): void {}
  /** It holds no more than its low-water mark. */
  resumeWriting(): void {}
}

/** A protocol over a stream of bytes. */
export class Protocol extends BaseProtocol {
  dataReceived(_data: Buffer): void {}
  /** The other side will send nothing more. True keeps the transport open for writing; otherwise it closes itself. */
  eofReceived(): boolean | void {}
}

/** A protocol over a stream of bytes that lends the transport its own memory. */
export class BufferedProtocol extends BaseProtocol {
  /** Memory of at least one byte for what has arrived. `sizeHint` is how much that is, in bytes. */
  getBuffer(_sizeHint: number): Uint8Array {
    throw new TypeError('a BufferedProtocol defines getBuffer()')
  }
  /** The first `count` bytes of that memory were written. */
  bufferUpdated(_count: number): void {}
  /** As `Protocol.eofReceived`. */
  eofReceived(): boolean | void {}
}

/** A protocol over datagrams. */
export class DatagramProtocol extends BaseProtocol {
  datagramReceived(_data: Buffer, _address: Address): void {}
  /** A datagram could not be sent or received; the transport goes on. */
  errorReceived(_error: unknown): void {}
}

/** A protocol for a child process; `fd` is 1 for its standard output and 2 for its standard error. */
export class SubprocessProtocol extends BaseProtocol {
  pipeDataReceived(_fd: number, _data: Buffer): void {}
  pipeConnectionLost(_fd: number, _error: unknown): void {}
  processExited(): void {}
}
