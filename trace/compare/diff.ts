import type { Processes } from '../model/processes.ts'
import { measure, metrics, type Measured, type Metric } from './measures.ts'

/** In the order in which they are of interest. */
export const verdicts = ['slower', 'new', 'more', 'gone', 'fewer', 'faster', 'same'] as const
export type Verdict = (typeof verdicts)[number]

/** Times in ns. */
export interface Summary {
  readonly count: number
  readonly unfinished: number
  readonly p50Ns: number
  readonly p95Ns: number
  readonly totalNs: number
}

/** A coroutine or an await in two traces. `file` and `line` are those of the later trace, or of the earlier one where it is gone. */
export interface Change {
  readonly verdict: Verdict
  readonly metric: Metric
  readonly function: string
  /** What an await waited for; empty for coroutines. */
  readonly label: string
  readonly file: string
  readonly line: number
  readonly before: Summary | null
  readonly after: Summary | null
}

export interface DiffOptions {
  /** The least relative change that counts, where there are measurements without end: 0.2 = 20 %. */
  readonly minChange: number
  /** The least absolute change that counts, ns. */
  readonly minNs: number
}

export const defaultDiffOptions: DiffOptions = { minChange: 0.2, minNs: 1e6 }

/** A percentile of fewer values says too little. */
const P95_COUNT = 20
/** Counts scatter by their root; this many times that is no accident. */
const COUNT_SCATTER = 3

/**
 * What changed from one recording of a program to another: what got slower first, by what it costs in all.
 *
 * Coroutines and awaits are found again by file, function and what is awaited, not by line: where a function has as many such awaits as before, they are
 * taken in order, so that lines may move. Few measurements have to change by more: `minChange` times 1 + 2/√n, of the smaller n.
 */
export function diff(before: Processes, after: Processes, options = defaultDiffOptions): Change[] {
  const changes = pairs(measure(before), measure(after)).map(([a, b]) => change(a, b, options))
  const cost = ({ before: a, after: b }: Change): number => Math.abs((b?.totalNs ?? 0) - (a?.totalNs ?? 0))
  return changes.sort(
    (a, b) =>
      verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) ||
      cost(b) - cost(a) ||
      metrics.indexOf(b.metric) - metrics.indexOf(a.metric),
  )
}

type Pair = readonly [Measured | undefined, Measured | undefined]

function pairs(before: readonly Measured[], after: readonly Measured[]): Pair[] {
  const [a, b] = [byPlace(before), byPlace(after)]
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) => pairLines(a.get(key) ?? [], b.get(key) ?? []))
}

/** By everything but the line, each in the order of lines. */
function byPlace(all: readonly Measured[]): Map<string, Measured[]> {
  const places = new Map<string, Measured[]>()
  for (const each of [...all].sort((x, y) => x.line - y.line)) {
    const key = [each.metric, each.file, each.function, each.label].join('\0')
    const list = places.get(key)
    if (list) list.push(each)
    else places.set(key, [each])
  }
  return places
}

function pairLines(before: readonly Measured[], after: readonly Measured[]): Pair[] {
  if (before.length === after.length) return before.map((each, i) => [each, after[i]])
  const sameLine = (list: readonly Measured[], { line }: Measured): Measured | undefined =>
    list.find((other) => other.line === line)
  return [
    ...before.map((each): Pair => [each, sameLine(after, each)]),
    ...after.filter((each) => !sameLine(before, each)).map((each): Pair => [undefined, each]),
  ]
}

function change(a: Measured | undefined, b: Measured | undefined, options: DiffOptions): Change {
  const { metric, function: name, label, file, line } = (b ?? a)!
  const [before, after] = [a ? summary(a) : null, b ? summary(b) : null]
  const verdict = !before ? 'new' : !after ? 'gone' : judge(before, after, metric, options)
  return { verdict, metric, function: name, label, file, line, before, after }
}

function judge(before: Summary, after: Summary, metric: Metric, { minChange, minNs }: DiffOptions): Verdict {
  const count = Math.min(before.count, after.count)
  const needed = minChange * (1 + 2 / Math.sqrt(count))
  const moved = (from: number, to: number): number =>
    Math.abs(to - from) >= minNs && Math.max(from, to) >= Math.min(from, to) * (1 + needed) ? Math.sign(to - from) : 0
  const direction = moved(before.p50Ns, after.p50Ns) || (count >= P95_COUNT ? moved(before.p95Ns, after.p95Ns) : 0)
  if (direction !== 0) return direction > 0 ? 'slower' : 'faster'
  // How often is said once for a coroutine, with how long it lived.
  const more = after.count - before.count
  const isMany = Math.abs(more) > COUNT_SCATTER * Math.sqrt(after.count + before.count)
  if (metric === 'ran' || !isMany || Math.abs(more) < minChange * before.count) return 'same'
  return more > 0 ? 'more' : 'fewer'
}

function summary({ durationsNs, unfinished }: Measured): Summary {
  const sorted = Float64Array.from(durationsNs).sort()
  const percentile = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1]
  return {
    count: sorted.length,
    unfinished,
    p50Ns: percentile(0.5),
    p95Ns: percentile(0.95),
    totalNs: sorted.reduce((sum, ns) => sum + ns, 0),
  }
}
