// The public face of @loopscope/asyncio: asyncio's names in camelCase, module by module.
export { EventLoop, newEventLoop, type ExceptionContext, type ExceptionHandler } from './baseEvents.ts'
export { Context, ContextVar, copyContext, currentContext, type Token } from './contextvars.ts'
export {
  isCoroutine,
  isCoroutineFunction,
  type Awaitable,
  type Awaited,
  type Coroutine,
  type Seconds,
  type Suspension,
} from './coroutines.ts'
export { getEventLoop, getRunningLoop, type Handle, type TimerHandle } from './events.ts'
export {
  BaseExceptionGroup,
  BrokenBarrierError,
  CancelledError,
  ConnectionAbortedError,
  ConnectionResetError,
  ExceptionGroup,
  exceptionGroup,
  InvalidStateError,
  IncompleteReadError,
  KeyboardInterrupt,
  LimitOverrunError,
  NotImplementedError,
  LookupError,
  ProcessLookupError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  SendfileNotAvailableError,
  SystemExit,
  TimeoutError,
  ValueError,
} from './exceptions.ts'
export { Future, isFuture, type CallbackOptions, type DoneCallback, type FutureOptions } from './futures.ts'
export {
  allTasks,
  createEagerTaskFactory,
  createTask,
  currentTask,
  eagerTaskFactory,
  ensureFuture,
  Task,
  type StackOptions,
  type TaskConstructorOptions,
  type TaskFactory,
  type TaskOptions,
} from './tasks.ts'
export type { StackFrame } from './stacks.ts'
export { sleep } from './sleep.ts'
export { gather, shield, type GatherOptions } from './gather.ts'
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  wait,
  waitFor,
  type ReturnWhen,
  type WaitOptions,
} from './wait.ts'
export { asCompleted, END, type AsCompleted, type AsCompletedOptions } from './asCompleted.ts'
export { timeout, timeoutAt, Timeout } from './timeouts.ts'
export { taskGroup, TaskGroup } from './taskgroups.ts'
export { Barrier, BoundedSemaphore, Condition, Event, Lock, Semaphore } from './locks.ts'
export { LifoQueue, PriorityQueue, Queue, type ShutdownOptions } from './queues.ts'
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
export { run, Runner, type RunnerOptions } from './runners.ts'
export { asPromise, fromPromise } from './promises.ts'
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
export type { AcceptedOptions, ConnectOptions, ListeningOptions, StartTlsOptions } from './transports/connections.ts'
export type { DatagramOptions } from './transports/datagrams.ts'
export type { SendfileOptions } from './transports/sendfile.ts'
export { Server } from './transports/server.ts'
export { DEVNULL, PIPE, STDOUT, type SpawnOptions, type StandardStream } from './transports/subprocesses.ts'
export type { HandshakeOptions, TlsOptions } from './transports/tls.ts'
