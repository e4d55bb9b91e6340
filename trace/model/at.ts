import { Outcome, type Runs, type TraceModel } from './types.ts'

/** Index of the last of `starts[first…last)` that is at or before `atNs`, -1 where none is. Logarithmic. */
export function lastAtOrBefore(starts: Float64Array, first: number, last: number, atNs: number): number {
  let low = first
  let high = last
  while (low < high) {
    const middle = (low + high) >>> 1
    if (starts[middle]! <= atNs) low = middle + 1
    else high = middle
  }
  return low > first ? low - 1 : -1
}

/** The task's segment at a moment, -1 before its creation and after its end. */
export function segmentAt(model: TraceModel, task: number, atNs: number): number {
  const { segments, tasks } = model
  if (tasks.outcome[task] !== Outcome.unfinished && atNs >= tasks.endedNs[task]!) return -1
  return lastAtOrBefore(segments.startNs, segments.first[task]!, segments.last[task]!, atNs)
}

/** When a task's segment ends: where the next one starts, or the task, or the trace. */
export function segmentEndNs(model: TraceModel, task: number, segment: number): number {
  const { segments, tasks, endNs } = model
  if (segment + 1 < segments.last[task]!) return segments.startNs[segment + 1]!
  return tasks.outcome[task] === Outcome.unfinished ? endNs : tasks.endedNs[task]!
}

/** The stream's run at a moment, -1 where nothing runs. */
export function runAt(runs: Runs, stream: number, atNs: number): number {
  const run = lastAtOrBefore(runs.startNs, runs.first[stream]!, runs.last[stream]!, atNs)
  return run >= 0 && runs.endNs[run]! > atNs ? run : -1
}
