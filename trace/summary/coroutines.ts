import { isLibraryFile, sourceLine } from '../model/describe.ts'
import { Outcome, type TraceModel } from '../model/types.ts'
import { Durations, medianOf } from './durations.ts'
import type { CoroutineSummary } from './types.ts'

/** Each coroutine function that tasks ran, outside asyncio itself. Linear in the tasks, but for sorting how long they took. */
export function coroutineSummaries(model: TraceModel): CoroutineSummary[] {
  const { tasks } = model
  const byLocation = new Map<number, number[]>()
  for (let task = 1; task <= tasks.count; task++) {
    if (Number.isNaN(tasks.createdNs[task]) || tasks.coroutine[task] === 0) continue
    const same = byLocation.get(tasks.coroutine[task])
    if (same) same.push(task)
    else byLocation.set(tasks.coroutine[task], [task])
  }
  const summaries: CoroutineSummary[] = []
  for (const [location, ids] of byLocation) {
    const source = sourceLine(model, location)
    if (source.file !== '' && !isLibraryFile(source.file)) summaries.push({ ...source, ...summaryOf(model, ids) })
  }
  return summaries
}

function summaryOf(
  { tasks }: TraceModel,
  ids: readonly number[],
): Omit<CoroutineSummary, 'file' | 'function' | 'line'> {
  const sum = (column: Float64Array): number => ids.reduce((total, task) => total + column[task], 0)
  const ended = ids.filter((task) => tasks.outcome[task] !== Outcome.unfinished)
  const took = Float64Array.from(ended, (task) => tasks.endedNs[task] - tasks.createdNs[task])
  const durations = new Durations()
  for (const ns of took) durations.add(ns)
  const count = (outcome: Outcome): number => ids.filter((task) => tasks.outcome[task] === outcome).length
  return {
    tasks: ids.length,
    medianNs: medianOf(took),
    durations: durations.steps(),
    runningNs: sum(tasks.runningNs),
    readyNs: sum(tasks.readyNs),
    waitingNs: sum(tasks.waitingNs),
    failed: count(Outcome.failed),
    cancelled: count(Outcome.cancelled),
    pending: ids.length - ended.length,
  }
}
