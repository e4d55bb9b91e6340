import { LoadBins } from './loadBins.ts'
import { extended, Regions } from './regions.ts'
import { BLOCKING_NS, RunKind, type Runs } from './types.ts'

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** Turns what event loops did, visited in time's order, into runs by stream, and goes on when more comes. */
export class RunBuilder {
  /** What the model shows; brought up to date by `show`. */
  readonly runs: Mutable<Runs>

  private readonly regions = new Regions(
    {
      startNs: new Float64Array(0),
      endNs: new Float64Array(0),
      kind: new Uint8Array(0),
      subject: new Uint32Array(0),
      scheduler: new Uint32Array(0),
      delay: new Uint32Array(0),
    },
    1,
  )
  private streams = 0
  /** Steps that began and have not ended, by stream, the innermost last: an eager task's first step runs inside its creator's. */
  private readonly openSteps: number[][] = []
  /** By stream: how long it ran something other than polling, in runs that ended. */
  private busyNs = new Float64Array(0)
  private readonly blocking: number[][] = []
  private readonly load: LoadBins[] = []
  /** By stream: index of the run that goes on, -1 where none does. */
  private running = new Int32Array(0)
  /** Runs that `show` ended because the trace did: they go on. */
  private cut: number[] = []

  private last = this.regions.last
  private columns = this.regions.columns
  private busyBeforeNs = this.regions.sums[0]

  constructor() {
    const { first, last, columns } = this.regions
    const { blocking, busyBeforeNs } = this
    this.runs = { first, last, ...columns, busyBeforeNs, blocking, load: [] }
  }

  /** Takes the streams that were defined since the last time: 0 up to and with `count`. */
  define(count: number): void {
    this.regions.reserveOwners(count + 1)
    this.last = this.regions.last
    this.streams = count
    while (this.openSteps.length <= count) {
      this.openSteps.push([])
      this.blocking.push([])
      this.load.push(new LoadBins())
    }
    const present = this.busyNs.length
    this.busyNs = extended(this.busyNs, count + 1)
    this.running = extended(this.running, count + 1).fill(-1, present)
  }

  /** Makes room for `rows[stream]` more runs of each of these streams. */
  reserve(streams: ArrayLike<number>, rows: Uint32Array): void {
    for (const run of this.cut) this.columns.endNs[run] = Infinity
    this.cut = []
    this.changeRegions(() => this.regions.reserve(streams, rows))
  }

  /** Says that there may be so many runs in all. */
  expect(runs: number): void {
    this.changeRegions(() => this.regions.expect(runs))
  }

  /** See `Regions.growAhead`. */
  growAhead(): boolean {
    let hasGrown = false
    this.changeRegions(() => (hasGrown = this.regions.growAhead()))
    return hasGrown
  }

  /** Gives back room that is not used, where it is much. */
  compact(): void {
    this.changeRegions(() => this.regions.compact())
  }

  /** What changes where runs stand. */
  private changeRegions(change: () => void): void {
    const offsets = this.running.map((run, stream) => (run < 0 ? -1 : run - this.regions.first[stream]))
    change()
    this.busyBeforeNs = this.regions.sums[0]
    this.running = offsets.map((offset, stream) => (offset < 0 ? -1 : offset + this.regions.first[stream]))
  }

  beginStep(stream: number, atNs: number, task: number): void {
    this.end(stream, atNs)
    this.openSteps[stream].push(task)
    this.open(stream, atNs, RunKind.step, task, 0, 0)
  }

  endStep(stream: number, atNs: number, task: number): void {
    this.end(stream, atNs)
    const open = this.openSteps[stream]
    let depth = open.length - 1
    // The innermost nearly always, and then without setting a length, which is slow.
    if (depth >= 0 && open[depth] === task) open.pop()
    else {
      depth = open.lastIndexOf(task)
      if (depth < 0) return
      open.length = depth
    }
    if (depth > 0) this.open(stream, atNs, RunKind.step, open[depth - 1], 0, 0)
  }

  begin(stream: number, atNs: number, kind: RunKind, subject: number, scheduler: number, delay: number): void {
    this.end(stream, atNs)
    if (this.openSteps[stream].length > 0) this.openSteps[stream] = []
    this.open(stream, atNs, kind, subject, scheduler, delay)
  }

  /** Ends what runs in the stream, if anything does. */
  end(stream: number, atNs: number): void {
    const i = this.running[stream]
    if (i < 0) return
    this.running[stream] = -1
    const { endNs, startNs, kind } = this.columns
    endNs[i] = atNs
    if (kind[i] === RunKind.poll) return
    const lengthNs = atNs - startNs[i]
    this.busyNs[stream] += lengthNs
    this.load[stream].add(startNs[i], atNs)
    if (lengthNs >= BLOCKING_NS) this.blocking[stream].push(i - this.regions.first[stream])
  }

  /** Which of the stream's runs, counted from 0, goes on now; -1 where none does. Where a run stands in the columns may change as the trace grows. */
  current(stream: number): number {
    const run = this.running[stream]
    return run < 0 ? -1 : run - this.regions.first[stream]
  }

  /** The task whose step runs in the stream now, 0 where none does. */
  currentTask(stream: number): number {
    const run = this.running[stream]
    return run >= 0 && this.columns.kind[run] === RunKind.step ? this.columns.subject[run] : 0
  }

  /** Brings `runs` up to date; what still runs is shown up to `endNs`. Linear in the streams. */
  show(endNs: number): void {
    const rows = this.streams + 1
    const { first, last, columns } = this.regions
    const blocking = this.blocking.map((list) => list)
    const load = this.load.map((bins) => bins.copy())
    for (let stream = 0; stream < rows; stream++) {
      const run = this.running[stream]
      if (run < 0) continue
      columns.endNs[run] = endNs
      this.cut.push(run)
      if (columns.kind[run] === RunKind.poll) continue
      load[stream].add(columns.startNs[run], endNs)
      if (endNs - columns.startNs[run] >= BLOCKING_NS) blocking[stream] = [...blocking[stream], run - first[stream]]
    }
    const { busyBeforeNs } = this
    // Copies: see TaskBuilder.show.
    const places = { first: first.slice(0, rows), last: last.slice(0, rows) }
    Object.assign(this.runs, { ...places, ...columns, busyBeforeNs, blocking, load })
  }

  /** See `revivedBuilder`. */
  revive(): void {
    Object.setPrototypeOf(this.regions, Regions.prototype)
    for (const bins of [...this.load, ...this.runs.load]) Object.setPrototypeOf(bins, LoadBins.prototype)
  }

  private open(stream: number, atNs: number, kind: RunKind, subject: number, scheduler: number, delay: number): void {
    // The end of a step that ran inside another one lets the outer one go on. Where the tasks were not eager, nobody counted that run.
    if (!this.regions.hasRoom(stream)) this.reserve([stream], new Uint32Array(stream + 1).fill(1))
    const i = this.last[stream]++
    this.running[stream] = i
    const { columns } = this
    columns.startNs[i] = atNs
    columns.endNs[i] = Infinity
    columns.kind[i] = kind
    columns.subject[i] = subject
    columns.scheduler[i] = scheduler
    columns.delay[i] = delay
    if ((i & 15) === 0) this.busyBeforeNs[i >>> 4] = this.busyNs[stream]
  }
}
