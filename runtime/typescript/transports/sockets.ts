// asyncio/selector_events.py: sock_recv and its kin. Node has no bare sockets: these take the objects that own them.
import type { RemoteInfo, Socket as DatagramSocket } from 'node:dgram'
import type { EventEmitter } from 'node:events'
import type { Server as NodeServer, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { AwaitCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import type { Coroutine } from '../coroutines.ts'
import { ValueError } from '../exceptions.ts'
import { createWaiter, setResultUnlessDone } from '../futures.ts'
import type { Address } from '../protocols.ts'

/** Connects a socket that was made by `new Socket()`. */
export function* sockConnect(loop: EventLoop, sock: Socket, address: Address | string): Coroutine<void> {
  yield* happening(loop, sock, ['connect'], () => {
    if (typeof address === 'string') sock.connect(address)
    else sock.connect(address[1], address[0])
  })
}

/** Up to `n` bytes, at least one; empty at the end. The socket must not be read otherwise. */
export function* sockRecv(loop: EventLoop, sock: Duplex, n: number): Coroutine<Buffer> {
  for (;;) {
    if (sock.readableLength > 0)
      return (sock.read(Math.min(n, sock.readableLength)) as Buffer | null) ?? Buffer.alloc(0)
    if (sock.errored) throw sock.errored
    if (sock.readableEnded || sock.destroyed) return Buffer.alloc(0)
    yield* happening(loop, sock, ['readable', 'end', 'close'], () => void sock.read(0))
  }
}

/** As `sockRecv`, into memory of yours; gives how many bytes it wrote. */
export function* sockRecvInto(loop: EventLoop, sock: Duplex, buffer: Uint8Array): Coroutine<number> {
  const data = yield* sockRecv(loop, sock, buffer.length)
  buffer.set(data)
  return data.length
}

/** Sends all of it. */
export function* sockSendall(loop: EventLoop, sock: Duplex, data: Uint8Array | string): Coroutine<void> {
  const sent = createWaiter<void>(loop, AwaitCode.socket, undefined)
  const quiet = (): void => {}
  sock.on('error', quiet) // the callback tells of it
  sock.write(data, (error) => {
    sock.off('error', quiet)
    if (error && !sent.done()) sent.setException(error)
    else setResultUnlessDone(sent, undefined)
  })
  yield* sent
}

/** What events brought and nobody has asked for yet. A kernel would keep it; Node hands it to whoever listens at that moment. */
class Inbox<Source extends EventEmitter, Item> {
  private readonly kept = new WeakMap<Source, Item[]>()

  constructor(
    private readonly event: string,
    private readonly itemOf: (args: unknown[]) => Item,
  ) {}

  /** Keeps what comes from now on. */
  open(source: Source): Item[] {
    const opened = this.kept.get(source)
    if (opened !== undefined) return opened
    const items: Item[] = []
    this.kept.set(source, items)
    source.on(this.event, (...args: unknown[]) => void items.push(this.itemOf(args)))
    return items
  }

  *next(loop: EventLoop, source: Source, items: Item[]): Coroutine<Item> {
    while (items.length === 0) yield* happening(loop, source, [this.event])
    return items.shift()!
  }
}

const accepted = new Inbox<NodeServer, Socket>('connection', ([socket]) => (socket as Socket).pause())
const received = new Inbox<DatagramSocket, [Buffer, RemoteInfo]>(
  'message',
  (message) => message as [Buffer, RemoteInfo],
)

/** The next connection of a server that listens, and where it comes from. From the first call on, connections are kept for these calls. */
export function sockAccept(loop: EventLoop, server: NodeServer): Coroutine<[Socket, Address]> {
  return accept(loop, server, accepted.open(server))
}

function* accept(loop: EventLoop, server: NodeServer, waiting: Socket[]): Coroutine<[Socket, Address]> {
  const socket = yield* accepted.next(loop, server, waiting)
  return [socket, [socket.remoteAddress ?? '', socket.remotePort ?? 0]]
}

/** The next datagram, cut to `n` bytes, and its sender. From the first call on, datagrams are kept for these calls. */
export function sockRecvfrom(loop: EventLoop, sock: DatagramSocket, n: number): Coroutine<[Buffer, Address]> {
  return receive(loop, sock, n, received.open(sock))
}

function* receive(
  loop: EventLoop,
  sock: DatagramSocket,
  n: number,
  waiting: [Buffer, RemoteInfo][],
): Coroutine<[Buffer, Address]> {
  const [data, { address, port }] = yield* received.next(loop, sock, waiting)
  return [data.subarray(0, n), [address, port]]
}

/** As `sockRecvfrom`, into memory of yours, `n` bytes at most (0 = as many as fit); gives how many bytes it wrote, and the sender. */
export function sockRecvfromInto(
  loop: EventLoop,
  sock: DatagramSocket,
  buffer: Uint8Array,
  n: number,
): Coroutine<[number, Address]> {
  if (n > buffer.length) throw new ValueError('nbytes is greater than the length of the buffer')
  return receiveInto(sockRecvfrom(loop, sock, n || buffer.length), buffer)
}

function* receiveInto(receiving: Coroutine<[Buffer, Address]>, buffer: Uint8Array): Coroutine<[number, Address]> {
  const [data, address] = yield* receiving
  buffer.set(data)
  return [data.length, address]
}

/** Sends one datagram; gives how many bytes it holds. */
export function* sockSendto(
  loop: EventLoop,
  sock: DatagramSocket,
  data: Uint8Array | string,
  address: Address,
): Coroutine<number> {
  const sent = createWaiter<number>(loop, AwaitCode.socket, undefined)
  sock.send(data, address[1], address[0], (error, bytes) => {
    if (error && !sent.done()) sent.setException(error)
    else setResultUnlessDone(sent, bytes)
  })
  return yield* sent
}

/** Waits for the first of these events; throws what the emitter fails with. */
function* happening(
  loop: EventLoop,
  source: EventEmitter,
  events: readonly string[],
  begin?: () => void,
): Coroutine<void> {
  const waiter = createWaiter<void>(loop, AwaitCode.socket, undefined)
  const happened = (): void => setResultUnlessDone(waiter, undefined)
  const failed = (error: Error): void => {
    if (!waiter.done()) waiter.setException(error)
  }
  for (const event of events) source.on(event, happened)
  source.on('error', failed)
  try {
    begin?.()
    yield* waiter
  } finally {
    for (const event of events) source.off(event, happened)
    source.off('error', failed)
  }
}
