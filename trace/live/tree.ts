import type { Finding } from '../findings/types.ts'
import { segmentAt } from '../model/at.ts'
import { AwaitFlag, awaitGraphAt, momentIndex, tasksAt, type AwaitGraph } from '../model/awaitGraph.ts'
import { awaitText, coroutineName, objectName, sourceLine, taskName, userLine } from '../model/describe.ts'
import type { SourceLine } from '../model/describe.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { liveLoops, type LiveLoop } from './loops.ts'
import { stuckFirst } from './stuckFirst.ts'

/** A process at the moment its trace ends. Times in ns since the trace's start. */
export interface LiveProcess {
  readonly pid: number
  /** What it is called among those of its program; often empty. */
  readonly name: string
  readonly argv: readonly string[]
  /** Name and version. */
  readonly interpreter: string
  readonly atNs: number
  /** Whether it goes on: its trace has no end yet. A process that was killed looks the same. */
  readonly isOpen: boolean
  /** It was looked at once and not recorded: since when anything lasts is not known. */
  readonly isMoment: boolean
  readonly states: AwaitGraph['states']
  readonly cycles: number
  readonly loops: readonly LiveLoop[]
  /** Those that have not ended: stuck ones first, then what runs, then the longest waiting. */
  readonly tasks: readonly LiveTask[]
  /** Who waits for whom, as rows of a tree from top to bottom: at every depth cycles first, then what is stuck. */
  readonly waits: readonly AwaitRow[]
  /** What is wrong and goes on, the likeliest root cause first. */
  readonly findings: readonly Finding[]
}

/** How badly a task is stuck, as the findings have it. */
export type Stuck = 'deadlock' | 'hung'

export interface LiveTask {
  /** Its id in the trace, by which it is cancelled. */
  readonly id: number
  readonly name: string
  readonly coroutine: string
  /** Where the coroutine is defined; `undefined`: not known. */
  readonly definition: SourceLine | undefined
  readonly loop: number
  readonly state: 'running' | 'ready' | 'waiting'
  readonly sinceNs: number
  /** A cancellation was requested and it has not ended. */
  readonly isCancelling: boolean
  /** What a waiting task waits for, in words; else empty. */
  readonly waitsFor: string
  /** The line it is suspended at: the innermost outside asyncio itself. Of a running task not known. */
  readonly at: SourceLine | undefined
  /** The stack it is suspended at, for `stackLines`; 0 = not known. */
  readonly stack: number
  readonly stuck: Stuck | undefined
  /** The first finding that goes on and is about it. */
  readonly finding: Finding | undefined
}

/** One line of the await graph: `task`, for which the nearest row above that is less deep waits. */
export interface AwaitRow {
  readonly task: LiveTask
  readonly depth: number
  /** The lock or semaphore for which the row above waits and which this task holds; empty where it is awaited itself. */
  readonly holds: string
  /** It waits for itself, by way of others. */
  readonly isCycle: boolean
  /** It stands above already, with what it waits for. */
  readonly isRepeated: boolean
}

const STATES = { [State.running]: 'running', [State.ready]: 'ready', [State.waiting]: 'waiting' } as const

/** `findings` are those of `findAll` for the same model. Linear in the living tasks and in who waits for whom. */
export function liveProcess(model: TraceModel, findings: readonly Finding[]): LiveProcess {
  const { header, endNs } = model
  const current = findings.filter((finding) => finding.endNs >= endNs)
  const graph = awaitGraphAt(model, momentIndex(model), endNs)
  const cyclic = new Set<number>()
  for (let row = 0; row < graph.count; row++) if (graph.flags[row] & AwaitFlag.CYCLE) cyclic.add(graph.task[row])
  const facts = { model, findingOf: findingByTask(current), cyclic, cancelling: cancellingTasks(model) }
  const byId = new Map<number, LiveTask>()
  for (const task of tasksAt(model, endNs)) byId.set(task, liveTask(facts, task))
  return {
    pid: header.pid,
    name: header.name,
    argv: header.argv,
    interpreter: `${header.interpreter.name} ${header.interpreter.version}`.trim(),
    atNs: endNs,
    isOpen: model.end === 'open',
    isMoment: header.level === 'snapshot',
    states: graph.states,
    cycles: graph.cycles,
    loops: liveLoops(model),
    tasks: [...byId.values()].sort((a, b) => urgency(a) - urgency(b) || a.sinceNs - b.sinceNs || a.id - b.id),
    waits: stuckFirst(awaitRows(model, graph, byId)),
    findings: current,
  }
}

