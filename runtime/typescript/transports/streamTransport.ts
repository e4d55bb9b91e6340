// asyncio/selector_events.py: _SelectorSocketTransport; asyncio/unix_events.py: pipes; asyncio/sslproto.py: Node's TLSSocket is all of it.
import { Socket } from 'node:net'
import type { Duplex, Readable, Writable } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { ObjectCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import { shown } from '../coroutines.ts'
import { ConnectionResetError, isFatal, NotImplementedError, RuntimeError } from '../exceptions.ts'
import { setResultUnlessDone, type Future } from '../futures.ts'
import { BufferedProtocol, type BaseProtocol, type Protocol } from '../protocols.ts'
import { recorder, type Recorder, type TracedTransport } from '../trace/hooks.ts'
import type { Transport, WriteBufferLimits } from '../transports.ts'
import { ProtocolCalls } from './calls.ts'
import { endsOf } from './details.ts'
import { infoOf, labelOf } from './streamDetails.ts'
import { WriteMarks } from './flowControl.ts'

/** Writes to a lost connection before the program is warned that it writes to nobody. */
const WARN_AFTER_LOST_WRITES = 5

/** A server: it knows its connections. */
export interface TransportOwner {
  _attach(transport: Transport): void
  _detach(transport: Transport): void
}

export interface StreamTransportOptions {
  /** Told when the protocol knows of its connection. */
  readonly waiter?: Future<void> | undefined
  /** What `getExtraInfo` knows beside the stream itself. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined
  /** Keeps the transport from its beginning until after `connectionLost`. */
  readonly server?: TransportOwner | undefined
  /** Which half of a stream with two halves is meant. Default: both. */
  readonly only?: 'reading' | 'writing' | undefined
  /** False where the protocol was told already, as when TLS begins on an open connection. */
  readonly tellsConnectionMade?: boolean | undefined
}

/** A stream of Node's (a socket, a TLS socket, one end of a pipe) as a transport. Node's events come between turns: the loop carries them to the protocol. */
export class StreamTransport implements Transport, TracedTransport {
  private readonly readable: Readable | undefined
  private readonly writable: Writable | undefined
  private readonly marks: WriteMarks
  private readonly calls: ProtocolCalls
  private arrived: Buffer[] = []
  private arrivedEnd = false
  private isGone = false
  private hasUnsent = false
  private isDelivering = false
  private isPaused = false
  private isEnded = false
  private isMade = false
  private closing = false
  private lostWrites = 0
  private wroteEof = false
  /** @internal The recorder's. */ _traffic: TracedTransport['_traffic'] = undefined
  /** @internal */ readonly _accepted: boolean
  /** @internal */ readonly _options: StreamTransportOptions

  constructor(
    private readonly loop: EventLoop,
    private readonly stream: Duplex | Readable | Writable,
    private protocol: BaseProtocol,
    options: StreamTransportOptions = {},
  ) {
    this._options = options
    const { only } = options
    this.readable = only !== 'writing' && 'read' in stream && stream.readable ? stream : undefined
    this.writable = only !== 'reading' && 'write' in stream && stream.writable ? stream : undefined
    this.calls = new ProtocolCalls(loop)
    this.marks = new WriteMarks(loop, this)
    stream.on('error', this.onError)
    stream.on('close', this.onClose)
    loop._open.add(this)
    this._accepted = options.server !== undefined
    if (recorder !== undefined) this.traceOpened(recorder)
    this._options.server?._attach(this)
    this.calls.soon(StreamTransport.begin, this)
    // At once, though the protocol hears of it later: what nobody listens to, Node throws away when a process ends.
    this.readable?.on('data', this.onData)
    this.readable?.on('end', this.onEnd)
    this.readable?.resume()
  }

  getExtraInfo(name: string, otherwise?: unknown): unknown {
    return this._options.extra?.[name] ?? infoOf(this.stream, name) ?? otherwise
  }

  isClosing(): boolean {
    return this.closing
  }

  setProtocol(protocol: BaseProtocol): void {
    this.protocol = protocol
  }

  getProtocol(): BaseProtocol {
    return this.protocol
  }

  isReading(): boolean {
    return !this.closing && !this.isPaused
  }

  pauseReading(): void {
    if (!this.isReading()) return
    this.isPaused = true
    this.readable?.pause()
  }

  resumeReading(): void {
    if (this.closing || !this.isPaused) return
    this.isPaused = false
    this.readable?.resume()
    this.deliverSoon()
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.marks.set(limits)
    this.marks.grown(this.getWriteBufferSize())
  }

  getWriteBufferLimits(): [low: number, high: number] {
    return this.marks.get()
  }

  getWriteBufferSize(): number {
    return this.writable?.writableLength ?? 0
  }

  write(data: Uint8Array | string): void {
    if (typeof data !== 'string' && !(data instanceof Uint8Array))
      throw new TypeError(`data argument must be a Uint8Array or a string, not ${shown(data)}`)
    if (this.writable === undefined) throw new RuntimeError('Cannot call write() on a transport that only reads')
    if (this.wroteEof) throw new RuntimeError('Cannot call write() after writeEof()')
    if (data.length === 0) return
    if (this.closing) {
      if (++this.lostWrites === WARN_AFTER_LOST_WRITES)
        console.warn('write() was called on a connection that is closed.')
      return
    }
    if (recorder !== undefined)
      recorder.sent(this, typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength)
    this.writable.write(data, this.onWritten)
    this.marks.grown(this.getWriteBufferSize())
  }

  writelines(parts: Iterable<Uint8Array | string>): void {
    for (const part of parts) this.write(part)
  }

  canWriteEof(): boolean {
    return this.writable !== undefined && !(this.stream instanceof TLSSocket)
  }

  writeEof(): void {
    if (!this.canWriteEof()) throw new NotImplementedError('this transport has no writing half to end')
    if (this.closing || this.wroteEof) return
    this.wroteEof = true
    this.writable?.end()
  }

  close(): void {
    if (this.closing) return
    this.stopReading()
    if (this.writable === undefined || this.writable.destroyed || this.writable.writableFinished) this.lose(undefined)
    // A TLS connection says that it ends; any other has nothing to add to what is sent.
    else if (this.getWriteBufferSize() === 0 && !(this.stream instanceof TLSSocket)) this.lose(undefined)
    else if (this.wroteEof) this.writable.once('finish', () => this.lose(undefined))
    else this.writable.end(() => this.lose(undefined))
  }

  abort(): void {
    this.fail(undefined)
  }

  /** @internal */
  _release(): void {
    this.stream.destroy()
  }

  /** @internal Node's stream, with what it had read put back; this transport is of no use afterwards. */
  _detach(): Duplex {
    this.stream.off('error', this.onError)
    this.stream.off('close', this.onClose)
    this.readable?.off('data', this.onData)
    this.readable?.off('end', this.onEnd)
    this.readable?.pause()
    for (const data of this.arrived.splice(0).reverse()) this.readable?.unshift(data)
    this.closing = true
    this.isEnded = true
    recorder?.closed(this, ObjectCode.transport, undefined)
    this.loop._open.delete(this)
    this._options.server?._detach(this)
    return this.stream as Duplex
  }

  toString(): string {
    return `<StreamTransport ${this.isEnded ? 'closed' : this.closing ? 'closing' : 'open'}>`
  }

  // What the loop calls is the same for all: a closure in each of 10,000 transports takes room, and a recorder would have to tell them apart.
  private static begin(this: void, transport: StreamTransport): void {
    transport.begin()
  }

  private static deliver(this: void, transport: StreamTransport): void {
    transport.deliver()
  }

  private static written(this: void, transport: StreamTransport): void {
    transport.marks.shrunk(transport.getWriteBufferSize())
  }

  private begin(): void {
    if (this._options.tellsConnectionMade !== false && !this.isEnded) {
      this.isMade = true
      this.protocol.connectionMade(this)
    }
    this.isMade = true
    if (this._options.waiter !== undefined) setResultUnlessDone(this._options.waiter, undefined)
  }

  private readonly onData = (data: Buffer): void => {
    this.arrived.push(data)
    this.deliverSoon()
  }

  private readonly onEnd = (): void => {
    this.arrivedEnd = true
    this.deliverSoon()
  }

  private readonly onError = (error: unknown): void => this.calls.soon(() => this.fail(error))

  /** Node closed the stream: the process at a pipe's other end has gone, or the socket was destroyed by another hand. */
  private readonly onClose = (): void => {
    this.isGone = true
    this.deliverSoon()
  }

  private readonly onWritten = (error?: Error | null): void => {
    if (error) this.hasUnsent = true
    else if (!this.isEnded && this.marks.resumesAt(this.getWriteBufferSize()))
      this.calls.soon(StreamTransport.written, this)
  }

  private deliverSoon(): void {
    if (this.isDelivering || this.closing || (this.arrived.length === 0 && !this.arrivedEnd && !this.isGone)) return
    this.isDelivering = true
    this.calls.soon(StreamTransport.deliver, this)
  }

  private deliver(): void {
    this.isDelivering = false
    while (this.arrived.length > 0 && this.isReading()) this.hand(this.arrived.shift()!)
    if (this.arrived.length > 0 || !this.isReading()) return
    if (this.arrivedEnd) {
      this.arrivedEnd = false
      const { protocol } = this
      const keepsOpen = this.attempt('eofReceived', () => (protocol as Protocol).eofReceived?.())
      if (!keepsOpen) this.close()
    }
    if (!this.isGone) return
    if (!this.hasUnsent) this.close()
    else this.fail(new ConnectionResetError('the other end was closed before it had read everything'))
  }

  private hand(data: Buffer): void {
    if (recorder !== undefined) recorder.received(this, data.length)
    const { protocol } = this
    if (!(protocol instanceof BufferedProtocol)) {
      this.attempt('dataReceived', () => (protocol as Protocol).dataReceived(data))
      return
    }
    for (let offset = 0; offset < data.length && this.isReading();) {
      const room = this.attempt('getBuffer', () => {
        const buffer = protocol.getBuffer(data.length - offset)
        if (buffer.length === 0) throw new RuntimeError('getBuffer() returned an empty buffer')
        return buffer
      })
      if (room === undefined) return
      const count = Math.min(room.length, data.length - offset)
      room.set(data.subarray(offset, offset + count))
      offset += count
      this.attempt('bufferUpdated', () => protocol.bufferUpdated(count))
    }
  }

  /** Calls the protocol; where it throws, the connection is lost. */
  private attempt<T>(method: string, call: () => T): T | undefined {
    try {
      return call()
    } catch (error) {
      if (isFatal(error)) throw error
      const message = `Fatal error: protocol.${method}() call failed.`
      this.loop.callExceptionHandler({ message, exception: error, transport: this, protocol: this.protocol })
      this.fail(error)
      return undefined
    }
  }

  private traceOpened(recorder: Recorder): void {
    const { server, extra } = this._options
    const pipe = extra?.['traceDetail'] as string | undefined // of a process
    const label = pipe === undefined ? labelOf(this.stream) : 'pipe'
    const detail = pipe ?? endsOf(this)
    recorder.opened(this, { kind: ObjectCode.transport, label, detail, server })
  }

  private stopReading(): void {
    this.closing = true
    this.arrived = []
    this.readable?.off('data', this.onData)
  }

  private fail(error: unknown): void {
    if (this.isEnded) return
    this.stopReading()
    this.destroy(error === undefined)
    this.lose(error)
  }

  /** A connection that is given up with data in it is reset, as closing a descriptor does. */
  private destroy(isAborted: boolean): void {
    const { stream } = this
    if (isAborted && stream instanceof Socket && !(stream instanceof TLSSocket) && stream.remoteFamily !== undefined)
      stream.resetAndDestroy()
    else stream.destroy()
  }

  /** Tells the protocol, in the next turn. */
  private lose(error: unknown): void {
    if (this.isEnded) return
    this.isEnded = true
    this.calls.soon(() => {
      try {
        if (this.isMade) this.protocol.connectionLost(error)
      } finally {
        recorder?.closed(this, ObjectCode.transport, error)
        this.stream.destroy()
        this.loop._open.delete(this)
        if (this._options.waiter !== undefined && !this._options.waiter.done())
          this._options.waiter.setException(error ?? new RuntimeError('the connection was closed before it was made'))
        this._options.server?._detach(this)
      }
    })
  }
}
