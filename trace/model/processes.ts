import type { TraceHeader } from '../format/header.ts'
import type { TraceModel } from './types.ts'

/** One trace among several. Its columns keep their own ids and times; these numbers lead from them to those that all share. */
export interface TracedProcess {
  readonly model: TraceModel
  /** What its reader calls it, mostly a path. */
  readonly source: string
  /** Added to a time of the trace: nanoseconds since the zero of all. */
  readonly offsetNs: number
  /** Index of the process that started it, -1 where that one has no trace here. */
  readonly parent: number
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

/** Where each of several traces begins, and which of them its process came from. */
interface Placement {
  readonly offsetsNs: readonly number[]
  readonly parents: readonly number[]
}

/**
 * Two processes of one machine read the same monotonic clock, so the wall clock runs ahead of it by as much for both. More than this apart,
 * they are of different machines, or somebody set the wall clock in between.
 */
const SAME_CLOCK_NS = 250_000_000n

/** Puts traces on one clock: by the monotonic one within a machine, between machines by the wall clock. Empty input gives an empty set. */
export function joinProcesses(traces: readonly { source: string; model: TraceModel }[]): Processes {
  const { offsetsNs, parents } = placeOnOneClock(traces.map(({ model }) => model.header))
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
      parent: order.indexOf(parents[index]),
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

/** Offsets count from the earliest trace. Quadratic in the traces, of which there are a few. */
function placeOnOneClock(headers: readonly TraceHeader[]): Placement {
  const clocks = machines(headers)
  const starts = headers.map((header, i) => {
    const first = headers[clocks[i]]
    return first.wallClockNs + (header.monotonicNs - first.monotonicNs)
  })
  const zero = starts.reduce((least, start) => (start < least ? start : least), starts[0] ?? 0n)
  const offsetsNs = starts.map((start) => Number(start - zero))
  const parents = headers.map((header, i) => {
    // A process id is given again after a while: the latest that began before is meant.
    const older = headers.flatMap((other, k) =>
      k !== i && other.pid === header.ppid && other.pid > 0 && clocks[k] === clocks[i] && offsetsNs[k] <= offsetsNs[i]
        ? [k]
        : [],
    )
    return older.reduce((latest, k) => (latest < 0 || offsetsNs[k] > offsetsNs[latest] ? k : latest), -1)
  })
  return { offsetsNs, parents }
}

/** For each header the index of the first one that was written by the same monotonic clock. */
function machines(headers: readonly TraceHeader[]): number[] {
  return headers.map((header, i) => {
    const ahead = header.wallClockNs - header.monotonicNs
    const same = headers.findIndex((other) => {
      const apart = other.wallClockNs - other.monotonicNs - ahead
      return (
        other.platform === header.platform &&
        other.monotonicNs > 0n &&
        header.monotonicNs > 0n &&
        apart <= SAME_CLOCK_NS &&
        apart >= -SAME_CLOCK_NS
      )
    })
    return same < 0 ? i : Math.min(same, i)
  })
}
