import type { AwaitKindName, ObjectKindName } from '../../trace/format/schema.ts'
import type { EventRecord } from '../../trace/format/writer.ts'
import type { Definitions } from './definitions.ts'

/** What a note turns into besides the events of its lane. */
export interface NoteContext {
  readonly definitions: Definitions
  readonly ids: ReadonlyMap<string, number>
  readonly columnNs: number
  /** Name and id of the lane. */
  readonly name: string
  readonly task: number
}

const OBJECT_KINDS: Partial<Record<AwaitKindName, ObjectKindName>> = {
  lock: 'lock',
  semaphore: 'semaphore',
  event: 'event',
  condition: 'condition',
  barrier: 'barrier',
  queue_get: 'queue',
  queue_put: 'queue',
  queue_join: 'queue',
  drain: 'transport',
}

/** One wait of a lane: `awaits KIND [NAME] [@STACK]`. */
export function parseAwait(note: string, context: NoteContext): { awaitId: number; target: number } | undefined {
  if (note === 'awaits unrecorded') return { awaitId: 0, target: 0 }
  const match = /^awaits (\w+)(?: (?!@)(\S+))?(?: @(\S+))?$/.exec(note)
  if (!match) return undefined
  const { definitions, ids, name, task } = context
  const kind = match[1] as AwaitKindName
  const stack = definitions.stack(match[3] ?? String(task * 10), name)
  if (kind === 'task') return { awaitId: definitions.await(kind, stack, 'task'), target: ids.get(match[2]) ?? 0 }
  if (match[2] === undefined) return { awaitId: definitions.await(kind, stack, 'none'), target: 0 }
  const object = definitions.object(OBJECT_KINDS[kind] ?? 'future', match[2])
  return { awaitId: definitions.await(kind, stack, 'object'), target: object }
}

type Rule = readonly [
  RegExp,
  (match: RegExpExecArray, context: NoteContext, atNs: (column: string) => number) => EventRecord[],
]

const stackOf = (context: NoteContext, text: string | undefined): number =>
  text === undefined ? 0 : context.definitions.stack(text, context.name)

const RULES: readonly Rule[] = [
  [
    /^holds (lock|semaphore) (\S+) from (\d+)(?: to (\d+))?(?: @(\S+))?$/,
    ([, kind, object, from, to, at], context, ns) => {
      const id = context.definitions.object(kind as ObjectKindName, object)
      const acquire: EventRecord = ['ACQUIRE', stackOf(context, at), ns(from), id, context.task]
      return to === undefined ? [acquire] : [acquire, ['RELEASE', 0, ns(to), id, context.task]]
    },
  ],
  [
    /^cancelled(?: again)?(?: by (\S+))? at (\d+)(?: @(\S+))?$/,
    ([, by, at, stack], context, ns) => [
      ['CANCEL_REQUEST', stackOf(context, stack), ns(at), context.task, context.ids.get(by) ?? 0],
    ],
  ],
  [
    /^uncancels at (\d+)(?: @(\S+))?$/,
    ([, at, stack], context, ns) => [['UNCANCEL', stackOf(context, stack), ns(at), context.task, 0]],
  ],
  [/^destroyed at (\d+)$/, ([, at], context, ns) => [['TASK_DESTROYED', 0, ns(at), context.task, 0]]],
  [
    /^unretrieved at (\d+)(?: @(\S+))?$/,
    ([, at, stack], context, ns) => [
      ['UNRETRIEVED', stackOf(context, stack), ns(at), context.task, context.definitions.string('KeyError: x')],
    ],
  ],
  [
    /^drops (\S+) at (\d+)(?: @(\S+))?$/,
    ([, coroutine, at, stack], context, ns) => [
      [
        'NEVER_AWAITED',
        stackOf(context, stack),
        ns(at),
        context.definitions.location(coroutine, context.name),
        context.task,
      ],
    ],
  ],
  [
    /^sampled at (\d+) @(\S+?)(?: cpu (\d+))?$/,
    ([, at, stack, cpu], context, ns) => [
      ['SAMPLE', stackOf(context, stack), ns(at), 1, cpu === undefined ? 0xffffffff : Number(cpu) * 1000],
    ],
  ],
  [
    /^unserved (\d+) from (\d+) to (\d+)$/,
    ([, waited, from, to], context, ns) => [
      ['PROCESSOR_WAIT', 0, 0, 1, 0],
      ['PROCESSOR_WAIT', (ns(to) - ns(from)) / 1000, ns(to), 1, (Number(waited) * context.columnNs) / 1000],
    ],
  ],
  [
    /^level (\S+) (\d+) at (\d+)(?: @(\S+))?$/,
    ([, queue, level, at, stack], context, ns) => [
      ['LEVEL', stackOf(context, stack), ns(at), context.definitions.object('queue', queue), Number(level)],
    ],
  ],
  [
    /^opens (task_group|gather|timeout) (\S+) from (\d+)(?: (to|fails at) (\d+))?$/,
    ([, kind, scope, from, how, to], context, ns) => {
      const id = context.definitions.object(kind as ObjectKindName, scope)
      const open: EventRecord = ['SCOPE_OPEN', stackOf(context, String(context.task * 10)), ns(from), id, context.task]
      return to === undefined ? [open] : [open, ['SCOPE_CLOSE', how === 'to' ? 1 : 2, ns(to), id, 0]]
    },
  ],
  [
    /^in (task_group|gather|timeout) (\S+) at (\d+)$/,
    ([, kind, scope, at], context, ns) => [
      ['SCOPE_CHILD', 0, ns(at), context.definitions.object(kind as ObjectKindName, scope), context.task],
    ],
  ],
  [
    /^callback fails at (\d+) @(\S+)$/,
    ([, at, stack], context, ns) => [
      [
        'LOOP_ERROR',
        stackOf(context, stack),
        ns(at),
        context.definitions.string('InvalidStateError: invalid state'),
        0,
      ],
    ],
  ],
  [
    /^calls its loop at (\d+) @(\S+)$/,
    ([, at, stack], context, ns) => [['THREADSAFE_CALL', stackOf(context, stack), ns(at), 1, 0]],
  ],
  [
    /^job (\S+) of (\S+) (\d+) (\d+) (\d+) @(\S+)$/,
    ([, job, executor, submit, begin, end, stack], context, ns) => {
      const id = context.definitions.object('job', job)
      return [
        ['JOB_SUBMIT', stackOf(context, stack), ns(submit), id, context.definitions.object('executor', executor)],
        ['JOB_BEGIN', 0, ns(begin), id, 0],
        ['JOB_END', 1, ns(end), id, 0],
      ]
    },
  ],
]

/** The events of a note; none for notes that the lane itself reads. */
export function noteEvents(note: string, context: NoteContext): EventRecord[] {
  for (const [pattern, make] of RULES) {
    const match = pattern.exec(note)
    if (match) return make(match, context, (column) => Number(column) * context.columnNs)
  }
  if (!/^(?:by|awaits|woken by|thrown at|created|runs) /.test(note) && note !== '')
    throw new Error(`Nobody knows the note '${note}'.`)
  return []
}
