import { coroutineName, sourceLine, taskName } from '../../trace/model/describe.ts'
import { RunKind, type TraceModel } from '../../trace/model/types.ts'

/** What a loop ran: a task's name, or a callback's. */
export function runName(model: TraceModel, run: number): string {
  const subject = model.runs.subject[run]
  switch (model.runs.kind[run]) {
    case RunKind.step:
      return taskName(model, subject)
    case RunKind.poll:
      return 'polling'
    default:
      return sourceLine(model, subject).function || 'callback'
  }
}

/** Runs to look at for the loop they belong to. */
const RUNS_LOOKED_AT = 1000

/** The class of the loop that ran in a stream; of several, all; empty where the trace does not say. */
export function loopClasses({ tables, runs }: TraceModel, stream: number): string {
  const { class: classes, stream: streams } = tables.loops
  const names = new Set<string>()
  for (let loop = 1; loop < streams.length; loop++)
    if (streams[loop] === stream) names.add(tables.strings[classes[loop]])
  // A loop that was defined before it ran does not name its thread; its polls do.
  const last = Math.min(runs.last[stream], runs.first[stream] + RUNS_LOOKED_AT)
  for (let run = runs.first[stream]; run < last; run++) {
    if (runs.kind[run] === RunKind.poll) names.add(tables.strings[classes[runs.subject[run]] ?? 0])
  }
  return [...names].filter(Boolean).join(', ')
}

/** A loop's class without what all of them share: `UnixSelector` of `_UnixSelectorEventLoop`. */
export const shortLoop = (classes: string): string => classes.replace(/\b_+/g, '').replace(/(\w)EventLoop\b/g, '$1')

/** `MainThread · UnixSelector` */
export const loopTitle = (model: TraceModel, stream: number): string =>
  [threadName(model, stream), shortLoop(loopClasses(model, stream))].filter(Boolean).join(' · ')

export const threadName = ({ tables }: TraceModel, stream: number): string =>
  tables.strings[tables.streams.name[stream] ?? 0] || `thread ${stream}`

/** `fetch` of `Crawler.run.<locals>.fetch`; the whole where there is no dot. */
export const shortCoroutine = (model: TraceModel, task: number): string =>
  coroutineName(model, task).replace(/^.*<locals>\./, '')
