import {
  awaitKindNames,
  objectKindNames,
  targetKindNames,
  type AwaitKindName,
  type TargetKindName,
} from '../format/schema.ts'
import { formatDuration } from './time.ts'
import { Outcome, outcomeNames, type TraceModel } from './types.ts'

/** A line of code as the trace names it; `line` 0 = not known. */
export interface SourceLine {
  readonly file: string
  readonly function: string
  readonly line: number
}

/** Files that belong to an asyncio and not to its user: CPython's own, uvloop's, and our port's. */
const LIBRARY_FILE =
  /(?:[\\/]|^)(?:asyncio[\\/](?:\w+[\\/])*\w+\.py|uvloop[\\/]\w+\.pyx?|@loopscope[\\/]asyncio[\\/].*)$|^<frozen /
/** Frames to walk at the most: a hostile trace can chain as many as it has bytes. */
const MAX_FRAMES = 1000

export function sourceLine({ tables }: TraceModel, location: number): SourceLine {
  const { file, function: name, line } = tables.locations
  return {
    file: tables.strings[file[location] ?? 0] ?? '',
    function: tables.strings[name[location] ?? 0] ?? '',
    line: line[location] ?? 0,
  }
}

/** The frames of a stack, innermost first. */
export function stackLines(model: TraceModel, stack: number): SourceLine[] {
  const lines: SourceLine[] = []
  for (let frame = stack; frame > 0 && lines.length < MAX_FRAMES; frame = model.tables.stacks.parent[frame] ?? 0) {
    lines.push(sourceLine(model, model.tables.stacks.location[frame] ?? 0))
  }
  return lines
}

export const isLibraryFile = (file: string): boolean => LIBRARY_FILE.test(file)

/**
 * The line that a person would look at: the innermost frame outside asyncio itself, or else the innermost of all.
 * `undefined` for stack 0.
 */
export function userLine(model: TraceModel, stack: number): SourceLine | undefined {
  const lines = stackLines(model, stack)
  return lines.find((line) => !isLibraryFile(line.file)) ?? lines[0]
}

/** The task's latest name, `Task 12` where it has none. */
export function taskName(model: TraceModel, task: number): string {
  return (
    model.tables.strings[model.tasks.name[task] ?? 0] || `Task ${model.joined ? model.joined.tasks.own[task] : task}`
  )
}

/** Qualified name of the task's coroutine function. */
export function coroutineName(model: TraceModel, task: number): string {
  return sourceLine(model, model.tasks.coroutine[task] ?? 0).function
}

export function awaitKind({ tables }: TraceModel, awaitId: number): AwaitKindName {
  return awaitKindNames[tables.awaits.kind[awaitId] ?? 0] ?? 'unknown'
}

export function targetKind({ tables }: TraceModel, awaitId: number): TargetKindName {
  return targetKindNames[tables.awaits.targetKind[awaitId] ?? 0] ?? 'none'
}

/** What an await is called: the recorder's label, or else its kind. */
export function awaitLabel(model: TraceModel, awaitId: number): string {
  return model.tables.strings[model.tables.awaits.label[awaitId] ?? 0] || awaitKind(model, awaitId).replaceAll('_', ' ')
}

/** What the target of an await is, in words; empty where there is nothing to say. */
export function targetText(model: TraceModel, awaitId: number, target: number): string {
  switch (targetKind(model, awaitId)) {
    case 'task':
      return target > 0 && target <= model.tasks.count ? taskName(model, target) : ''
    case 'object':
      return objectName(model, target)
    case 'delay':
      return target === 0xffffffff ? 'over 71 min' : formatDuration(target * 1000)
    case 'count':
      return String(target)
    case 'descriptor':
      return `descriptor ${target}`
    case 'none':
      return ''
  }
}

/** An await in words: `Lock.acquire · pool`, `sleep · 300 ms`. */
export function awaitText(model: TraceModel, awaitId: number, target: number): string {
  const label = awaitLabel(model, awaitId)
  const object = targetText(model, awaitId, target)
  return object === '' ? label : `${label} · ${object}`
}

/** An object's label and number (`Lock 3`), since several can share a label, and what it is (`socket 5 (descriptor 7)`); empty for 0. */
export function objectName({ tables, joined }: TraceModel, object: number): string {
  if (object === 0 || object >= tables.objects.kind.length) return ''
  const label = tables.strings[tables.objects.label[object] ?? 0]
  const detail = tables.strings[tables.objects.detail[object] ?? 0]
  const name = `${label || (objectKindNames[tables.objects.kind[object] ?? 0] ?? 'object').replaceAll('_', ' ')} ${joined ? joined.objects.own[object] : object}`
  return detail ? `${name} (${detail})` : name
}

/** The name of the thread that a stream stands for. */
export function streamName({ tables }: TraceModel, stream: number): string {
  return tables.strings[tables.streams.name[stream] ?? 0] || `Thread ${stream}`
}

/** How a task ended, in words: `failed: ValueError: no`, `unfinished`. */
export function outcomeText(model: TraceModel, task: number): string {
  const outcome = model.tasks.outcome[task] ?? Outcome.unfinished
  const detail = model.tables.strings[model.tasks.ending[task] ?? 0] ?? ''
  const name = outcomeNames[outcome] ?? 'unfinished'
  return detail === '' ? name : `${name}: ${detail}`
}
