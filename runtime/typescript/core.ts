// The public face of @loopscope/asyncio/core: asyncio without anything outside of the program. It imports nothing of Node's.
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
export { getEventLoop, getRunningLoop, Handle, TimerHandle } from './events.ts'
export {
  BaseExceptionGroup,
  BrokenBarrierError,
  CancelledError,
  ExceptionGroup,
  exceptionGroup,
  InvalidStateError,
  KeyboardInterrupt,
  LookupError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
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
  type TaskConstructorOptions,
  type TaskFactory,
  type TaskOptions,
} from './tasks.ts'
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
export { run, Runner, type RunnerOptions } from './runners.ts'
export { asPromise, fromPromise } from './promises.ts'
