import { lastAtOrBefore, segmentEndNs } from './at.ts'
import { RunKind, State, type TraceModel } from './types.ts'

/** Runs to look at for one request. */
const MAX_RUNS = 1000

/**
 * Who asked a ready task to cancel. Of such a request Python leaves only a flag, which is seen when the task's next step begins.
 * Where nothing but the steps of one task ran on the loop since it became ready, that task must have asked. Fills `cancels.by` in place.
 */
export function inferRequesters(model: TraceModel): void {
  const { cancels, segments, tasks } = model
  for (let i = 0; i < cancels.task.length; i++) {
    if (cancels.by[i] > 0 || cancels.stack[i] > 0) continue
    const task = cancels.task[i]
    const segment = lastAtOrBefore(segments.startNs, segments.first[task], segments.last[task], cancels.atNs[i])
    // The request is written at the moment at which the step begins.
    const ready = segment >= 0 && segments.state[segment] === State.running ? segment - 1 : segment
    if (ready < segments.first[task] || segments.state[ready] !== State.ready) continue
    cancels.by[i] = onlyTaskBetween(
      model,
      model.loops.stream[tasks.loop[task]] ?? 0,
      segments.startNs[ready],
      segmentEndNs(model, task, ready),
    )
  }
}

/** The task whose steps were all that ran in the stream, 0 where others or callbacks ran as well. */
function onlyTaskBetween({ runs }: TraceModel, stream: number, fromNs: number, toNs: number): number {
  let found = 0
  const first = Math.max(
    lastAtOrBefore(runs.startNs, runs.first[stream], runs.last[stream], fromNs),
    runs.first[stream],
  )
  const limit = Math.min(runs.last[stream], first + MAX_RUNS)
  for (let run = first; run < limit && runs.startNs[run] < toNs; run++) {
    if (runs.endNs[run] <= fromNs || runs.kind[run] === RunKind.poll) continue
    if (runs.kind[run] !== RunKind.step || (found > 0 && found !== runs.subject[run])) return 0
    found = runs.subject[run]
  }
  return found
}
