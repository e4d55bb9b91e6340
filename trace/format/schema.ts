// Generated from trace/format/schema.json by scripts/generate.mjs. Do not edit.

export const FORMAT_MAJOR = 1
export const FORMAT_MINOR = 0

export const Block = {
  /** records that give ids a meaning: strings, locations, stacks, awaits, tasks, loops, threads, objects */
  DEFINITIONS: 1,
  /** fixed-width event records of one stream, in the order they happened */
  EVENTS: 2,
  /** the recorder ended in good order; payload: a JSON object `{"reason": "exit" | "stopped"}` padded with spaces, and no records; `baseNs` is the moment */
  END: 3,
} as const

export const Definition = {
  /** UTF-8 text without a terminator, padded with zero bytes; `size` gives its exact length */
  STRING: 1,
  /** a line of code: file and qualified function name are string ids, line counts from 1 (0 = not known). The file is a path as the interpreter gave it */
  LOCATION: 2,
  /** one frame of a stack and, through `parent` (0 = none, else a smaller id), the frames outside it. A stack is named by the id of its innermost frame */
  STACK: 3,
  /** one way of being suspended: await kind, label (string id, 0 = none), coroutine stack (0 = not known), and what an event's target number means */
  AWAIT: 4,
  /** a task: loop id (0 = not known), location of the coroutine's `def` (its function name names the coroutine), name at creation (string id) */
  TASK: 5,
  /** an event loop: class name (string id) and the stream whose thread runs it (0 = not known yet) */
  LOOP: 6,
  /** a thread that records: its name (string id) and native thread id */
  STREAM: 7,
  /** something tasks wait for that is not a task: object kind, label (string id, 0 = none), stack that created it (0 = not known) */
  OBJECT: 8,
} as const

export const Event = {
  /** the loop began to run in this stream's thread */
  LOOP_START: 1,
  /** the loop ceased to run; the string is the `Type: message` of an exception that ended it, as KeyboardInterrupt does, 0 = none */
  LOOP_STOP: 2,
  /** the loop was closed */
  LOOP_CLOSE: 3,
  /** the loop began to wait for descriptors and timers (0xFFFFFFFF = no timeout) */
  POLL_BEGIN: 4,
  /** it stopped waiting */
  POLL_END: 5,
  /** a step of the task began */
  STEP_BEGIN: 10,
  /** the step ended; the task is suspended. The await's target kind says what `b` counts */
  STEP_SUSPEND: 11,
  /** the step ended and the task is already scheduled again, as by `sleep(0)` */
  STEP_YIELD: 12,
  /** the step ended and the task is done */
  STEP_RETURN: 13,
  /** the step ended and the task failed; the string is `Type: message` */
  STEP_RAISE: 14,
  /** the step ended and the task is cancelled; the string is the message, 0 = none */
  STEP_CANCEL: 15,
  /** a callback that is not a task's step began to run; it ends at the next event of the loop's kind in its stream (0xFFFFFFFF = longer, or not known) */
  CALLBACK_BEGIN: 16,
  /** as CALLBACK_BEGIN, for a timer: `b` is how long after its due time it ran */
  TIMER_BEGIN: 17,
  /** the callback that runs ended, and nothing follows at once */
  RUN_END: 18,
  /** the task was created and scheduled */
  TASK_CREATE: 20,
  /** the task's name is now this */
  TASK_NAME: 21,
  /** what the task waited for happened and its next step is scheduled; with no waker task, the callback that runs in this stream, or else this stream's thread, woke it */
  TASK_READY: 22,
  /** `cancel()` was called on the task */
  CANCEL_REQUEST: 23,
  /** the message of the task's latest cancel request */
  CANCEL_MESSAGE: 24,
  /** `uncancel()` was called on the task */
  UNCANCEL: 25,
  /** the task was garbage-collected while it was pending */
  TASK_DESTROYED: 26,
  /** the task (0 = a future that is no task) was garbage-collected, or the program ended, and nobody had looked at its exception, `Type: message` */
  UNRETRIEVED: 27,
  /** a coroutine object was dropped and never awaited. Python knows what created it only in debug mode: else the stack is the one that dropped it, mostly the same line. Where the loop itself made it, by calling a coroutine function that was given to `call_soon` or `call_later`, the stack is that of this call */
  NEVER_AWAITED: 28,
  /** asyncio called the loop's exception handler: a message, or the `Type: message` of a callback's exception; the task that it is about, 0 = none. What a program tells the handler itself is not written */
  LOOP_ERROR: 29,
  /** nothing happened up to here and the process was alive */
  ALIVE: 30,
  /** that many events were not recorded (0 = not known how many, or none yet), and why */
  DROPPED: 31,
  /** what the loop's thread did inside a step or callback that lasts long: its whole stack, and the CPU time it used since the step began (0xFFFFFFFF = not known) */
  SAMPLE: 32,
  /** `call_soon_threadsafe` was called in this stream's thread */
  THREADSAFE_CALL: 33,
  /** a thread that does not run the loop scheduled something there without `call_soon_threadsafe`: a sleeping loop does not notice */
  FOREIGN_CALL: 34,
  /** a CancelledError was thrown into the task and did not end it cancelled: the innermost frame of the program itself that awaited inside a `try` whose handler can have caught it */
  CANCEL_CAUGHT: 35,
  /** a callback scheduled itself again by `call_soon` while it ran, and the loop has not come to wait for that many iterations: written once for each callback */
  CALLBACK_REPEATS: 36,
  /** the program itself called `call_later` or `call_at`. Timers count from 1 */
  TIMER_SET: 37,
  /** the timer was cancelled before it was due */
  TIMER_CANCEL: 38,
  /** the TIMER_BEGIN that follows in this stream is this timer's */
  TIMER_RUN: 39,
  /** the task (0 = not known) now holds the lock, or one more slot of the semaphore */
  ACQUIRE: 40,
  /** the task (0 = not known) gave the lock or one slot back */
  RELEASE: 41,
  /** items in a queue, bytes in a transport's write buffer, free slots of a semaphore, tasks waiting at a barrier, 1 or 0 of an event */
  LEVEL: 42,
  /** the level's limit: a queue's `maxsize` (0 = none), a semaphore's slots, a barrier's parties, an executor's threads */
  CAPACITY: 43,
  /** a task group, gather or timeout began; or, for an object of the kind `wait`, a task suspends in `asyncio.wait` for these tasks until it goes on, for which there is no SCOPE_CLOSE */
  SCOPE_OPEN: 44,
  /** the task belongs to the scope */
  SCOPE_CHILD: 45,
  /** the scope ended */
  SCOPE_CLOSE: 46,
  /** a job was given to an executor */
  JOB_SUBMIT: 47,
  /** the job began to run, in this stream's thread */
  JOB_BEGIN: 48,
  /** the job ended */
  JOB_END: 49,
  /** what the object is in words: the ends of a connection (`ours → theirs`, `ours ← theirs` where it was accepted), the command of a process, the name that is looked up */
  DETAIL: 50,
  /** a connection, an endpoint, a pipe or a server is open; `b` is the server that accepted the connection, 0 = none */
  OPENED: 51,
  /** it is closed; the string is `Type: message` of the error that closed it, 0 = none */
  CLOSED: 52,
  /** that many bytes more were read, since the last such event */
  RECEIVED: 53,
  /** that many bytes more were given to `write` (or `sendto`), since the last such event */
  SENT: 54,
  /** the protocol was told to pause writing, the buffer being full, or to go on */
  WRITING: 55,
  /** a subprocess was started */
  SPAWNED: 56,
  /** the loop learned that the subprocess ended; a negative status, as `returncode` has it, counts down from 2^32 */
  EXITED: 57,
  /** a signal was sent to the subprocess */
  KILLED: 58,
  /** a signal reached the loop, whose handler runs next */
  SIGNAL: 59,
  /** an asynchronous generator was dropped before its end: the loop closes it */
  FINALIZED: 60,
  /** the program itself changed what the loop watches */
  WATCH: 61,
  /** a label that a person or a tool put at this time */
  MARK: 62,
  /** so long did the stream's thread stand ready and get no processor, the machine being busy, in waits that ended since then (aux 0xFFFFFF = longer ago). 0 µs: it is measured from here on. Where nothing more is written it waited for less than a millisecond at a time */
  PROCESSOR_WAIT: 63,
} as const

