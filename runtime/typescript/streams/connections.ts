// asyncio/streams.py: open_connection, start_server and their Unix variants.
import type { Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import {
  createConnection,
  createServer,
  createUnixConnection,
  createUnixServer,
  type ConnectOptions,
  type ListeningOptions,
  type UnixListeningOptions,
} from '../transports/connections.ts'
import type { Server } from '../transports/server.ts'
import type { Transport } from '../transports.ts'
import { StreamReaderProtocol, type ConnectionHandler } from './protocol.ts'
import { StreamReader } from './reader.ts'
import { StreamWriter } from './writer.ts'

export interface ConnectionOptions extends ConnectOptions {
  /** The reader's limit, bytes. */
  readonly limit?: number | undefined
}
export interface ServerOptions extends ListeningOptions {
  /** The readers' limit, bytes. */
  readonly limit?: number | undefined
}

/** Connects to a host and port. Cancelling it gives the attempt up. */
export function* openConnection(
  host: string | undefined,
  port: number | undefined,
  options: ConnectionOptions = {},
): Coroutine<[StreamReader, StreamWriter]> {
  const [reader, protocol] = endpoint(options)
  const [transport] = yield* createConnection(getRunningLoop(), () => protocol, host, port, options)
  return streams(transport, protocol, reader)
}

/** Connects to a Unix socket. */
export function* openUnixConnection(
  path: string | undefined,
  options: ConnectionOptions = {},
): Coroutine<[StreamReader, StreamWriter]> {
  const [reader, protocol] = endpoint(options)
  const [transport] = yield* createUnixConnection(getRunningLoop(), () => protocol, path, options)
  return streams(transport, protocol, reader)
}

/** Listens on a port (0 = any) of an address (undefined = all) and serves each connection with `handler`. */
export function startServer(
  handler: ConnectionHandler,
  host: string | readonly string[] | undefined,
  port: number | undefined,
  options: ServerOptions = {},
): Coroutine<Server> {
  return createServer(getRunningLoop(), () => endpoint(options, handler)[1], host, port, options)
}

/** Listens on a Unix socket; its file is removed when the server is closed. */
export function startUnixServer(
  handler: ConnectionHandler,
  path: string | undefined,
  options: ServerOptions & UnixListeningOptions = {},
): Coroutine<Server> {
  return createUnixServer(getRunningLoop(), () => endpoint(options, handler)[1], path, options)
}

function endpoint(
  { limit }: { readonly limit?: number | undefined },
  handler?: ConnectionHandler,
): [StreamReader, StreamReaderProtocol] {
  const loop = getRunningLoop()
  const reader = new StreamReader({ limit, loop })
  return [reader, new StreamReaderProtocol(reader, handler, loop)]
}

function streams(
  transport: Transport,
  protocol: StreamReaderProtocol,
  reader: StreamReader,
): [StreamReader, StreamWriter] {
  return [reader, new StreamWriter(transport, protocol, reader)]
}
