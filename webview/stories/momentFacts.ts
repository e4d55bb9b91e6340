import { AwaitFlag, type AwaitGraph, type MomentIndex, type ReadyEntry } from '../../trace/model/awaitGraph.ts'
import { segmentAt } from '../../trace/model/at.ts'
import { holdersAt } from '../../trace/model/resources.ts'
import {
  awaitKind,
  awaitText,
  objectName,
  stackLines,
  targetKind,
  taskName,
  userLine,
  type SourceLine,
} from '../../trace/model/describe.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { State, type TraceModel } from '../../trace/model/types.ts'
import { runName } from './runNames.ts'
import { count } from '../time/shares.ts'

/** A task at a moment, as a row of the await graph says it. */
export interface MomentRow {
  readonly name: string
  readonly state: 'running' | 'ready' | 'waiting'
  readonly text: string
  /** Behind the text: `holds Lock 3`, `cycle`, `shown above`. */
  readonly marks: readonly string[]
  /** The await's id, 0 where it does not wait. */
  readonly awaitId: number
  readonly line: SourceLine | undefined
}

export function momentRow(model: TraceModel, index: MomentIndex, graph: AwaitGraph, row: number): MomentRow {
  const task = graph.task[row]
  const { segments, tables } = model
  const segment = segmentAt(model, task, graph.atNs)
  const since = formatDuration(graph.atNs - segments.startNs[segment])
  const marks = [
    ...(graph.holds[row] > 0 ? [`holds ${objectName(model, graph.holds[row])}`] : []),
    ...(graph.flags[row] & AwaitFlag.CYCLE ? ['cycle'] : []),
    ...(graph.flags[row] & AwaitFlag.REPEATED ? ['shown above'] : []),
  ]
  const name = taskName(model, task)
  switch (segments.state[segment]) {
    case State.running:
      return { name, state: 'running', text: `runs since ${since}`, marks, awaitId: 0, line: undefined }
    case State.ready:
      return { name, state: 'ready', text: `ready since ${since}`, marks, awaitId: 0, line: undefined }
    default: {
      const awaitId = segments.detail[segment]
      const target = segments.other[segment]
      const held = heldBy(model, index, awaitId, target, graph.atNs)
      const text = `waits for ${awaitText(model, awaitId, target)}${held} since ${since}`
      return { name, state: 'waiting', text, marks, awaitId, line: userLine(model, tables.awaits.stack[awaitId]) }
    }
  }
}

/** `, held by fetch-2 and 2 more,`: who holds the lock or semaphore that is waited for; empty for other awaits. */
function heldBy(model: TraceModel, index: MomentIndex, awaitId: number, object: number, atNs: number): string {
  const kind = awaitKind(model, awaitId)
  if ((kind !== 'lock' && kind !== 'semaphore') || targetKind(model, awaitId) !== 'object') return ''
  const [first, ...others] = holdersAt(model, index.resources, object, atNs)
    .map((row) => model.holds.task[row])
    .filter((task) => task > 0)
  if (first === undefined) return ''
  return `, held by ${taskName(model, first)}${others.length > 0 ? ` and ${others.length} more` : ''},`
}

/** The coroutine stack of a waiting task, outermost first, as it stands below it; empty for others. */
export const stackBelow = (model: TraceModel, awaitId: number): SourceLine[] =>
  awaitId === 0 ? [] : stackLines(model, model.tables.awaits.stack[awaitId]).reverse()

export const lineText = ({ file, line }: SourceLine): string =>
  file === ''
    ? ''
    : `${file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)}${line > 0 ? `:${line}` : ''}`

/** `6 waiting · 1 running · no cycle` */
export function graphSummary({ states, cycles }: AwaitGraph): string {
  const parts = (['waiting', 'running', 'ready'] as const).filter((state) => states[state] > 0)
  const counts = parts.map((state) => `${count(states[state])} ${state}`)
  const cycle = cycles === 0 ? 'no cycle' : cycles === 1 ? '1 cycle' : `${cycles} cycles`
  return [...(counts.length > 0 ? counts : ['no tasks']), cycle].join(' · ')
}

export function readyText(model: TraceModel, entry: ReadyEntry, atNs: number): string {
  const name = entry.run >= 0 ? `callback ${runName(model, entry.run)}` : taskName(model, entry.task)
  return `${name} since ${formatDuration(atNs - entry.sinceNs)}`
}

/** The whole graph as text, with the stacks: what `asyncio pstree` would have printed then. */
export function graphText(model: TraceModel, index: MomentIndex, graph: AwaitGraph, withStacks: boolean): string {
  const lines: string[] = []
  for (let row = 0; row < graph.count; row++) {
    const { name, text, marks, awaitId, line } = momentRow(model, index, graph, row)
    const indent = '    '.repeat(graph.depth[row])
    const place = line ? `  ${lineText(line)}` : ''
    lines.push(`${indent}└── ${[`${name}: ${text}`, ...marks].join(' · ')}${place}`)
    if (withStacks)
      for (const frame of stackBelow(model, awaitId))
        lines.push(`${indent}    │  ${frame.function} ${frame.file}:${frame.line}`)
  }
  return lines.join('\n')
}
