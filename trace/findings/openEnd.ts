import { coroutineName, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import type { TraceModel } from '../model/types.ts'
import type { Facts } from './facts.ts'
import { placeOf, shortPlace } from './places.ts'
import type { Draft } from './types.ts'

/** What `asyncio.run` does last: it joins the threads of the default executor. */
const JOINS_THREADS = /(?:^|\.)shutdown_default_executor$/

/**
 * A program whose tasks are through and which does not end, because a worker thread is still in its job: since 3.9 `asyncio.run` waits for it, before
 * that, and for other executors, the interpreter does.
 */
export function openEnd(model: TraceModel, facts: Facts, minimumNs: number): Draft[] {
  const { jobs, endNs } = model
  const sinceNs = overSinceNs(model, facts)
  if (!(endNs - sinceNs >= minimumNs)) return []
  const running = [...jobs.beginNs.keys()].filter(
    (job) => jobs.beginNs[job] <= sinceNs && Number.isNaN(jobs.endNs[job]),
  )
  if (running.length === 0) return []
  const oldest = running.reduce((first, job) => (jobs.beginNs[job] < jobs.beginNs[first] ? job : first))
  const place = placeOf(model, jobs.stack[oldest])
  const by = jobs.by[oldest]
  const more = running.length > 1 ? ` and ${running.length - 1} more` : ''
  return [
    {
      kind: 'hung-task',
      severity: 'warning',
      message: `The program is over since ${formatDuration(endNs - sinceNs)} and does not end: it waits for the thread of a job that ${by > 0 ? taskName(model, by) : 'it'} submitted at ${shortPlace(place)}${more}, and that runs since ${formatDuration(endNs - jobs.beginNs[oldest])}. To cancel the task that awaits a job does not stop its thread.`,
      tasks: [...new Set(running.map((job) => jobs.by[job]).filter((task) => task > 0))],
      place,
      startNs: sinceNs,
      endNs,
      confidence: 'likely',
      costNs: endNs - sinceNs,
    },
  ]
}

/** Since when nothing but threads is left: the default executor is being joined, or all loops are closed; NaN = that is not so. */
function overSinceNs(model: TraceModel, facts: Facts): number {
  const waiting = [...facts.parked.values()]
  const joining = waiting.filter(({ task }) => JOINS_THREADS.test(coroutineName(model, task)))
  if (joining.length > 0 && joining.length === waiting.length) return Math.min(...joining.map(({ sinceNs }) => sinceNs))
  const closed = [...model.loops.closeNs].slice(1)
  return waiting.length === 0 && closed.length > 0 ? Math.max(...closed) : NaN
}
