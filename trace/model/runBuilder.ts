import { EVENT_WORDS, type Events } from '../format/events.ts'
import { Event } from '../format/schema.ts'
import { RunKind, type Runs } from './types.ts'

const RUN_KINDS = new Set<number>([
  Event.POLL_BEGIN,
  Event.STEP_BEGIN,
  Event.CALLBACK_BEGIN,
  Event.TIMER_BEGIN,
  // The end of a step that ran inside another one lets the outer one go on: one more run.
  Event.STEP_SUSPEND,
  Event.STEP_YIELD,
  Event.STEP_RETURN,
  Event.STEP_RAISE,
  Event.STEP_CANCEL,
])

/** Turns what event loops did, visited in time's order, into runs by stream. */
export class RunBuilder {
  readonly runs: Runs
  /** Steps that began and have not ended, by stream, the innermost last: an eager task's first step runs inside its creator's. */
  private readonly openSteps: number[][]

  constructor(events: Events, streamCount: number) {
    this.runs = emptyRuns(events, streamCount)
    this.openSteps = Array.from({ length: streamCount + 1 }, () => [])
  }

  beginStep(stream: number, atNs: number, task: number): void {
    this.end(stream, atNs)
    this.openSteps[stream].push(task)
    this.open(stream, atNs, RunKind.step, task, 0, 0)
  }

  endStep(stream: number, atNs: number, task: number): void {
    this.end(stream, atNs)
    const open = this.openSteps[stream]
    const depth = open.lastIndexOf(task)
    if (depth < 0) return
    open.length = depth
    if (depth > 0) this.open(stream, atNs, RunKind.step, open[depth - 1], 0, 0)
  }

  begin(stream: number, atNs: number, kind: RunKind, subject: number, scheduler: number, delay: number): void {
    this.end(stream, atNs)
    this.openSteps[stream].length = 0
    this.open(stream, atNs, kind, subject, scheduler, delay)
  }

  /** Ends what runs in the stream, if anything does. */
  end(stream: number, atNs: number): void {
    const i = this.runs.last[stream] - 1
    if (i >= this.runs.first[stream] && this.runs.endNs[i] === Infinity) this.runs.endNs[i] = atNs
  }

  /** Index of what runs in the stream now, -1 where nothing does. */
  current(stream: number): number {
    const i = this.runs.last[stream] - 1
    return i >= this.runs.first[stream] && this.runs.endNs[i] === Infinity ? i : -1
  }

  /** The task whose step runs in the stream now, 0 where none does. */
  currentTask(stream: number): number {
    const run = this.current(stream)
    return run >= 0 && this.runs.kind[run] === RunKind.step ? this.runs.subject[run] : 0
  }

  close(endNs: number): void {
    for (let stream = 0; stream < this.openSteps.length; stream++) this.end(stream, endNs)
  }

  private open(stream: number, atNs: number, kind: RunKind, subject: number, scheduler: number, delay: number): void {
    const i = this.runs.last[stream]++
    this.runs.startNs[i] = atNs
    this.runs.endNs[i] = Infinity
    this.runs.kind[i] = kind
    this.runs.subject[i] = subject
    this.runs.scheduler[i] = scheduler
    this.runs.delay[i] = delay
  }
}

/** Room for every run that the events can make. */
function emptyRuns(events: Events, streamCount: number): Runs {
  const first = new Uint32Array(streamCount + 1)
  for (const block of events.blocks) {
    const stream = block.stream > streamCount ? 0 : block.stream
    const end = (block.start + block.count) * EVENT_WORDS
    for (let at = block.start * EVENT_WORDS; at < end; at += EVENT_WORDS) {
      if (RUN_KINDS.has(events.words[at] & 0xff)) first[stream]++
    }
  }
  let total = 0
  for (let stream = 0; stream <= streamCount; stream++) {
    const size = first[stream]
    first[stream] = total
    total += size
  }
  return {
    first,
    last: first.slice(),
    startNs: new Float64Array(total),
    endNs: new Float64Array(total),
    kind: new Uint8Array(total),
    subject: new Uint32Array(total),
    scheduler: new Uint32Array(total),
    delay: new Uint32Array(total),
  }
}
