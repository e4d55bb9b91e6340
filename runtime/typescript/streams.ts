// asyncio/streams.py
export {
  openConnection,
  openUnixConnection,
  Server,
  startServer,
  startUnixServer,
  type ConnectionHandler,
  type ConnectionOptions,
  type ServerOptions,
} from './streams/connections.ts'
export { StreamReader, type StreamReaderOptions } from './streams/reader.ts'
export { StreamWriter } from './streams/writer.ts'
