import { lastAtOrBefore } from '../model/at.ts'
import { stackLines, streamName, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, RunKind, type TraceModel } from '../model/types.ts'
import { builtinName, lastSampleOf, threadWait, waitsForResult } from './blockingCalls.ts'
import { streamOf, type Facts } from './facts.ts'
import { isGiven } from './givenByThread.ts'
import { stoodStill } from './longRuns.ts'
import { isUserLine, placeOf, shortPlace, userFramesCached } from './places.ts'
import type { Draft, Place, Related } from './types.ts'

/** Loops whose thread waits for something that needs this same thread. */
export const loopThreadDrafts = (model: TraceModel, facts: Facts, minimumNs: number): Draft[] => [
  ...waitsForItsOwnLoop(model, facts, minimumNs),
  ...heldOverAwait(model, facts, minimumNs),
  ...heldByWaitingThread(model, facts, minimumNs),
]

/** A loop's thread that waits, in a step that never ends, for what only this loop can run. */
function waitsForItsOwnLoop(model: TraceModel, facts: Facts, minimumNs: number): Draft[] {
  const { runs, threadCalls, loops } = model
  return facts.loopEnds.flatMap(({ stuckRun }, stream): Draft[] => {
    if (stuckRun < 0 || !threadWait(model, lastSampleOf(model, stuckRun))) return []
    const startNs = runs.startNs[stuckRun]
    const isOwnCall = (i: number): boolean =>
      threadCalls.atNs[i] >= startNs && threadCalls.stream[i] === stream && loops.stream[threadCalls.loop[i]] === stream
    const call = [...threadCalls.atNs.keys()].reverse().find(isOwnCall) ?? -1
    const sample = lastSampleOf(model, stuckRun)
    // `result()` in the loop's thread while no executor runs anything: only the loop itself is left to bring it.
    const alone =
      waitsForResult(model, sample) && model.endNs - startNs >= minimumNs && !model.jobs.endNs.some(Number.isNaN)
    if (call < 0 && !alone) return []
    const task = runs.kind[stuckRun] === RunKind.step ? runs.subject[stuckRun] : 0
    const waitedNs = model.endNs - startNs
    const who = task > 0 ? taskName(model, task) : 'A callback'
    return [
      {
        kind: 'deadlock',
        severity: 'error',
        message: `${who} blocks the event loop’s thread since ${formatDuration(waitedNs)} and waits for a coroutine or callback that only this loop can run.`,
        tasks: task > 0 ? [task] : [],
        place: placeOf(model, model.samples.stack[sample]),
        startNs,
        endNs: model.endNs,
        confidence: call >= 0 ? 'proven' : 'likely',
        related: call >= 0 ? relatedPlace(model, threadCalls.stack[call], 'it was given to the loop here') : [],
        costNs: waitedNs,
      },
    ]
  })
}

/**
 * A loop's thread that stands still in a function in which a task of the same loop is suspended: as with a `threading.Lock` that was taken
 * by `with` and is held over an `await`. The thread waits for the task, and the task for the thread.
 */
function heldOverAwait(model: TraceModel, facts: Facts, minimumNs: number): Draft[] {
  const { runs, samples } = model
  return facts.loopEnds.flatMap(({ stuckRun }, stream): Draft[] => {
    if (stuckRun < 0 || model.endNs - runs.startNs[stuckRun] < minimumNs) return []
    const ofRun = [...samples.run.keys()].filter((i) => samples.run[i] === stuckRun)
    const sample = ofRun.at(-1)
    if (sample === undefined || !stoodStill(model, stuckRun, ofRun) || model.jobs.endNs.some(Number.isNaN)) return []
    const blocked = placeOf(model, samples.stack[sample])
    const task = runs.kind[stuckRun] === RunKind.step ? runs.subject[stuckRun] : 0
    const holder = [...facts.parked.values()].find(
      (parked) =>
        parked.task !== task &&
        streamOf(model, parked.task) === stream &&
        userFramesCached(model, model.tables.awaits.stack[parked.awaitId]).some(
          (frame) => frame.function === blocked?.function && frame.file === blocked.file && frame.line > blocked.line,
        ),
    )
    if (!blocked || !holder) return []
    const who = task > 0 ? taskName(model, task) : 'A callback'
    const waitedNs = model.endNs - runs.startNs[stuckRun]
    return [
      {
        kind: 'deadlock',
        severity: 'error',
        message: `${who} blocks the event loop’s thread since ${formatDuration(waitedNs)} at ${shortPlace(blocked)}, while ${taskName(model, holder.task)} is suspended further down in the same function (${shortPlace(holder.place)}) and needs that thread to go on.`,
        tasks: [...(task > 0 ? [task] : []), holder.task],
        place: blocked,
        startNs: runs.startNs[stuckRun],
        endNs: model.endNs,
        confidence: 'likely',
        related: holder.place
          ? [{ message: `${taskName(model, holder.task)} waits here`, ...positionOf(holder.place) }]
          : [],
        costNs: waitedNs,
      },
    ]
  })
}

