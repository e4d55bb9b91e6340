import { SLOWEST } from './awaitLines.ts'
import { Durations, type DurationSteps } from './durations.ts'
import type { AwaitLineSummary, CoroutineSummary, FunctionSummary, SlowWait } from './types.ts'

const sumOf = <Item>(items: readonly Item[], value: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0)

/** Durations of all of them; what is read from them is within 5 % of the exact. */
function durationsOf(all: readonly DurationSteps[]): Durations {
  const durations = new Durations()
  for (const steps of all) durations.addSteps(steps)
  return durations
}

/** What several processes' traces say of one coroutine, as if one had; one alone stays as it is. The list is not empty. */
export function joinCoroutines(items: readonly CoroutineSummary[]): CoroutineSummary {
  if (items.length === 1) return items[0]
  const durations = durationsOf(items.map((item) => item.durations))
  return {
    ...items[0],
    tasks: sumOf(items, ({ tasks }) => tasks),
    medianNs: durations.count === 0 ? null : durations.at(0.5),
    durations: durations.steps(),
    runningNs: sumOf(items, ({ runningNs }) => runningNs),
    readyNs: sumOf(items, ({ readyNs }) => readyNs),
    waitingNs: sumOf(items, ({ waitingNs }) => waitingNs),
    failed: sumOf(items, ({ failed }) => failed),
    cancelled: sumOf(items, ({ cancelled }) => cancelled),
    pending: sumOf(items, ({ pending }) => pending),
  }
}

/** The same of a function that tasks waited inside of. */
export const joinFunctions = (items: readonly FunctionSummary[]): FunctionSummary => ({
  ...items[0],
  waits: sumOf(items, ({ waits }) => waits),
  waitedNs: sumOf(items, ({ waitedNs }) => waitedNs),
})

/** A line as several traces tell of it: `origin` says which of them a wait was in, by its place in the list. */
export interface JoinedAwaitLine extends Omit<AwaitLineSummary, 'slowest'> {
  readonly slowest: readonly (SlowWait & { readonly origin: number })[]
}

/** The same of a line with an `await`; of the longest waits as many are kept as of one trace. `undefined`: a trace that does not know the line. */
export function joinAwaitLines(items: readonly (AwaitLineSummary | undefined)[]): JoinedAwaitLine {
  const known = items.filter((item) => item !== undefined)
  const slowest = items
    .flatMap((item, origin) => (item?.slowest ?? []).map((wait) => ({ ...wait, origin })))
    .sort((a, b) => b.forNs - a.forNs)
    .slice(0, SLOWEST)
  const [first] = known
  if (known.length === 1) return { ...first, slowest }
  const durations = durationsOf(known.map((item) => item.durations))
  const causes = new Map<string, AwaitLineSummary['causes'][number]>()
  for (const cause of known.flatMap((item) => item.causes)) {
    const same = causes.get(cause.label)
    const { waits, waitedNs } = same ?? { waits: 0, waitedNs: 0 }
    causes.set(cause.label, { ...cause, waits: cause.waits + waits, waitedNs: cause.waitedNs + waitedNs })
  }
  const longestNs = Math.max(...known.map((item) => item.longestNs))
  return {
    ...first,
    waits: sumOf(known, ({ waits }) => waits),
    pending: sumOf(known, ({ pending }) => pending),
    waitedNs: sumOf(known, ({ waitedNs }) => waitedNs),
    medianNs: Math.min(longestNs, durations.at(0.5)),
    ninetiethNs: Math.min(longestNs, durations.at(0.9)),
    longestNs,
    durations: durations.steps(),
    decades: first.decades.map((_, i) => sumOf(known, ({ decades }) => decades[i])),
    causes: [...causes.values()].sort((a, b) => b.waitedNs - a.waitedNs),
    slowest,
  }
}
