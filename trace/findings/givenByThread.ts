import { lastAtOrBefore } from '../model/at.ts'
import { sourceLine } from '../model/describe.ts'
import { Outcome, RunKind, type TraceModel } from '../model/types.ts'

/** What a loop calls for each coroutine that a thread gives to it by `run_coroutine_threadsafe`, which is mostly for its result. */
const GIVEN = /(?:^|\.)run_coroutine_threadsafe\.<locals>\.callback$/

export const isGiven = (model: TraceModel, location: number): boolean =>
  GIVEN.test(sourceLine(model, location).function)

/**
 * The unfinished task of the coroutine that an executor's job gave to a loop, where that was the last that its thread had to do with any loop: the
 * job, which has not ended, then most likely waits for its result. Empty where there is none.
 */
export function awaitedByJob(model: TraceModel, jobObject: number): readonly number[] {
  const { jobs, threadCalls } = model
  const job = jobs.object.indexOf(jobObject)
  if (job < 0 || Number.isNaN(jobs.beginNs[job]) || !Number.isNaN(jobs.endNs[job])) return []
  const stream = jobs.stream[job]
  const call = threadCalls.stream.lastIndexOf(stream)
  if (call < 0 || threadCalls.atNs[call] < jobs.beginNs[job] || !isGivenCall(model, call)) return []
  const task = taskOf(model, call)
  return task > 0 && model.tasks.outcome[task] === Outcome.unfinished ? [task] : []
}

const isGivenCall = (model: TraceModel, call: number): boolean =>
  model.threadCalls.safe[call] === 1 && isGiven(model, model.threadCalls.subject[call])

/** The task that a loop made of what it was given: loops take what threads give them in its order. 0 = not made yet. */
function taskOf(model: TraceModel, call: number): number {
  const { runs, threadCalls, loops, tasks } = model
  const loop = threadCalls.loop[call]
  const stream = loops.stream[loop]
  let before = 0
  for (let each = 0; each < call; each++) if (threadCalls.loop[each] === loop && isGivenCall(model, each)) before++
  let run = runs.first[stream]
  for (; run < runs.last[stream]; run++) {
    if (runs.kind[run] !== RunKind.callback || !isGiven(model, runs.subject[run])) continue
    if (before-- === 0) break
  }
  if (run >= runs.last[stream]) return 0
  for (let task = tasks.count; task > 0 && tasks.createdNs[task] >= runs.startNs[run]; task--)
    if (lastAtOrBefore(runs.startNs, runs.first[stream], runs.last[stream], tasks.createdNs[task]) === run) return task
  return 0
}
