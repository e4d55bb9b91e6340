// asyncio/base_events.py: sendfile and sock_sendfile. Node has no system call for it: the file is read and written, a piece at a time.
import type { FileHandle } from 'node:fs/promises'
import type { Duplex } from 'node:stream'
import type { EventLoop } from '../baseEvents.ts'
import type { Coroutine } from '../coroutines.ts'
import { RuntimeError, SendfileNotAvailableError, ValueError } from '../exceptions.ts'
import { fromPromise } from '../promises.ts'
import { StreamProtocol } from '../streams/protocol.ts'
import type { Transport } from '../transports.ts'
import { sockSendall } from './sockets.ts'

export interface SendfileOptions {
  /** First byte to send. Default 0. */
  readonly offset?: number | undefined
  /** How many bytes; default: up to the end of the file. */
  readonly count?: number | undefined
  /** False refuses to copy the file, which is all that Node can do. Default true. */
  readonly fallback?: boolean | undefined
}

const PIECE = 256 * 1024

/** Sends a file over a transport, with its back-pressure, and gives how many bytes it sent. Its protocol hears nothing meanwhile. */
export function* sendfile(
  loop: EventLoop,
  transport: Transport,
  file: FileHandle,
  options: SendfileOptions = {},
): Coroutine<number> {
  if (transport.isClosing()) throw new RuntimeError('Transport is closing')
  const protocol = transport.getProtocol()
  const isReading = transport.isReading()
  const sending = new StreamProtocol(loop)
  transport.pauseReading()
  transport.setProtocol(sending)
  try {
    return yield* copy(file, options, function* (piece) {
      transport.write(piece)
      yield* sending._drained()
    })
  } finally {
    transport.setProtocol(protocol)
    if (sending.isLost) protocol.connectionLost(undefined)
    else if (isReading) transport.resumeReading()
  }
}

/** Sends a file over a socket of Node's. */
export function sockSendfile(
  loop: EventLoop,
  sock: Duplex,
  file: FileHandle,
  options: SendfileOptions = {},
): Coroutine<number> {
  return copy(file, options, (piece) => sockSendall(loop, sock, piece))
}

function* copy(
  file: FileHandle,
  { offset = 0, count = Infinity, fallback = true }: SendfileOptions,
  send: (piece: Buffer) => Coroutine<void>,
): Coroutine<number> {
  if (offset < 0) throw new ValueError(`offset must be a non-negative integer (got ${offset})`)
  if (count <= 0) throw new ValueError(`count must be a positive integer (got ${count})`)
  if (!fallback) throw new SendfileNotAvailableError('Node has no sendfile: pass fallback: true to copy the file')
  let sent = 0
  while (sent < count) {
    const room = Buffer.alloc(Math.min(PIECE, count - sent))
    const { bytesRead } = yield* fromPromise(file.read(room, 0, room.length, offset + sent))
    if (bytesRead === 0) break
    yield* send(room.subarray(0, bytesRead))
    sent += bytesRead
  }
  return sent
}
