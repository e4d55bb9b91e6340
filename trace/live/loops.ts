import { sourceLine, stackLines, streamName, taskName, type SourceLine } from '../model/describe.ts'
import { BLOCKING_NS, RunKind, type TraceModel } from '../model/types.ts'

/** An event loop at the moment the trace ends. */
export interface LiveLoop {
  readonly id: number
  /** Its class. */
  readonly name: string
  /** The thread that runs it. */
  readonly thread: string
  /** `polling`: waits for descriptors and timers. `blocked`: one step or callback has run for so long that everything else waits. */
  readonly state: 'polling' | 'running' | 'blocked' | 'stopped' | 'closed'
  readonly sinceNs: number
  /** What runs, in words: a task's name, a callback; else empty. */
  readonly runs: string
  /** The task that runs, 0 = none. */
  readonly task: number
  /** What its thread did when it was last looked at while this ran, innermost first; empty where it was not. */
  readonly frames: readonly SourceLine[]
}

/** The loops that ran, those that are not closed first. */
export function liveLoops(model: TraceModel): LiveLoop[] {
  const { loops, tables } = model
  const found: LiveLoop[] = []
  for (let loop = 1; loop < tables.loops.class.length; loop++) {
    if (!Number.isNaN(loops.startNs[loop])) found.push(liveLoop(model, loop))
  }
  return found.sort((a, b) => Number(a.state === 'closed') - Number(b.state === 'closed'))
}

function liveLoop(model: TraceModel, loop: number): LiveLoop {
  const { loops, runs, samples, tables } = model
  const stream = loops.stream[loop]
  const named = { id: loop, name: tables.strings[tables.loops.class[loop]] ?? '', thread: streamName(model, stream) }
  const quiet = { ...named, runs: '', task: 0, frames: [] }
  if (!Number.isNaN(loops.closeNs[loop])) return { ...quiet, state: 'closed', sinceNs: loops.closeNs[loop] }
  if (!Number.isNaN(loops.stopNs[loop])) return { ...quiet, state: 'stopped', sinceNs: loops.stopNs[loop] }
  const run = runs.last[stream] - 1
  if (run < runs.first[stream] || runs.endNs[run] < model.endNs) {
    const sinceNs = run < runs.first[stream] ? loops.startNs[loop] : runs.endNs[run]
    return { ...quiet, state: 'running', sinceNs }
  }
  const sinceNs = runs.startNs[run]
  if (runs.kind[run] === RunKind.poll) return { ...quiet, state: 'polling', sinceNs }
  const isStep = runs.kind[run] === RunKind.step
  const subject = runs.subject[run]
  const sample = samples.run.lastIndexOf(run)
  return {
    ...named,
    state: model.endNs - sinceNs >= BLOCKING_NS ? 'blocked' : 'running',
    sinceNs,
    runs: isStep ? taskName(model, subject) : sourceLine(model, subject).function,
    task: isStep ? subject : 0,
    frames: sample < 0 ? [] : stackLines(model, samples.stack[sample]),
  }
}
