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

/** The class of the loop that ran in a stream; of several, all. */
export function loopClasses({ tables }: TraceModel, stream: number): string {
  const { class: classes, stream: streams } = tables.loops
  const names = new Set<string>()
  for (let loop = 1; loop < streams.length; loop++)
    if (streams[loop] === stream) names.add(tables.strings[classes[loop]])
  return [...names].filter(Boolean).join(', ')
}

/** A loop's class without what all of them share: `UnixSelector` of `_UnixSelectorEventLoop`. */
export const shortLoop = (classes: string): string => classes.replace(/\b_+/g, '').replace(/(\w)EventLoop\b/g, '$1')

export const threadName = ({ tables }: TraceModel, stream: number): string =>
  tables.strings[tables.streams.name[stream] ?? 0] || `thread ${stream}`

/** `fetch` of `Crawler.run.<locals>.fetch`; the whole where there is no dot. */
export const shortCoroutine = (model: TraceModel, task: number): string =>
  coroutineName(model, task).replace(/^.*<locals>\./, '')
