// asyncio/streams.py: open_connection, start_server and their Unix variants; asyncio/base_events.py: Server.
import {
  connect,
  createServer,
  type AddressInfo,
  type NetConnectOpts,
  type Server as NodeServer,
  type Socket,
} from 'node:net'
import { AwaitCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import { copyContext } from '../contextvars.ts'
import { isCoroutine, type Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import { createWaiter, setResultUnlessDone, State, type Future } from '../futures.ts'
import { StreamReader } from './reader.ts'
import { StreamWriter } from './writer.ts'

export interface ConnectionOptions {
  /** The reader's limit, bytes. */
  readonly limit?: number | undefined
}
export interface ServerOptions extends ConnectionOptions {
  readonly backlog?: number | undefined
}
/** Serves one connection; a coroutine runs as a task of its own. */
export type ConnectionHandler = (reader: StreamReader, writer: StreamWriter) => Coroutine<unknown> | void

/** Connects to a host and port. Cancelling it gives the attempt up. */
export function openConnection(
  host: string,
  port: number,
  options?: ConnectionOptions,
): Coroutine<[StreamReader, StreamWriter]> {
  return open({ host, port, allowHalfOpen: true }, options)
}

/** Connects to a Unix socket. */
export function openUnixConnection(path: string, options?: ConnectionOptions): Coroutine<[StreamReader, StreamWriter]> {
  return open({ path, allowHalfOpen: true }, options)
}

function* open(target: NetConnectOpts, options: ConnectionOptions = {}): Coroutine<[StreamReader, StreamWriter]> {
  const loop = getRunningLoop()
  const connected = createWaiter<void>(loop, AwaitCode.connect, undefined)
  const socket = connect(target)
  socket.once('connect', () => setResultUnlessDone(connected, undefined))
  socket.once('error', (error) => {
    if (!connected.done()) connected.setException(error)
  })
  try {
    yield* connected
  } catch (error) {
    socket.destroy()
    throw error
  }
  return streams(socket, loop, options.limit)
}

function streams(socket: Socket, loop: EventLoop, limit: number | undefined): [StreamReader, StreamWriter] {
  const reader = new StreamReader({ limit, loop })._follow(socket)
  return [reader, new StreamWriter(socket, reader, loop)]
}

/** Listens on a port (0 = any) of an address (undefined = all) and serves each connection with `handler`. */
export function startServer(
  handler: ConnectionHandler,
  host: string | undefined,
  port: number,
  options?: ServerOptions,
): Coroutine<Server> {
  return listen(handler, { host, port, backlog: options?.backlog ?? 100 }, options)
}

/** Listens on a Unix socket; its file is removed when the server is closed. */
export function startUnixServer(handler: ConnectionHandler, path: string, options?: ServerOptions): Coroutine<Server> {
  return listen(handler, { path, backlog: options?.backlog ?? 100 }, options)
}

function* listen(
  handler: ConnectionHandler,
  target: { host?: string | undefined; port?: number; path?: string; backlog: number },
  options: ServerOptions = {},
): Coroutine<Server> {
  const loop = getRunningLoop()
  // As in CPython, connections are served in the context in which the server was started.
  const context = copyContext()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const [reader, writer] = streams(socket, loop, options.limit)
    loop.callSoon(() => serve(loop, handler, reader, writer), { context: context.copy() })
  })
  const listening = createWaiter<void>(loop, AwaitCode.server, undefined)
  server.once('listening', () => setResultUnlessDone(listening, undefined))
  server.once('error', (error) => {
    if (!listening.done()) listening.setException(error)
  })
  server.listen(target.path === undefined ? target : { path: target.path, backlog: target.backlog })
  try {
    yield* listening
  } catch (error) {
    server.close()
    throw error
  }
  return new Server(server, loop)
}

function serve(loop: EventLoop, handler: ConnectionHandler, reader: StreamReader, writer: StreamWriter): void {
  const serving = handler(reader, writer)
  if (!isCoroutine(serving)) return
  loop.createTask(serving).addDoneCallback((task) => {
    if (task.cancelled()) writer.close()
    else if (task._state === State.FAILED) {
      loop.callExceptionHandler({
        message: 'Unhandled exception in client_connected_cb',
        exception: task.exception(),
        task,
      })
      writer.close()
    }
  })
}

/** A socket that listens. */
export class Server implements AsyncDisposable {
  private readonly closed: Future<void>

  /** @internal */
  constructor(
    private readonly server: NodeServer,
    private readonly loop: EventLoop,
  ) {
    this.closed = createWaiter<void>(loop, AwaitCode.server, undefined)
    server.on('close', () => setResultUnlessDone(this.closed, undefined))
  }

  isServing(): boolean {
    return this.server.listening
  }

  /** Where it listens: an address and port, or a path. */
  address(): AddressInfo | string | null {
    return this.server.address()
  }

  /** Stops listening. Connections that are open stay so. */
  close(): void {
    if (this.server.listening) this.server.close()
  }

  /** Waits until it is closed and its last connection has ended. */
  *waitClosed(): Coroutine<void> {
    const waiter = createWaiter<void>(this.loop, AwaitCode.server, undefined)
    const release = (): void => setResultUnlessDone(waiter, undefined)
    this.closed.addDoneCallback(release)
    try {
      yield* waiter
    } finally {
      this.closed.removeDoneCallback(release)
    }
  }

  /** Serves until it is cancelled, then closes. */
  *serveForever(): Coroutine<void> {
    try {
      yield* createWaiter<void>(this.loop, AwaitCode.server, undefined)
    } finally {
      this.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await this.closed
  }
}
