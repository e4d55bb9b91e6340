import { segmentEndNs } from '../model/at.ts'
import { awaitKind, awaitLabel, isLibraryFile, stackLines, taskName, type SourceLine } from '../model/describe.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'
import { Durations } from './durations.ts'
import { DECADES, type AwaitLineSummary, type FunctionSummary } from './types.ts'

/** Lines that are told at the most: a program has few, a hostile trace may have millions. */
const MAX_LINES = 5_000
/** Of the longest waits at a line so many are kept. */
export const SLOWEST = 3

/** All waits, grouped by await: those of await `id` stand at `first[id]` up to, not with, `first[id + 1]`. */
interface Waits {
  readonly first: Uint32Array
  readonly task: Uint32Array
  readonly startNs: Float64Array
  readonly forNs: Float64Array
  /** 1 where it had not ended when the trace did. */
  readonly pending: Uint8Array
}

/**
 * What was waited for at each line of the program, and inside which functions: a wait counts at the line that awaits and at every line
 * further out, once each. Linear in the waits times the lines of a stack.
 */
export function awaitLines(model: TraceModel): {
  readonly awaitLines: AwaitLineSummary[]
  readonly functions: FunctionSummary[]
} {
  const waits = groupedWaits(model)
  const lines = new Map<string, { readonly source: SourceLine; readonly awaits: number[]; waitedNs: number }>()
  const functions = new Map<string, { -readonly [Key in keyof FunctionSummary]: FunctionSummary[Key] }>()
  for (let id = 1; id < model.tables.awaits.kind.length; id++) {
    const count = waits.first[id + 1] - waits.first[id]
    if (count === 0) continue
    const waitedNs = sum(waits.forNs, waits.first[id], waits.first[id + 1])
    const linesSeen = new Set<string>()
    const functionsSeen = new Set<string>()
    for (const source of stackLines(model, model.tables.awaits.stack[id])) {
      if (source.line === 0 || source.file === '' || isLibraryFile(source.file)) continue
      const lineKey = `${source.line}:${source.file}`
      const known = lines.get(lineKey)
      if (linesSeen.has(lineKey)) continue // The coroutine awaits itself: its line is there once.
      linesSeen.add(lineKey)
      if (known) {
        known.awaits.push(id)
        known.waitedNs += waitedNs
      } else lines.set(lineKey, { source, awaits: [id], waitedNs })
      const functionKey = `${source.function}:${source.file}`
      if (functionsSeen.has(functionKey)) continue
      functionsSeen.add(functionKey)
      const inside = functions.get(functionKey)
      if (inside) {
        inside.waits += count
        inside.waitedNs += waitedNs
      } else functions.set(functionKey, { ...source, waits: count, waitedNs })
    }
  }
  const mostWaited = [...lines.values()].sort((a, b) => b.waitedNs - a.waitedNs).slice(0, MAX_LINES)
  return {
    awaitLines: mostWaited.map(({ source, awaits }) => lineSummary(model, waits, source, awaits)),
    functions: [...functions.values()].slice(0, MAX_LINES),
  }
}

function lineSummary(
  model: TraceModel,
  waits: Waits,
  { file, line, function: name }: SourceLine,
  awaits: readonly number[],
): AwaitLineSummary {
  const durations = new Durations()
  const decades = new Array<number>(DECADES).fill(0)
  const causes = new Map<
    string,
    { -readonly [Key in keyof AwaitLineSummary['causes'][number]]: AwaitLineSummary['causes'][number][Key] }
  >()
  const slowest: number[] = []
  let pending = 0
  let waitedNs = 0
  for (const id of awaits) {
    const before = waitedNs
    for (let i = waits.first[id]; i < waits.first[id + 1]; i++) {
      const forNs = waits.forNs[i]
      waitedNs += forNs
      pending += waits.pending[i]
      durations.add(forNs)
      decades[decadeOf(forNs)]++
      keepSlowest(slowest, i, waits.forNs)
    }
    const label = awaitLabel(model, id)
    const cause = causes.get(label)
    const count = waits.first[id + 1] - waits.first[id]
    if (cause) {
      cause.waits += count
      cause.waitedNs += waitedNs - before
    } else causes.set(label, { kind: awaitKind(model, id), label, waits: count, waitedNs: waitedNs - before })
  }
  return {
    file,
    line,
    function: name,
    waits: durations.count,
    pending,
    waitedNs,
    medianNs: durations.at(0.5),
    ninetiethNs: durations.at(0.9),
    longestNs: durations.longestNs,
    durations: durations.steps(),
    decades,
    causes: [...causes.values()].sort((a, b) => b.waitedNs - a.waitedNs),
    slowest: slowest.map((i) => ({
      task: waits.task[i],
      name: taskName(model, waits.task[i]),
      atNs: waits.startNs[i],
      forNs: waits.forNs[i],
    })),
  }
}

function groupedWaits(model: TraceModel): Waits {
  const { segments, tasks, tables } = model
  const first = new Uint32Array(tables.awaits.kind.length + 1)
  for (let i = 0; i < segments.state.length; i++)
    if (segments.state[i] === State.waiting) first[segments.detail[i] + 1]++
  for (let id = 1; id < first.length; id++) first[id] += first[id - 1]
  const count = first.at(-1) ?? 0
  const next = first.slice()
  const waits = {
    first,
    task: new Uint32Array(count),
    startNs: new Float64Array(count),
    forNs: new Float64Array(count),
    pending: new Uint8Array(count),
  }
  for (let task = 1; task <= tasks.count; task++) {
    const last = segments.last[task]
    for (let i = segments.first[task]; i < last; i++) {
      if (segments.state[i] !== State.waiting) continue
      const at = next[segments.detail[i]]++
      waits.task[at] = task
      waits.startNs[at] = segments.startNs[i]
      waits.forNs[at] = segmentEndNs(model, task, i) - segments.startNs[i]
      waits.pending[at] = i + 1 === last && tasks.outcome[task] === Outcome.unfinished ? 1 : 0
    }
  }
  return waits
}

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0
  for (let i = from; i < to; i++) total += values[i]
  return total
}

const decadeOf = (ns: number): number =>
  ns < 1000 ? 0 : Math.min(DECADES - 1, Math.floor(Math.log10(ns / 1000) + 1e-9))

/** Keeps the indexes of the `SLOWEST` longest waits in `kept`, longest first. */
function keepSlowest(kept: number[], index: number, forNs: Float64Array): void {
  if (kept.length === SLOWEST && forNs[index] <= forNs[kept[SLOWEST - 1]]) return
  let place = kept.length
  while (place > 0 && forNs[kept[place - 1]] < forNs[index]) place--
  kept.splice(place, 0, index)
  kept.length = Math.min(kept.length, SLOWEST)
}
