import type { Definitions } from '../format/definitions.ts'
import { EVENT_WORDS, type Events } from '../format/events.ts'
import { Event } from '../format/schema.ts'
import { within } from './tables.ts'
import { Outcome, State, type Segments, type Tasks } from './types.ts'

const SEGMENT_KINDS = new Set<number>([
  Event.TASK_CREATE,
  Event.TASK_READY,
  Event.STEP_BEGIN,
  Event.STEP_SUSPEND,
  Event.STEP_YIELD,
])
const NOT_SEEN = 255

/** Turns the events of tasks, visited in time's order, into segments and totals. */
export class TaskBuilder {
  readonly tasks: Tasks
  readonly segments: Segments
  stepCount = 0

  private readonly state: Uint8Array
  private readonly sinceNs: Float64Array
  /** Set where the wake-up came while the step still ran, as for a future that was done already. */
  private readonly wokenEarly: Uint8Array

  constructor(definitions: Definitions, events: Events) {
    const count = definitions.tasks.count
    const rows = count + 1
    this.tasks = {
      count,
      name: within(definitions.strings.length - 1)(definitions.tasks.column(2)),
      coroutine: within(definitions.locations.count)(definitions.tasks.column(1)),
      loop: within(definitions.loops.count)(definitions.tasks.column(0)),
      parent: new Uint32Array(rows),
      creationStack: new Uint32Array(rows),
      createdNs: new Float64Array(rows).fill(NaN),
      endedNs: new Float64Array(rows).fill(NaN),
      outcome: new Uint8Array(rows),
      ending: new Uint32Array(rows),
      raiseStack: new Uint32Array(rows),
      steps: new Uint32Array(rows),
      runningNs: new Float64Array(rows),
      readyNs: new Float64Array(rows),
      waitingNs: new Float64Array(rows),
    }
    this.segments = emptySegments(events, count)
    this.state = new Uint8Array(rows).fill(NOT_SEEN)
    this.sinceNs = new Float64Array(rows)
    this.wokenEarly = new Uint8Array(rows)
  }

  create(task: number, atNs: number, stack: number, creator: number): void {
    if (this.state[task] !== NOT_SEEN) return
    this.tasks.parent[task] = creator
    this.tasks.creationStack[task] = stack
    this.enter(task, atNs, State.ready, stack, creator)
  }

  ready(task: number, atNs: number, stack: number, waker: number): void {
    if (this.state[task] === State.running) this.wokenEarly[task] = 1
    else if (this.state[task] !== State.ready) this.enter(task, atNs, State.ready, stack, waker)
  }

  begin(task: number, atNs: number, flags: number): void {
    this.stepCount++
    this.tasks.steps[task]++
    this.wokenEarly[task] = 0
    this.enter(task, atNs, State.running, flags & 1, 0)
  }

  suspend(task: number, atNs: number, awaitId: number, target: number): void {
    if (this.wokenEarly[task]) this.yield(task, atNs, 0)
    else this.enter(task, atNs, State.waiting, awaitId, target)
  }

  yield(task: number, atNs: number, stack: number): void {
    this.enter(task, atNs, State.ready, stack, task)
  }

  finish(task: number, atNs: number, outcome: Outcome, ending: number, raiseStack = 0): void {
    if (this.tasks.outcome[task] !== Outcome.unfinished) return
    this.leave(task, atNs)
    if (Number.isNaN(this.tasks.createdNs[task])) this.tasks.createdNs[task] = atNs
    this.tasks.outcome[task] = outcome
    this.tasks.ending[task] = ending
    this.tasks.raiseStack[task] = raiseStack
    this.tasks.endedNs[task] = atNs
  }

  /** Closes the books: the time that unfinished tasks spent in their last state. */
  close(endNs: number): void {
    for (let task = 1; task <= this.tasks.count; task++) {
      if (this.tasks.outcome[task] === Outcome.unfinished) this.leave(task, endNs)
    }
  }

  private enter(task: number, atNs: number, state: State, detail: number, other: number): void {
    if (this.tasks.outcome[task] !== Outcome.unfinished) return
    if (this.state[task] === NOT_SEEN) this.tasks.createdNs[task] = atNs
    this.leave(task, atNs)
    const i = this.segments.last[task]++
    this.segments.startNs[i] = atNs
    this.segments.state[i] = state
    this.segments.detail[i] = detail
    this.segments.other[i] = other
    this.state[task] = state
    this.sinceNs[task] = atNs
  }

  private leave(task: number, atNs: number): void {
    const state = this.state[task]
    const spentNs = atNs - this.sinceNs[task]
    if (state === State.running) this.tasks.runningNs[task] += spentNs
    else if (state === State.ready) this.tasks.readyNs[task] += spentNs
    else if (state === State.waiting) this.tasks.waitingNs[task] += spentNs
  }
}

/** Room for every segment that the events can make, `last` set back to `first`: counting needs no order. */
function emptySegments(events: Events, taskCount: number): Segments {
  const first = new Uint32Array(taskCount + 1)
  const { words, count } = events
  for (let at = 0; at < count * EVENT_WORDS; at += EVENT_WORDS) {
    const task = words[at + 2]
    if (SEGMENT_KINDS.has(words[at] & 0xff) && task <= taskCount) first[task]++
  }
  let total = 0
  for (let task = 0; task <= taskCount; task++) {
    const size = task === 0 ? 0 : first[task]
    first[task] = total
    total += size
  }
  return {
    first,
    last: first.slice(),
    startNs: new Float64Array(total),
    state: new Uint8Array(total),
    detail: new Uint32Array(total),
    other: new Uint32Array(total),
  }
}
