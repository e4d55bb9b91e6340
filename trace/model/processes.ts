import { onOneClock } from './clock.ts'
import { parentsOf } from './family.ts'
import type { TraceModel } from './types.ts'

/** One trace among several. Its columns keep their own ids and times; these numbers lead from them to those that all share. */
export interface TracedProcess {
  readonly model: TraceModel
  /** What its reader calls it, mostly a path. */
  readonly source: string
  /** Added to a time of the trace: nanoseconds since the zero of all. */
  readonly offsetNs: number
  /** When its recording began, nanoseconds since the zero of all. */
  readonly startNs: number
  /** Whether a stream of the model is one of its threads. */
  owns(stream: number): boolean
  /** Index of the nearest process that it came from and that has a trace here, -1 where none has. */
  readonly parent: number
  /** Index of the first process that was recorded by the same clock: 0 for all that one machine recorded. */
  readonly clock: number
  /** Added to a task's id: unique among all. */
  readonly taskBase: number
  /** Added to a loop's id: unique among all. */
  readonly loopBase: number
}

/** Traces of several processes on one clock, in the order in which their recordings began. One alone keeps its ids and times. */
export interface Processes {
  readonly processes: readonly TracedProcess[]
  /** Nanoseconds since the Unix epoch at the zero of all. */
  readonly wallClockNs: bigint
  /** The last moment that one of the traces knows of. */
  readonly endNs: number
}

/** Puts traces on one clock: by the monotonic one within a machine, between machines by the wall clock. Empty input gives an empty set. */
export function joinProcesses(traces: readonly { source: string; model: TraceModel }[]): Processes {
  const headers = traces.map(({ model }) => model.header)
  const { offsetsNs, machines } = onOneClock(headers)
  const parents = parentsOf(headers)
  const order = [...traces.keys()].sort((a, b) => offsetsNs[a] - offsetsNs[b] || a - b)
  const processes: TracedProcess[] = []
  let taskBase = 0
  let loopBase = 0
  for (const index of order) {
    const { model, source } = traces[index]
    processes.push({
      model,
      source,
      offsetNs: offsetsNs[index],
      startNs: offsetsNs[index],
      owns: () => true,
      parent: order.indexOf(parents[index]),
      clock: order.findIndex((other) => machines[other] === machines[index]),
      taskBase,
      loopBase,
    })
    taskBase += model.tasks.count
    loopBase += model.loops.startNs.length - 1
  }
  return {
    processes,
    wallClockNs: processes[0]?.model.header.wallClockNs ?? 0n,
    endNs: Math.max(0, ...processes.map(({ model, offsetNs }) => offsetNs + model.endNs)),
  }
}
