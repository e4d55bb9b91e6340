import { Outcome, type Runs, type TraceModel } from './types.ts'

/** Index of the last of `starts[first…last)` that is at or before `atNs`, -1 where none is. Logarithmic. */
export function lastAtOrBefore(starts: Float64Array, first: number, last: number, atNs: number): number {
  let low = first
  let high = last
  while (low < high) {
    const middle = (low + high) >>> 1
    if (starts[middle] <= atNs) low = middle + 1
    else high = middle
  }
  return low > first ? low - 1 : -1
}

/** The last moment that the trace knows of the process in which a task was, of which there are several where traces were joined. */
export const taskKnownNs = ({ joined, endNs }: TraceModel, task: number): number =>
  joined ? joined.parts[joined.tasks.part[task]].endNs : endNs

/** The same for an object. */
export const objectKnownNs = ({ joined, endNs }: TraceModel, object: number): number =>
  joined ? (joined.parts[joined.objects.part[object] ?? 0]?.endNs ?? endNs) : endNs

/** The same for a thread. */
export const streamKnownNs = ({ joined, endNs }: TraceModel, stream: number): number =>
  joined ? (joined.parts[joined.streams.part[stream] ?? 0]?.endNs ?? endNs) : endNs

/** Whether a task's process had ended at a moment that other processes saw. One that was killed, or whose file grows, may go on. */
export function isOver({ joined }: TraceModel, task: number, atNs: number): boolean {
  const part = joined?.parts[joined.tasks.part[task]]
  return part !== undefined && part.end !== 'open' && atNs > part.endNs
}

/** When a task ended, or the last moment that is known of it where it had not. */
export const taskEndNs = (model: TraceModel, task: number): number =>
  model.tasks.outcome[task] === Outcome.unfinished ? taskKnownNs(model, task) : model.tasks.endedNs[task]

/** The task's segment at a moment, -1 before its creation and after its end. */
export function segmentAt(model: TraceModel, task: number, atNs: number): number {
  const { segments, tasks } = model
  if (tasks.outcome[task] !== Outcome.unfinished && atNs >= tasks.endedNs[task]) return -1
  if (isOver(model, task, atNs)) return -1
  return lastAtOrBefore(segments.startNs, segments.first[task], segments.last[task], atNs)
}

/** When a task's segment ends: where the next one starts, or the task, or the trace. */
export function segmentEndNs(model: TraceModel, task: number, segment: number): number {
  const { segments } = model
  return segment + 1 < segments.last[task] ? segments.startNs[segment + 1] : taskEndNs(model, task)
}

/** The stream's run at a moment, -1 where nothing runs. */
export function runAt(runs: Runs, stream: number, atNs: number): number {
  const run = lastAtOrBefore(runs.startNs, runs.first[stream], runs.last[stream], atNs)
  return run >= 0 && runs.endNs[run] > atNs ? run : -1
}
