import type { Event } from '../format/schema.ts'

/** The one home of the findings' kinds, severities, titles and thresholds. `docs/findings.md` has a section for each. */

export const severities = ['error', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

export interface KindInfo {
  readonly title: string
  /** What is wrong, in a sentence. */
  readonly meaning: string
  /** What to do, in a sentence. */
  readonly advice: string
  /** What has to be recorded for the check to know, as the end of “it rests on …”. */
  readonly evidence: string
  /** Events of a recording in which there may be none; a recorder that never writes one of them leaves the question open. */
  readonly needs: readonly (keyof typeof Event)[]
  /** Whether one moment, without what came before, is enough to say that it does not hold. */
  readonly atAMoment?: true
}

/** In the order of a likeliest root cause: what stands higher explains what stands lower. */
export const findingKinds = {
  deadlock: {
    title: 'Deadlock',
    meaning: 'Tasks wait for each other in a cycle, so none of them can ever go on.',
    advice: 'Take locks in one order everywhere, and do not wait for a task or a queue while holding what it needs.',
    evidence: 'who waits for whom when the recording ends, and who holds the locks and semaphores',
    needs: ['STEP_SUSPEND'],
    atAMoment: true,
  },
  'unretrieved-exception': {
    title: 'Exception that nobody looked at',
    meaning: 'A task, future or callback failed, and no code saw its exception.',
    advice: 'Await the task, collect it in a TaskGroup, or look at its exception in a done callback.',
    evidence: 'Python’s reports about exceptions, and what the loop’s exception handler was told',
    needs: ['UNRETRIEVED', 'LOOP_ERROR'],
  },
  'destroyed-pending': {
    title: 'Task destroyed while pending',
    meaning: 'A task was garbage-collected before it ended, because nothing held a reference to it.',
    advice: 'Keep a reference to the task until it is done, for example in a set, or start it in a TaskGroup.',
    evidence: 'Python’s report about each task that it destroys while it is pending',
    needs: ['TASK_DESTROYED'],
  },
  'never-awaited': {
    title: 'Coroutine never awaited',
    meaning: 'A coroutine function was called and its coroutine object dropped: its body never ran.',
    advice: 'Await the call, or make a task of it.',
    evidence: 'Python’s report about each coroutine object that is dropped without having run',
    needs: ['NEVER_AWAITED'],
  },
  'swallowed-cancellation': {
    title: 'Cancellation swallowed',
    meaning: 'A task was cancelled and went on as if nothing had happened.',
    advice: 'Let CancelledError pass: clean up in `finally`, and end an `except` that catches it with `raise`.',
    evidence: 'cancel requests, when each was delivered, and what the task did from then to its end',
    needs: ['CANCEL_REQUEST'],
  },
  'hung-task': {
    title: 'Task hangs',
    meaning: 'A task waits for something that nothing left in the program brings about.',
    advice: 'Follow the chain to what it finally waits for, and see who should have done that.',
    evidence: 'what each task waits for when the recording ends, and what its loop does',
    needs: ['STEP_SUSPEND'],
    atAMoment: true,
  },
  'sync-in-async': {
    title: 'Blocking call on the event loop',
    meaning: 'A call that waits was made on the loop’s thread, so every other task waited too.',
    advice: 'Use the asynchronous counterpart, or run the call with `asyncio.to_thread`.',
    evidence: 'how long steps and callbacks took, and samples of the loop’s thread inside long ones',
    needs: ['STEP_BEGIN'],
  },
  'blocked-loop': {
    title: 'Event loop blocked',
    meaning: 'One step or callback held the loop for so long that everything else had to wait.',
    advice: 'Do long computations in a thread or process, or cut them into steps.',
    evidence: 'how long steps and callbacks took',
    needs: ['STEP_BEGIN'],
  },
  'busy-loop': {
    title: 'Busy loop',
    meaning: 'A task or callback wakes itself over and over with nothing to do.',
    advice: 'Wait for the event itself, or sleep between attempts and back off.',
    evidence: 'steps, callbacks, and what ended each step',
    needs: ['STEP_BEGIN', 'CALLBACK_BEGIN'],
  },
  'starved-task': {
    title: 'Task starved',
    meaning: 'A task was ready and had to wait long for its turn, because many short steps stood before it.',
    advice: 'Run fewer of them at once, or move the computation off the loop.',
    evidence: 'when tasks were woken, and what their loop ran until their turn came',
    needs: ['TASK_READY'],
  },
  'executor-starvation': {
    title: 'Executor exhausted',
    meaning: 'Jobs waited long for a free worker thread.',
    advice: 'Give long jobs an executor of their own, or more threads.',
    evidence: 'when jobs were submitted and when they began',
    needs: ['JOB_SUBMIT', 'JOB_BEGIN'],
  },
  'lock-contention': {
    title: 'Lock contention',
    meaning: 'Tasks waited long for a lock, semaphore or pool that others held.',
    advice: 'Hold it for less: do not await slow things while holding it.',
    evidence: 'waits for locks and semaphores, and who held them meanwhile',
    needs: ['STEP_SUSPEND'],
  },
  'cache-stampede': {
    title: 'Cache stampede',
    meaning: 'Many tasks did the same work at the same time, where one would have done.',
    advice: 'Let the first one do it and the others await its result: cache the future, not the value.',
    evidence: 'what tasks awaited, and runs of the same coroutine that did not',
    needs: ['STEP_SUSPEND'],
  },
  'leaked-task': {
    title: 'Leaked task',
    meaning: 'A task was started and forgotten: nobody awaited or cancelled it.',
    advice: 'Cancel and await it where its owner ends, or start it in a TaskGroup.',
    evidence: 'who created and awaited each task, up to the program’s end',
    needs: ['TASK_CREATE'],
  },
  'unbounded-queue': {
    title: 'Queue grows without bound',
    meaning: 'More is put in than taken out, and nothing slows the producer down.',
    advice: 'Give the queue a `maxsize`, or await `drain()` after writing.',
    evidence: 'how full queues and write buffers were, from change to change',
    needs: ['LEVEL'],
  },
  'unbounded-tasks': {
    title: 'Tasks pile up',
    meaning: 'Tasks are created faster than they end, and nothing slows their creator down.',
    advice: 'Acquire the limit before creating the task, or use a fixed set of workers.',
    evidence: 'where tasks were created, and when each ended',
    needs: ['TASK_CREATE'],
  },
  'slow-cancellation': {
    title: 'Slow to cancel',
    meaning: 'A cancelled task took long to end.',
    advice: 'Keep clean-up short, run its parts concurrently, and put a timeout on it.',
    evidence: 'cancel requests, when each was delivered, and when the task ended',
    needs: ['CANCEL_REQUEST'],
  },
  'interrupted-cleanup': {
    title: 'Clean-up interrupted',
    meaning: 'A task that cleaned up after a cancellation was cancelled again, and left its clean-up unfinished.',
    advice: 'Do what must happen without awaiting, or shield the clean-up.',
    evidence: 'cancel requests, when each was delivered, and how the task ended',
    needs: ['CANCEL_REQUEST'],
  },
  'serial-awaits': {
    title: 'Awaited one after another',
    meaning:
      'The same coroutine was awaited many times in turn; together they would have taken as long as the slowest.',
    advice: 'If no result feeds the next call, gather them, or use a TaskGroup.',
    evidence: 'what a task awaited, until it ended',
    needs: ['STEP_SUSPEND'],
  },
} as const satisfies Record<string, KindInfo>

export type FindingKind = keyof typeof findingKinds
export const findingKindNames = Object.keys(findingKinds) as FindingKind[]

export interface ThresholdInfo {
  readonly unit: 'ms' | 'count' | 'bytes' | 'times'
  readonly value: number
  readonly meaning: string
}

export const thresholdInfos = {
  'hung-after': { unit: 'ms', value: 1000, meaning: 'A wait that nothing can end counts as a hang after this long.' },
  'blocked-after': { unit: 'ms', value: 100, meaning: 'A step or callback longer than this blocks the loop.' },
  'starved-after': { unit: 'ms', value: 50, meaning: 'A task that is due and does not run for this long is starved.' },
  'slow-cancel-after': { unit: 'ms', value: 250, meaning: 'A cancelled task should end within this time.' },
  'leaked-after': { unit: 'ms', value: 50, meaning: 'A forgotten task that runs on for this long is leaked.' },
  'contention-after': {
    unit: 'ms',
    value: 100,
    meaning: 'Waiting this long for a lock, semaphore or pool is contention.',
  },
  'executor-wait': { unit: 'ms', value: 100, meaning: 'A job that waits this long for a thread starves.' },
  'serial-after': { unit: 'ms', value: 100, meaning: 'What running calls together must save to be worth a word.' },
  'serial-calls': { unit: 'count', value: 4, meaning: 'So many calls in turn count as serial.' },
  'stampede-tasks': { unit: 'count', value: 5, meaning: 'So many tasks doing the same at once are a stampede.' },
  'busy-wakeups': {
    unit: 'count',
    value: 200,
    meaning: 'So many wake-ups with nothing to do, in one go, are a busy loop.',
  },
  'queue-items': { unit: 'count', value: 100, meaning: 'A queue that grows beyond this many items is unbounded.' },
  'buffer-bytes': { unit: 'bytes', value: 1 << 20, meaning: 'A write buffer that grows beyond this is unbounded.' },
  'pile-tasks': { unit: 'count', value: 100, meaning: 'So many tasks of one creation site alive at once are a pile.' },
} as const satisfies Record<string, ThresholdInfo>

export type ThresholdName = keyof typeof thresholdInfos
/** In the unit of each; times in ms. */
export type Thresholds = Readonly<Record<ThresholdName, number>>

export const defaultThresholds = Object.fromEntries(
  Object.entries(thresholdInfos).map(([name, { value }]) => [name, value]),
) as unknown as Thresholds
