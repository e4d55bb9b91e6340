import {
  definitionsBlock,
  endBlock,
  eventsBlock,
  headerBytes,
  joined,
  type EventRecord,
} from '../../trace/format/writer.ts'
import { Definitions } from './definitions.ts'
import { noteEvents, parseAwait, type NoteContext } from './notes.ts'

export const COLUMN_NS = 1_000_000

interface Lane {
  readonly name: string
  readonly cells: string
  readonly notes: readonly string[]
}

/** Order of events that fall on one column: what ends comes before what begins. */
const RANK: Partial<Record<EventRecord[0], number>> = {
  TASK_CREATE: 2,
  TASK_READY: 2,
  CANCEL_REQUEST: 2,
  STEP_BEGIN: 3,
  CALLBACK_BEGIN: 3,
  TIMER_BEGIN: 3,
  POLL_BEGIN: 3,
  SAMPLE: 4,
  PROCESSOR_WAIT: 4,
  ACQUIRE: 4,
  RELEASE: 4,
  LEVEL: 4,
  THREADSAFE_CALL: 4,
  UNCANCEL: 4,
  SCOPE_CHILD: 4,
  JOB_SUBMIT: 4,
  JOB_BEGIN: 5,
  JOB_END: 5,
}

/** What can follow what in a task's lane. */
const POSSIBLE = new Set([' =', ' #', '=#', '#=', '#.', '.=', '.#', '#✓', '#!', '#x'])

export interface Drawn {
  /** The program was, so the file has no end. */
  readonly killed?: boolean
  /** In which all code is. */
  readonly file?: string
  readonly columnNs?: number
  /** Fields of the file's header. */
  readonly header?: {
    readonly level?: string
    readonly unrecorded?: readonly string[]
    readonly platform?: string
    readonly pid?: number
    readonly ppid?: number
    readonly argv?: readonly string[]
    readonly wallClockNs?: string
    readonly monotonicNs?: string
  }
}

/** The bytes of a trace that was drawn; see README.md of this folder. */
export function trace(drawing: string, options: Drawn = {}): Uint8Array {
  const { columnNs = COLUMN_NS } = options
  const lanes = drawing.split('\n').flatMap(parseLane)
  const tasks = lanes.filter((lane) => lane.name !== 'loop')
  const ids = new Map(tasks.map((lane, i) => [lane.name, i + 1]))
  const columns = Math.max(...lanes.map((lane) => lane.cells.replace(/[✓!x]$/, '').length))
  for (let column = 0; column < columns; column++) {
    const running = tasks.filter((lane) => lane.cells[column] === '#').map((lane) => lane.name)
    if (running.length > 1) throw new Error(`${running.join(' and ')} run at once in column ${column}.`)
  }
  const definitions = new Definitions(options.file)
  definitions.add('STREAM', definitions.string('MainThread'), 0, 0)
  definitions.add('LOOP', definitions.string('SelectorLoop'), 1)
  tasks.forEach((lane, i) => {
    const coroutine = definitions.location(noteMatch(lane, /^runs (\S+)$/) ?? String((i + 1) * 10), lane.name)
    definitions.add('TASK', 1, coroutine, definitions.string(lane.name), 0)
  })
  const context = (name: string): NoteContext => ({
    definitions,
    ids,
    columnNs,
    name,
    task: ids.get(name) ?? 0,
  })
  const events = lanes
    .flatMap((lane) => [
      ...(lane.name === 'loop' ? loopEvents(lane, definitions, columnNs) : taskEvents(lane, context(lane.name))),
      ...lane.notes.flatMap((note) => noteEvents(note, context(lane.name))),
    ])
    .sort((a, b) => a[2] - b[2] || (RANK[a[0]] ?? 1) - (RANK[b[0]] ?? 1))
  return joined([
    headerBytes({ pid: 4711, argv: ['app.py'], runtime: { name: 'drawn', version: '1' }, ...options.header }),
    definitionsBlock(definitions.records),
    eventsBlock(0, 1, [['LOOP_START', 0, 0, 1, 0], ...events, ['ALIVE', 0, columns * columnNs, 0, 0]]),
    ...(options.killed ? [] : [endBlock(columns * columnNs, 'exit')]),
  ])
}

