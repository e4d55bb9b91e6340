import type { Definitions } from '../format/definitions.ts'
import { extended, Regions, roomFor, type Column } from './regions.ts'
import { Outcome, State, type Segments, type Tasks } from './types.ts'

const NOT_SEEN = 255

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }
type TaskColumns = Mutable<Omit<Tasks, 'count'>>

/**
 * Turns the events of tasks, visited in time's order, into segments and totals, and goes on when more of them come.
 * The columns that each event touches are fields of this object, for an event passes here millions of times: one look less at each.
 */
export class TaskBuilder {
  /** What the model shows; brought up to date by `show`. */
  readonly tasks: Mutable<Tasks>
  readonly segments: Mutable<Segments>
  stepCount = 0

  private readonly regions = new Regions(
    { startNs: new Float64Array(0), state: new Uint8Array(0), detail: new Uint32Array(0), other: new Uint32Array(0) },
    2,
  )
  private count = 0
  /** With room for more than `count`. */
  private columns: TaskColumns = {
    name: new Uint32Array(0),
    coroutine: new Uint32Array(0),
    loop: new Uint32Array(0),
    parent: new Uint32Array(0),
    creationStack: new Uint32Array(0),
    createdNs: new Float64Array(0),
    endedNs: new Float64Array(0),
    outcome: new Uint8Array(0),
    ending: new Uint32Array(0),
    raiseStack: new Uint32Array(0),
    steps: new Uint32Array(0),
    runningNs: new Float64Array(0),
    readyNs: new Float64Array(0),
    waitingNs: new Float64Array(0),
  }
  private state = new Uint8Array(0)
  private sinceNs = new Float64Array(0)
  /** Set where the wake-up came while the step still ran, as for a future that was done already. */
  private wokenEarly = new Uint8Array(0)
  /** Until when the states of unfinished tasks are counted in their totals; NaN while they are not. */
  private countedUntilNs = NaN

  private last = this.regions.last
  private startNs = this.regions.columns.startNs
  private segmentState = this.regions.columns.state
  private detail = this.regions.columns.detail
  private other = this.regions.columns.other
  private runningBeforeNs = this.regions.sums[0]
  private readyBeforeNs = this.regions.sums[1]
  private outcome = this.columns.outcome
  private steps = this.columns.steps
  private runningNs = this.columns.runningNs
  private readyNs = this.columns.readyNs
  private waitingNs = this.columns.waitingNs

  constructor() {
    this.tasks = { count: 0, ...this.columns }
    this.segments = { first: this.last, last: this.last, ...this.regions.columns, ...this.sums() }
  }

  /** Takes the tasks that were defined since the last time. */
  define({ tasks, strings, locations, loops }: Definitions): void {
    const rows = tasks.count + 1
    this.regions.reserveOwners(rows)
    this.last = this.regions.last
    const from = this.state.length === 0 ? 0 : this.count + 1
    if (from >= rows) return
    const room = roomFor(rows, this.state.length)
    for (const name of Object.keys(this.columns) as (keyof TaskColumns)[]) {
      this.columns[name] = extended<Column>(this.columns[name], room) as never
    }
    this.state = extended(this.state, room).fill(NOT_SEEN, from)
    this.sinceNs = extended(this.sinceNs, room)
    this.wokenEarly = extended(this.wokenEarly, room)
    this.columns.createdNs.fill(NaN, from)
    this.columns.endedNs.fill(NaN, from)
    const known = (id: number, count: number): number => (id <= count ? id : 0)
    for (let task = Math.max(1, from); task < rows; task++) {
      this.columns.loop[task] = known(tasks.at(task, 0), loops.count)
      this.columns.coroutine[task] = known(tasks.at(task, 1), locations.count)
      this.columns.name[task] = known(tasks.at(task, 2), strings.length - 1)
    }
    this.count = rows - 1
    ;({
      outcome: this.outcome,
      steps: this.steps,
      runningNs: this.runningNs,
      readyNs: this.readyNs,
      waitingNs: this.waitingNs,
    } = this.columns)
  }

  /** Makes room for `rows[task]` more segments of each of these tasks. */
  reserve(tasks: ArrayLike<number>, rows: Uint32Array): void {
    this.uncount()
    this.regions.reserve(tasks, rows)
    this.takeColumns()
  }

  /** Says that there may be so many segments in all. */
  expect(segments: number): void {
    this.regions.expect(segments)
    this.takeColumns()
  }

  /** See `Regions.growAhead`. */
  growAhead(): boolean {
    const hasGrown = this.regions.growAhead()
    this.takeColumns()
    return hasGrown
  }

  /** Gives back room that is not used, where it is much. */
  compact(): void {
    this.regions.compact()
    this.takeColumns()
  }

