// asyncio/streams.py
export {
  openConnection,
  openUnixConnection,
  startServer,
  startUnixServer,
  type ConnectionOptions,
  type ServerOptions,
} from './streams/connections.ts'
export { StreamReaderProtocol, type ConnectionHandler } from './streams/protocol.ts'
export { StreamReader, type StreamReaderOptions } from './streams/reader.ts'
export { StreamWriter } from './streams/writer.ts'