export const TaskFlag = {
  /** its first step ran inside the call that created it */
  EAGER: 1,
} as const

/** Names by code. */
export const awaitKindNames = [
  'unknown',
  'future',
  'task',
  'sleep',
  'gather',
  'wait',
  'wait_for',
  'shield',
  'lock',
  'semaphore',
  'event',
  'condition',
  'barrier',
  'queue_get',
  'queue_put',
  'queue_join',
  'task_group',
  'as_completed',
  'read',
  'drain',
  'connect',
  'socket',
  'resolve',
  'executor',
  'subprocess',
  'server',
] as const
export type AwaitKindName = (typeof awaitKindNames)[number]
/** An enum, and no object, so that a bundler writes the number where it is used. */
export enum AwaitCode {
  unknown = 0,
  future = 1,
  task = 2,
  sleep = 3,
  gather = 4,
  wait = 5,
  wait_for = 6,
  shield = 7,
  lock = 8,
  semaphore = 9,
  event = 10,
  condition = 11,
  barrier = 12,
  queue_get = 13,
  queue_put = 14,
  queue_join = 15,
  task_group = 16,
  as_completed = 17,
  read = 18,
  drain = 19,
  connect = 20,
  socket = 21,
  resolve = 22,
  executor = 23,
  subprocess = 24,
  server = 25,
}

/** Names by code. */
export const targetKindNames = ['none', 'task', 'object', 'delay', 'count', 'descriptor'] as const
export type TargetKindName = (typeof targetKindNames)[number]
/** An enum, and no object, so that a bundler writes the number where it is used. */
export enum TargetCode {
  none = 0,
  task = 1,
  object = 2,
  delay = 3,
  count = 4,
  descriptor = 5,
}

/** Names by code. */
export const objectKindNames = [
  'unknown',
  'future',
  'lock',
  'semaphore',
  'event',
  'condition',
  'barrier',
  'queue',
  'task_group',
  'stream',
  'transport',
  'process',
  'timeout',
  'gather',
  'job',
  'executor',
  'server',
  'socket',
  'wait',
] as const
export type ObjectKindName = (typeof objectKindNames)[number]
/** An enum, and no object, so that a bundler writes the number where it is used. */
export enum ObjectCode {
  unknown = 0,
  future = 1,
  lock = 2,
  semaphore = 3,
  event = 4,
  condition = 5,
  barrier = 6,
  queue = 7,
  task_group = 8,
  stream = 9,
  transport = 10,
  process = 11,
  timeout = 12,
  gather = 13,
  job = 14,
  executor = 15,
  server = 16,
  socket = 17,
  wait = 18,
}