interface TaskFacts {
  readonly model: TraceModel
  readonly findingOf: ReadonlyMap<number, Finding>
  readonly cyclic: ReadonlySet<number>
  readonly cancelling: ReadonlySet<number>
}

function liveTask({ model, findingOf, cyclic, cancelling }: TaskFacts, task: number): LiveTask {
  const { segments, tables, tasks } = model
  const segment = segmentAt(model, task, model.endNs)
  const state = segments.state[segment] as State
  const awaitId = state === State.waiting ? segments.detail[segment] : 0
  const stack = tables.awaits.stack[awaitId] ?? 0
  const definition = sourceLine(model, tasks.coroutine[task])
  const finding = findingOf.get(task)
  return {
    id: task,
    name: taskName(model, task),
    coroutine: coroutineName(model, task),
    definition: definition.line > 0 ? definition : undefined,
    loop: tasks.loop[task],
    state: STATES[state],
    sinceNs: segments.startNs[segment],
    isCancelling: cancelling.has(task),
    waitsFor: state === State.waiting ? awaitText(model, awaitId, segments.other[segment]) : '',
    at: userLine(model, stack),
    stack,
    stuck: stuckBy(finding, cyclic.has(task)),
    finding,
  }
}

/** A cycle that is younger than a finding's patience is none yet: a timeout may still break it. */
function stuckBy(finding: Finding | undefined, isCyclic: boolean): Stuck | undefined {
  if (finding?.kind === 'deadlock') return 'deadlock'
  if (finding?.kind === 'hung-task') return isCyclic ? 'deadlock' : 'hung'
  return undefined
}

const urgency = ({ stuck, state }: LiveTask): number =>
  stuck === 'deadlock' ? 0 : stuck === 'hung' ? 1 : state === 'running' ? 2 : state === 'ready' ? 3 : 4

function findingByTask(findings: readonly Finding[]): Map<number, Finding> {
  const byTask = new Map<number, Finding>()
  for (const finding of findings) for (const task of finding.tasks) if (!byTask.has(task)) byTask.set(task, finding)
  return byTask
}

function cancellingTasks({ cancels, uncancels, tasks }: TraceModel): Set<number> {
  const cancelling = new Set<number>()
  cancels.task.forEach((task) => {
    if (tasks.outcome[task] === Outcome.unfinished) cancelling.add(task)
  })
  uncancels.task.forEach((task, i) => {
    if (uncancels.left[i] === 0) cancelling.delete(task)
  })
  return cancelling
}

function awaitRows(model: TraceModel, graph: AwaitGraph, tasks: ReadonlyMap<number, LiveTask>): AwaitRow[] {
  return Array.from(graph.task, (task, row) => ({
    task: tasks.get(task)!,
    depth: graph.depth[row],
    holds: objectName(model, graph.holds[row]),
    isCycle: (graph.flags[row] & AwaitFlag.CYCLE) !== 0,
    isRepeated: (graph.flags[row] & AwaitFlag.REPEATED) !== 0,
  }))
}

/** The rows right below `row`, as indexes of `rows`; -1 asks for the outermost. Linear in the rows below it. */
export function rowsBelow(rows: readonly AwaitRow[], row: number): number[] {
  const depth = row < 0 ? -1 : rows[row].depth
  const below: number[] = []
  for (let i = row + 1; i < rows.length && rows[i].depth > depth; i++) if (rows[i].depth === depth + 1) below.push(i)
  return below
}
