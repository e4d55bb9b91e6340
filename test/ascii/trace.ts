import { awaitKindNames, TargetCode, type AwaitKindName } from '../../trace/format/schema.ts'
import {
  definitionsBlock,
  endBlock,
  eventsBlock,
  headerBytes,
  joined,
  type DefinitionRecord,
  type EventRecord,
} from '../../trace/format/writer.ts'

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
}

/** What can follow what in a task's lane. */
const POSSIBLE = new Set([' =', ' #', '=#', '#=', '#.', '.=', '.#', '#✓', '#!', '#x'])

/** The bytes of a trace that was drawn; see README.md of this folder. All code is in `file`. */
export function trace(drawing: string, file = 'app.py'): Uint8Array {
  const lanes = drawing.split('\n').flatMap(parseLane)
  const tasks = lanes.filter((lane) => lane.name !== 'loop')
  const ids = new Map(tasks.map((lane, i) => [lane.name, i + 1]))
  const columns = Math.max(...lanes.map((lane) => lane.cells.replace(/[✓!x]$/, '').length))
  for (let column = 0; column < columns; column++) {
    const running = tasks.filter((lane) => lane.cells[column] === '#').map((lane) => lane.name)
    if (running.length > 1) throw new Error(`${running.join(' and ')} run at once in column ${column}.`)
  }
  const strings = [file, 'MainThread', 'SelectorLoop', 'ValueError: no', ...tasks.map((lane) => lane.name)]
  const definitions: DefinitionRecord[] = [
    ...strings.map((text, i): DefinitionRecord => ['STRING', i + 1, text]),
    ...tasks.map((_, i): DefinitionRecord => ['LOCATION', i + 1, 1, i + 5, (i + 1) * 10]),
    ...tasks.map((_, i): DefinitionRecord => ['STACK', i + 1, 0, i + 1]),
    ...awaitKindNames.map((kind, i): DefinitionRecord => ['AWAIT', i + 1, i, 0, 1, targetCode(kind)]),
    ['STREAM', 1, 2, 0, 0],
    ['LOOP', 1, 3, 1],
    ...tasks.map((_, i): DefinitionRecord => ['TASK', i + 1, 1, i + 1, i + 5, 0]),
  ]
  const events = lanes
    .flatMap((lane) => (lane.name === 'loop' ? loopEvents(lane) : taskEvents(lane, ids)))
    .sort((a, b) => a[2] - b[2] || (RANK[a[0]] ?? 1) - (RANK[b[0]] ?? 1))
  return joined([
    headerBytes({ pid: 4711, argv: ['app.py'], runtime: { name: 'drawn', version: '1' } }),
    definitionsBlock(definitions),
    eventsBlock(0, 1, [['LOOP_START', 0, 0, 1, 0], ...events, ['ALIVE', 0, columns * COLUMN_NS, 0, 0]]),
    endBlock(columns * COLUMN_NS, 'exit'),
  ])
}

function parseLane(line: string): Lane[] {
  const match = /^\s*(\S+)\s*: ([^|]*?)\s*(?:\|\s*(.*))?$/.exec(line)
  if (!match) return []
  const [, name, cells, notes] = match
  return [{ name: name, cells: cells, notes: (notes ?? '').split(',').map((note) => note.trim()) }]
}

function taskEvents(lane: Lane, ids: ReadonlyMap<string, number>): EventRecord[] {
  const task = ids.get(lane.name)!
  const named = (pattern: RegExp): number => ids.get(noteMatch(lane, pattern) ?? '') ?? 0
  const kind = (noteMatch(lane, /^awaits (\w+)/) ?? 'future') as AwaitKindName
  const awaitId = awaitKindNames.indexOf(kind) + 1
  const target = named(/^awaits task (\S+)$/)
  const events: EventRecord[] = []
  let before = ' '
  ;[...lane.cells].forEach((cell, column) => {
    const at = column * COLUMN_NS
    if (cell === before) return
    if (!POSSIBLE.has(before + cell)) throw new Error(`Lane ${lane.name}: '${before}' cannot be followed by '${cell}'.`)
    if (before === ' ') events.push(['TASK_CREATE', 0, at, task, named(/^by (\S+)$/)])
    if (before === '#' && cell === '.') events.push(['STEP_SUSPEND', awaitId, at, task, target])
    if (before === '#' && cell === '=') events.push(['STEP_YIELD', awaitId, at, task, 0])
    if (before === '.' && cell === '=') events.push(['TASK_READY', 0, at, task, named(/^woken by (\S+)$/)])
    if (cell === '#') events.push(['STEP_BEGIN', 0, at, task, 0])
    if (cell === '✓') events.push(['STEP_RETURN', 0, at, task, 0])
    if (cell === '!') events.push(['STEP_RAISE', 0, at, task, 4])
    if (cell === 'x') events.push(['STEP_CANCEL', 0, at, task, 0])
    before = cell
  })
  const cancel = lane.notes.map((note) => /^cancelled by (\S+) at (\d+)$/.exec(note)).find((match) => match)
  if (cancel) events.push(['CANCEL_REQUEST', 0, Number(cancel[2]) * COLUMN_NS, task, ids.get(cancel[1]) ?? 0])
  return events
}

function loopEvents(lane: Lane): EventRecord[] {
  const events: EventRecord[] = []
  let before = ' '
  ;[...lane.cells, ' '].forEach((cell, column) => {
    const at = column * COLUMN_NS
    if (cell === before) return
    if (before === 'p') events.push(['POLL_END', 0, at, 1, 0])
    if ((before === 'c' || before === 't') && cell === ' ') events.push(['RUN_END', 0, at, 1, 0])
    if (cell === 'p') events.push(['POLL_BEGIN', 0, at, 1, 0])
    if (cell === 'c') events.push(['CALLBACK_BEGIN', 1, at, 0, 0])
    if (cell === 't') events.push(['TIMER_BEGIN', 1, at, 0, 0])
    before = cell
  })
  return events
}

const noteMatch = (lane: Lane, pattern: RegExp): string | undefined =>
  lane.notes.map((note) => pattern.exec(note)?.[1]).find((name) => name !== undefined)

const targetCode = (kind: AwaitKindName): number => (kind === 'task' ? TargetCode.task : TargetCode.none)