  private takeColumns(): void {
    const { columns, sums } = this.regions
    ;({ startNs: this.startNs, state: this.segmentState, detail: this.detail, other: this.other } = columns)
    ;[this.runningBeforeNs, this.readyBeforeNs] = sums
  }

  create(task: number, atNs: number, stack: number, creator: number): void {
    if (this.state[task] !== NOT_SEEN) return
    this.columns.parent[task] = creator
    this.columns.creationStack[task] = stack
    this.enter(task, atNs, State.ready, stack, creator)
  }

  rename(task: number, name: number): void {
    this.columns.name[task] = name
  }

  ready(task: number, atNs: number, stack: number, waker: number): void {
    const state = this.state[task]
    if (state === State.running) this.wokenEarly[task] = 1
    else if (state !== State.ready) this.enter(task, atNs, State.ready, stack, waker)
  }

  begin(task: number, atNs: number, flags: number): void {
    this.stepCount++
    this.steps[task]++
    this.wokenEarly[task] = 0
    this.enter(task, atNs, State.running, flags & 1, 0)
  }

  suspend(task: number, atNs: number, awaitId: number, target: number): void {
    if (this.wokenEarly[task] === 1) this.enter(task, atNs, State.ready, 0, task)
    else this.enter(task, atNs, State.waiting, awaitId, target)
  }

  yield(task: number, atNs: number, stack: number): void {
    this.enter(task, atNs, State.ready, stack, task)
  }

  finish(task: number, atNs: number, outcome: Outcome, ending: number, raiseStack = 0): void {
    if (this.outcome[task] !== Outcome.unfinished) return
    this.leave(task, atNs)
    const { columns } = this
    if (Number.isNaN(columns.createdNs[task])) columns.createdNs[task] = atNs
    columns.outcome[task] = outcome
    columns.ending[task] = ending
    columns.raiseStack[task] = raiseStack
    columns.endedNs[task] = atNs
  }

  /** Brings `tasks` and `segments` up to date; what unfinished tasks do counts up to `endNs`. Linear in the tasks. */
  show(endNs: number): void {
    this.uncount()
    this.countOpen(endNs, 1)
    this.countedUntilNs = endNs
    const rows = this.count + 1
    const shown = <A extends Column>(column: A): A => column.subarray(0, rows) as A
    this.tasks.count = this.count
    for (const name of Object.keys(this.columns) as (keyof TaskColumns)[]) {
      this.tasks[name] = shown<Column>(this.columns[name]) as never
    }
    const { first, last, columns } = this.regions
    // Copies: what is appended before the next `show` moves these, perhaps beyond the columns that are shown.
    const places = { first: first.slice(0, rows), last: last.slice(0, rows) }
    Object.assign(this.segments, { ...places, ...columns, ...this.sums() })
  }

  /** See `revivedBuilder`. */
  revive(): void {
    Object.setPrototypeOf(this.regions, Regions.prototype)
  }

  private sums(): Pick<Segments, 'runningBeforeNs' | 'readyBeforeNs'> {
    const [runningBeforeNs, readyBeforeNs] = this.regions.sums
    return { runningBeforeNs, readyBeforeNs }
  }

  /** Takes out of the totals what the last `show` put in for states that go on. */
  private uncount(): void {
    if (Number.isNaN(this.countedUntilNs)) return
    this.countOpen(this.countedUntilNs, -1)
    this.countedUntilNs = NaN
  }

  private countOpen(endNs: number, sign: 1 | -1): void {
    for (let task = 1; task <= this.count; task++) {
      if (this.outcome[task] === Outcome.unfinished) this.addTime(task, sign * (endNs - this.sinceNs[task]))
    }
  }

  private enter(task: number, atNs: number, state: State, detail: number, other: number): void {
    if (this.outcome[task] !== Outcome.unfinished) return
    if (this.state[task] === NOT_SEEN) this.columns.createdNs[task] = atNs
    else this.leave(task, atNs)
    const i = this.last[task]++
    this.startNs[i] = atNs
    this.segmentState[i] = state
    this.detail[i] = detail
    this.other[i] = other
    if ((i & 15) === 0) {
      this.runningBeforeNs[i >>> 4] = this.runningNs[task]
      this.readyBeforeNs[i >>> 4] = this.readyNs[task]
    }
    this.state[task] = state
    this.sinceNs[task] = atNs
  }

  private leave(task: number, atNs: number): void {
    this.addTime(task, atNs - this.sinceNs[task])
  }

  /** Adds to the total of the state that the task is in. */
  private addTime(task: number, ns: number): void {
    const state = this.state[task]
    if (state === State.running) this.runningNs[task] += ns
    else if (state === State.ready) this.readyNs[task] += ns
    else if (state === State.waiting) this.waitingNs[task] += ns
  }
}