function parseLane(line: string): Lane[] {
  const match = /^\s*(\S+)\s*: ([^|]*?)\s*(?:\|\s*(.*))?$/.exec(line)
  if (!match) return []
  const [, name, cells, notes] = match
  return [{ name: name, cells: cells, notes: (notes ?? '').split(',').map((note) => note.trim()) }]
}

function taskEvents(lane: Lane, context: NoteContext): EventRecord[] {
  const { definitions, ids, task } = context
  const named = (pattern: RegExp): number => ids.get(noteMatch(lane, pattern) ?? '') ?? 0
  const waits = lane.notes.flatMap((note) => parseAwait(note, context) ?? [])
  if (waits.length === 0) waits.push(parseAwait('awaits future', context)!)
  // Notes name the waits in order; the last one stands for all that follow.
  const nextWait = (): { awaitId: number; target: number } => (waits.length > 1 ? waits.shift()! : waits[0])
  const site = noteMatch(lane, /^created @?(\S+)$/) ?? '1'
  const creation = site === 'unrecorded' ? 0 : definitions.stack(site, 'main')
  const thrown = (noteMatch(lane, /^thrown at ([\d and]+)$/) ?? '').split(' and ')
  const events: EventRecord[] = []
  let before = ' '
  ;[...lane.cells].forEach((cell, column) => {
    const at = column * context.columnNs
    if (cell === before) return
    if (!POSSIBLE.has(before + cell)) throw new Error(`Lane ${lane.name}: '${before}' cannot be followed by '${cell}'.`)
    if (before === ' ') events.push(['TASK_CREATE', creation, at, task, named(/^by (\S+)$/)])
    if (before === '#' && cell === '.') {
      const { awaitId, target } = nextWait()
      events.push(['STEP_SUSPEND', awaitId, at, task, target])
    }
    if (before === '#' && cell === '=') events.push(['STEP_YIELD', waits[0].awaitId, at, task, 0])
    if (before === '.' && cell === '=') events.push(['TASK_READY', 0, at, task, named(/^woken by (\S+)$/)])
    if (cell === '#') events.push(['STEP_BEGIN', thrown.includes(String(column)) ? 1 : 0, at, task, 0])
    if (cell === '✓') events.push(['STEP_RETURN', 0, at, task, 0])
    if (cell === '!') events.push(['STEP_RAISE', 0, at, task, definitions.string('ValueError: no')])
    if (cell === 'x') events.push(['STEP_CANCEL', 0, at, task, 0])
    before = cell
  })
  return events
}

function loopEvents(lane: Lane, definitions: Definitions, columnNs: number): EventRecord[] {
  const callback = definitions.location('on_event:5', 'loop')
  const events: EventRecord[] = []
  let before = ' '
  // A loop that waits without end is still waiting when the trace ends.
  const cells = lane.cells.endsWith('i') ? [...lane.cells] : [...lane.cells, ' ']
  cells.forEach((cell, column) => {
    const at = column * columnNs
    if (cell === before) return
    if (before === 'p' || before === 'i') events.push(['POLL_END', 0, at, 1, 0])
    if ((before === 'c' || before === 't') && cell === ' ') events.push(['RUN_END', 0, at, 1, 0])
    if (cell === 'p') events.push(['POLL_BEGIN', 0, at, 1, 0])
    // No timer is due: it waits until something comes from outside.
    if (cell === 'i') events.push(['POLL_BEGIN', 0, at, 1, 0xffffffff])
    if (cell === 'c') events.push(['CALLBACK_BEGIN', callback, at, 0, 0])
    if (cell === 't') events.push(['TIMER_BEGIN', callback, at, 0, 0])
    before = cell
  })
  return events
}

const noteMatch = (lane: Lane, pattern: RegExp): string | undefined =>
  lane.notes.map((note) => pattern.exec(note)?.[1]).find((name) => name !== undefined)
