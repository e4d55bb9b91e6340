import { streamKnownNs } from '../../trace/model/at.ts'
import { rowsByInOrder } from '../../trace/model/rowsBy.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** The jobs that executor threads ran: those of stream `k` from `first[k]` up to `first[k + 1]`, in the order in which they began. */
export interface JobLanes {
  /** Streams that ran jobs. */
  readonly threads: readonly number[]
  readonly first: Uint32Array
  /** Rows of `model.jobs`. */
  readonly job: Uint32Array
  readonly startNs: Float64Array
  /** The last moment known of its process for a job that still runs. */
  readonly endNs: Float64Array
}

export function jobLanes(model: TraceModel): JobLanes {
  const { jobs, tables } = model
  const streams = tables.streams.name.length - 1
  // A job that never began is in no thread: 0 is no stream.
  const stream = jobs.stream.map((id, job) => (Number.isNaN(jobs.beginNs[job]) ? 0 : id))
  const { first, row } = rowsByInOrder(stream, streams, jobs.beginNs)
  const threads: number[] = []
  for (let id = 1; id <= streams; id++) if (first[id + 1] > first[id]) threads.push(id)
  return {
    threads,
    first,
    job: row,
    startNs: Float64Array.from(row, (job) => jobs.beginNs[job]),
    endNs: Float64Array.from(row, (job) =>
      Number.isNaN(jobs.endNs[job]) ? streamKnownNs(model, jobs.stream[job]) : jobs.endNs[job],
    ),
  }
}
