// asyncio/selector_events.py: _SelectorDatagramTransport; asyncio/base_events.py: create_datagram_endpoint.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { AwaitCode, ObjectCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import { shown, type Coroutine } from '../coroutines.ts'
import { isFatal, ValueError } from '../exceptions.ts'
import { createWaiter, setResultUnlessDone } from '../futures.ts'
import type { Address, BaseProtocol, DatagramProtocol } from '../protocols.ts'
import { recorder, type TracedTransport } from '../trace/hooks.ts'
import type { DatagramTransport } from '../transports.ts'
import { resolveHost } from '../unixEvents.ts'
import { ProtocolCalls } from './calls.ts'
import { endsOf } from './details.ts'
import { WriteMarks } from './flowControl.ts'
import { sharedPort } from './sharedPorts.ts'

export interface DatagramOptions {
  /** Where it receives. */
  readonly localAddr?: Address | undefined
  /** Where it sends, and from where alone it receives. */
  readonly remoteAddr?: Address | undefined
  /** Needed where there is neither address. */
  readonly family?: 4 | 6 | undefined
  readonly allowBroadcast?: boolean | undefined
  /** Whether other processes may receive at the same port. Node 23.1 and newer. */
  readonly reusePort?: boolean | undefined
  /** A socket of Node's that is bound or connected, in place of addresses. */
  readonly sock?: Socket | undefined
}

/** An endpoint for datagrams (UDP). */
export function* createDatagramEndpoint<P extends DatagramProtocol>(
  loop: EventLoop,
  protocolFactory: () => P,
  options: DatagramOptions = {},
): Coroutine<[DatagramTransport, P]> {
  const { sock, allowBroadcast } = options
  const socket = sock ?? (yield* open(loop, options))
  if (allowBroadcast) socket.setBroadcast(true)
  const protocol = protocolFactory()
  const waiter = createWaiter<void>(loop, AwaitCode.connect, undefined)
  const transport = new UdpTransport(loop, socket, protocol, options.remoteAddr, () =>
    setResultUnlessDone(waiter, undefined),
  )
  try {
    yield* waiter
  } catch (error) {
    transport.close()
    throw error
  }
  return [transport, protocol]
}

function* open(loop: EventLoop, { localAddr, remoteAddr, family, reusePort }: DatagramOptions): Coroutine<Socket> {
  const shared = sharedPort(reusePort)
  const named = remoteAddr ?? localAddr
  if (named === undefined && family === undefined) throw new ValueError('unexpected address family')
  const resolved = named === undefined ? undefined : (yield* resolveHost(loop, named[0], family ?? 0))[0]
  const isV6 = resolved === undefined ? family === 6 : isIPv6(resolved.address)
  const socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', ...shared })
  const opened = createWaiter<void>(loop, AwaitCode.connect, undefined)
  const fail = (error: unknown): void => {
    if (!opened.done()) opened.setException(error)
  }
  const connect = (): void => {
    if (remoteAddr === undefined) setResultUnlessDone(opened, undefined)
    else
      socket.connect(remoteAddr[1], resolved!.address, (...errors: unknown[]) => {
        if (errors[0] === undefined) setResultUnlessDone(opened, undefined)
        else fail(errors[0])
      })
  }
  socket.once('error', fail)
  if (localAddr === undefined) connect()
  else socket.bind(localAddr[1], localAddr[0], connect)
  try {
    yield* opened
  } catch (error) {
    socket.close()
    throw error
  }
  socket.off('error', fail)
  return socket
}

class UdpTransport implements DatagramTransport, TracedTransport {
  private readonly marks: WriteMarks
  private readonly calls: ProtocolCalls
  private pending = 0
  private pendingBytes = 0
  private closing = false
  private isEnded = false
  /** @internal The recorder's. */ _traffic: TracedTransport['_traffic'] = undefined

  constructor(
    private readonly loop: EventLoop,
    private readonly socket: Socket,
    private protocol: DatagramProtocol,
    private readonly remote: Address | undefined,
    made: () => void,
  ) {
    this.calls = new ProtocolCalls(loop)
    this.marks = new WriteMarks(loop, this)
    loop._open.add(this)
    const detail = recorder === undefined ? '' : endsOf(this)
    recorder?.opened(this, { kind: ObjectCode.transport, label: 'UDP endpoint', detail })
    socket.on('error', (error) => this.calls.soon(() => this.protocol.errorReceived(error)))
    this.calls.soon(() => {
      this.protocol.connectionMade(this)
      socket.on('message', this.onMessage)
      made()
    })
  }

  getExtraInfo(name: string, otherwise?: unknown): unknown {
    if (name === 'socket') return this.socket
    if (name === 'peername') return this.remote ?? otherwise
    if (name !== 'sockname' || this.isEnded) return otherwise
    const { address, port } = this.socket.address()
    return [address, port]
  }

  setProtocol(protocol: BaseProtocol): void {
    this.protocol = protocol as DatagramProtocol
  }

  getProtocol(): DatagramProtocol {
    return this.protocol
  }

  getWriteBufferSize(): number {
    return this.pendingBytes
  }

  isClosing(): boolean {
    return this.closing
  }

  sendto(data: Uint8Array | string, address?: Address): void {
    if (typeof data !== 'string' && !(data instanceof Uint8Array))
      throw new TypeError(`data argument must be a Uint8Array or a string, not ${shown(data)}`)
    if (this.remote !== undefined && address !== undefined && !isSame(address, this.remote))
      throw new ValueError(`Invalid address: must be undefined or ${this.remote.join(':')}`)
    if (this.remote === undefined && address === undefined)
      throw new ValueError('an endpoint without a remote address needs one')
    if (this.closing) return
    const bytes = Buffer.from(data as string)
    recorder?.sent(this, bytes.length)
    this.pending++
    this.pendingBytes += bytes.length
    const sent = (error: Error | null): void => this.sent(bytes.length, error)
    if (this.remote === undefined) this.socket.send(bytes, address![1], address![0], sent)
    else this.socket.send(bytes, sent)
    this.marks.grown(this.pendingBytes)
  }

  close(): void {
    if (this.closing) return
    this.closing = true
    this.socket.off('message', this.onMessage)
    if (this.pending === 0) this.end()
  }

  abort(): void {
    this.close()
    this.end()
  }

  /** @internal */
  _release(): void {
    this.socket.close()
  }

  private readonly onMessage = (data: Buffer, { address, port }: RemoteInfo): void =>
    this.calls.soon(() => {
      if (this.closing) return
      recorder?.received(this, data.length)
      try {
        this.protocol.datagramReceived(data, [address, port])
      } catch (error) {
        if (isFatal(error)) throw error
        const message = 'Fatal error: protocol.datagramReceived() call failed.'
        this.loop.callExceptionHandler({ message, exception: error, transport: this, protocol: this.protocol })
        this.closing = true
        this.end(error)
      }
    })

  private sent(bytes: number, error: Error | null): void {
    this.pending--
    this.pendingBytes -= bytes
    this.calls.soon(() => {
      if (error !== null && !this.isEnded) this.protocol.errorReceived(error)
      this.marks.shrunk(this.pendingBytes)
      if (this.closing && this.pending === 0) this.end()
    })
  }

  private end(error?: unknown): void {
    if (this.isEnded) return
    this.isEnded = true
    this.calls.soon(() => {
      try {
        this.protocol.connectionLost(error)
      } finally {
        recorder?.closed(this, ObjectCode.transport, error)
        this._release()
        this.loop._open.delete(this)
      }
    })
  }
}

const isSame = (a: Address, b: Address): boolean => a[0] === b[0] && a[1] === b[1]
