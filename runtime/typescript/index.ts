// The public face of @loopscope/asyncio: asyncio's names in camelCase, module by module. The core, and what Node is for.
import { carryContexts } from './asyncContext.ts'
import { listenToInterrupts } from './interrupts.ts'
import { recordIfAsked } from './record.ts'
import { addTaskStacks } from './taskStacks.ts'
import { useSourceMaps } from './trace/sourceMaps.ts'
import { addIo } from './transports/loopIo.ts'

export * from './core.ts'
export {
  ConnectionAbortedError,
  ConnectionResetError,
  IncompleteReadError,
  LimitOverrunError,
  NotImplementedError,
  ProcessLookupError,
  SendfileNotAvailableError,
} from './exceptions.ts'
export {
  attachThreadLoop,
  BrokenExecutor,
  Executor,
  ExecutorFuture,
  ProcessPoolExecutor,
  runInExecutor,
  threadLoop,
  threadLoopPort,
  ThreadPoolExecutor,
  toThread,
  workerModule,
  wrapFuture,
  type ExecutorOptions,
  type ExecutorShutdownOptions,
  type JobFunction,
  type ThreadCalls,
  type ThreadFuture,
  type ThreadLoop,
  type ThreadPoolOptions,
} from './threads.ts'
export { record, type Recording, type RecordOptions } from './record.ts'
export {
  openConnection,
  openUnixConnection,
  startServer,
  startUnixServer,
  StreamReader,
  StreamReaderProtocol,
  StreamWriter,
  type ConnectionHandler,
  type ConnectionOptions,
  type ServerOptions,
  type StreamReaderOptions,
} from './streams.ts'
export { createSubprocessExec, createSubprocessShell, Process, type SubprocessOptions } from './subprocess.ts'
export {
  BaseProtocol,
  BufferedProtocol,
  DatagramProtocol,
  Protocol,
  SubprocessProtocol,
  type Address,
} from './protocols.ts'
export type {
  BaseTransport,
  DatagramTransport,
  ReadTransport,
  SubprocessTransport,
  Transport,
  WriteBufferLimits,
  WriteTransport,
} from './transports.ts'
export type {
  AcceptedOptions,
  ConnectOptions,
  ListeningOptions,
  StartTlsOptions,
  UnixListeningOptions,
} from './transports/connections.ts'
export type { DatagramOptions } from './transports/datagrams.ts'
export type { SendfileOptions } from './transports/sendfile.ts'
export { Server } from './transports/server.ts'
export type { StackFrame } from './stacks.ts'
export type { StackOptions } from './taskStacks.ts'
export { DEVNULL, PIPE, STDOUT, type SpawnOptions, type StandardStream } from './transports/subprocesses.ts'
export type { HandshakeOptions, TlsOptions } from './transports/tls.ts'

addIo()
addTaskStacks()
carryContexts()
listenToInterrupts()
useSourceMaps()
recordIfAsked()