/**
 * A loop's thread that stands still at a lock, while another thread has given the loop a coroutine, and waits for its result: whoever has the
 * lock cannot let go before the loop goes on. That it is that thread who has it is not recorded.
 */
function heldByWaitingThread(model: TraceModel, facts: Facts, minimumNs: number): Draft[] {
  const { runs, samples, threadCalls, loops } = model
  return facts.loopEnds.flatMap(({ stuckRun }, stream): Draft[] => {
    if (stuckRun < 0 || model.endNs - runs.startNs[stuckRun] < minimumNs) return []
    const ofRun = [...samples.run.keys()].filter((i) => samples.run[i] === stuckRun)
    const sample = ofRun.at(-1)
    if (sample === undefined || !stoodStill(model, stuckRun, ofRun) || !atLock(model, sample)) return []
    const given = [...threadCalls.atNs.keys()].reverse().find((i) => {
      if (!threadCalls.safe[i] || threadCalls.stream[i] === stream) return false
      return loops.stream[threadCalls.loop[i]] === stream && isGiven(model, threadCalls.subject[i])
    })
    if (given === undefined || !isPending(model, given, stream)) return []
    const blocked = placeOf(model, samples.stack[sample])
    const asked = placeOf(model, threadCalls.stack[given])
    const task = runs.kind[stuckRun] === RunKind.step ? runs.subject[stuckRun] : 0
    const waitedNs = model.endNs - runs.startNs[stuckRun]
    return [
      {
        kind: 'deadlock',
        severity: 'error',
        message: `${task > 0 ? taskName(model, task) : 'A callback'} blocks the event loop’s thread since ${formatDuration(waitedNs)} at a lock (${shortPlace(blocked)}), while ${streamName(model, threadCalls.stream[given])} waits for a coroutine that it gave to this loop (${shortPlace(asked)}): the loop waits for the thread, and the thread for the loop.`,
        tasks: task > 0 ? [task] : [],
        place: blocked,
        startNs: runs.startNs[stuckRun],
        endNs: model.endNs,
        confidence: 'likely',
        related: asked ? [{ message: 'the thread gave its coroutine to the loop here', ...positionOf(asked) }] : [],
        costNs: waitedNs,
      },
    ]
  })
}

/** Whether the thread was sampled at a lock: a line of the program that called nothing that is known to wait, or the threading module. */
function atLock(model: TraceModel, sample: number): boolean {
  const stack = model.samples.stack[sample]
  const [inner] = stackLines(model, stack)
  return inner !== undefined && (isUserLine(inner) || threadWait(model, sample)) && !builtinName(model, stack)
}

/** Whether what a thread gave to the loop is still to be run, a task that it became has not ended, or its end has not been told to the thread. */
function isPending(model: TraceModel, call: number, stream: number): boolean {
  const { runs, threadCalls, tasks } = model
  const ran = lastAtOrBefore(runs.startNs, runs.first[stream], runs.last[stream], Infinity)
  if (threadCalls.atNs[call] >= runs.startNs[ran]) return true
  for (let task = tasks.count; task > 0 && tasks.createdNs[task] >= threadCalls.atNs[call]; task--) {
    const maker = lastAtOrBefore(runs.startNs, runs.first[stream], runs.last[stream], tasks.createdNs[task])
    if (maker < 0 || runs.kind[maker] !== RunKind.callback) continue
    if (isGiven(model, runs.subject[maker]) && !isTold(model, task, stream)) return true
  }
  return false
}

/** Whether a task ended and a callback that its end scheduled has run. */
function isTold({ runs, tasks }: TraceModel, task: number, stream: number): boolean {
  if (tasks.outcome[task] === Outcome.unfinished) return false
  for (let run = runs.last[stream] - 1; run >= runs.first[stream] && runs.startNs[run] >= tasks.endedNs[task]; run--)
    if (runs.kind[run] === RunKind.callback && runs.scheduler[run] === task) return true
  return false
}

const positionOf = ({ file, line }: Place): { file: string; line: number } => ({ file, line })

function relatedPlace(model: TraceModel, stack: number, message: string): Related[] {
  const place = placeOf(model, stack)
  return place ? [{ message, file: place.file, line: place.line }] : []
}
