import type { Definitions } from '../format/definitions.ts'
import { EVENT_BYTES, EVENT_WORDS, type EventBlock } from '../format/events.ts'
import type { TraceHeader } from '../format/header.ts'
import type { TraceFile } from '../format/reader.ts'
import { Event, TaskFlag } from '../format/schema.ts'
import { CancelBuilder } from './cancelBuilder.ts'
import { inferRequesters } from './cancelRequesters.ts'
import { ConnectionBuilder } from './connectionBuilder.ts'
import { EventOrder } from './eventOrder.ts'
import { JobBuilder } from './jobBuilder.ts'
import { NoteBuilder } from './noteBuilder.ts'
import { ResourceBuilder } from './resourceBuilder.ts'
import { extended, roomFor } from './regions.ts'
import { RunBuilder } from './runBuilder.ts'
import { ScopeBuilder } from './scopeBuilder.ts'
import { buildTables } from './tables.ts'
import { TaskBuilder } from './taskBuilder.ts'
import { TimerBuilder } from './timerBuilder.ts'
import { Outcome, RunKind, type Tables, type TraceModel } from './types.ts'

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** What one look at an event's kind must tell, for there are millions: bits of `ROLE[kind]`. */
const ABOUT_TASK = 1
const ABOUT_OBJECT = 2
const MAKES_SEGMENT = 4
const MAKES_RUN = 8
const ROLE = new Uint8Array(256)
for (let kind: number = Event.STEP_BEGIN; kind <= Event.STEP_CANCEL; kind++) ROLE[kind] |= ABOUT_TASK
for (let kind: number = Event.TASK_CREATE; kind <= Event.TASK_DESTROYED; kind++) ROLE[kind] |= ABOUT_TASK
for (let kind: number = Event.ACQUIRE; kind <= Event.KILLED; kind++) ROLE[kind] |= ABOUT_OBJECT
for (const kind of [Event.TASK_CREATE, Event.TASK_READY, Event.STEP_BEGIN, Event.STEP_SUSPEND, Event.STEP_YIELD]) {
  ROLE[kind] |= MAKES_SEGMENT
}
for (const kind of [Event.POLL_BEGIN, Event.STEP_BEGIN, Event.CALLBACK_BEGIN, Event.TIMER_BEGIN])
  ROLE[kind] |= MAKES_RUN

/**
 * While a file is being read, events wait until those come that are so much newer: the recorder writes the events of all threads about
 * every 50 ms, one thread after the other.
 */
const READING_HELD_BACK_NS = 1e9

/** How a file ends, as far as it has been read. */
export type FileState = Pick<TraceFile, 'end' | 'endNs' | 'skippedBlocks' | 'damage'>

/**
 * Interprets a file, all of it or as it grows: `append` events, then `build`, and again. The work is in proportion to what is appended.
 * Takes any file that the reader takes: what does not make sense is left out and counted in `notices`.
 */
export class ModelBuilder {
  private readonly tasks = new TaskBuilder()
  private readonly runs = new RunBuilder()
  private readonly cancels = new CancelBuilder()
  private readonly resources = new ResourceBuilder()
  private readonly scopes = new ScopeBuilder()
  private readonly jobs = new JobBuilder()
  private readonly connections = new ConnectionBuilder()
  private readonly timers = new TimerBuilder()
  private readonly notes = new NoteBuilder()
  private readonly order = new EventOrder()
  private tables: Tables
  private tablesOf = NaN
  private eventCount = 0
  private dropped = 0
  private readonly reasons = new Set<string>()
  /** By object: what DETAIL events said, for the tables are made anew when definitions come. */
  private readonly details = new Map<number, number>()
  /** The latest task that no task created. */
  private rootTask = 0
  /** The timer that runs next, by stream. */
  private readonly nextTimer = new Map<number, number>()
  /** By task: how many segments come; all 0 between two appends, for making it anew each time costs more than small appends. */
  private taskRows: Uint32Array = new Uint32Array(0)
  private unknown = 0
  private dangling = 0
  /** Whether an event used an id that was not defined yet. */
  private usesUndefined = false
  /** How many of each there are: an id up to that is defined. */
  private readonly counts = {
    tasks: 0,
    strings: 0,
    stacks: 0,
    awaits: 0,
    locations: 0,
    loops: 0,
    objects: 0,
    streams: 0,
  }
  private model: Mutable<TraceModel> | undefined

  /** `definitions` may grow: those that events use must be there when these are appended. */
  constructor(
    private readonly header: TraceHeader,
    private readonly definitions: Definitions,
  ) {
    this.tables = buildTables(definitions)
  }

  /**
   * Says that the file has so many bytes, before the first `append`: each task's segments and each thread's runs then find their place while the rest
   * of the file is on its way.
   */
  expect(bytes: number): void {
    const events = Math.ceil(bytes / EVENT_BYTES)
    this.tasks.expect(events)
    // Each has a beginning and an end.
    this.runs.expect(events >>> 1)
  }

  /**
   * Appends events of a file whose rest is still being read, and interprets them, save the newest ones. Where a file is in an order that this
   * cannot foresee, the model would not be that of the whole file: `needsWhole` says so then.
   */
  read(blocks: readonly EventBlock[]): void {
    this.reserve(blocks)
    this.interpret(this.order.newestNs - READING_HELD_BACK_NS)
  }

  /** Whether what was read in parts must be read again, and given to `read` at once: a thread's events came late, or before their definitions. */
  get needsWhole(): boolean {
    return this.order.isLate || this.usesUndefined
  }

  /**
   * Appends events, and interprets those up to `heldBackNs` before the newest: the streams of a file that grows come one after the other.
   */
  append(blocks: readonly EventBlock[], heldBackNs = 0): void {
    const { order } = this
    this.reserve(blocks)
    this.interpret(heldBackNs > 0 && order.waiting > 1 ? order.newestNs - heldBackNs : Infinity)
  }

  /** Makes room for events that are still to come, where little is left, a part of it each time; false where there is enough. */
  growAhead(): boolean {
    return this.tasks.growAhead() || this.runs.growAhead()
  }

  /** Appends events, and counts them, so that every column has its room when they are interpreted. */
  private reserve(blocks: readonly EventBlock[]): void {
    const { definitions, order } = this
    this.define()
    const taskRows = (this.taskRows = extended(
      this.taskRows,
      roomFor(definitions.tasks.count + 1, this.taskRows.length),
    ))
    const some: number[] = []
    const streamRows = new Uint32Array(definitions.streams.count + 1)
    const kinds = new Uint32Array(256)
    for (const { words, start, count, stream } of blocks) {
      let runs = 0
      for (let at = start, end = start + count * EVENT_WORDS; at < end; at += EVENT_WORDS) {
        const kind = words[at] & 0xff
        const role = ROLE[kind]
        kinds[kind]++
        if ((role & MAKES_SEGMENT) !== 0) {
          const task = words[at + 2]
          if (task <= definitions.tasks.count && taskRows[task]++ === 0) some.push(task)
        }
        if ((role & MAKES_RUN) !== 0) runs++
        // An eager task's first step runs inside its creator's, which goes on afterwards: one more run.
        else if (kind === Event.TASK_CREATE && (definitions.tasks.at(words[at + 2], 3) & TaskFlag.EAGER) !== 0) runs++
      }
      streamRows[stream < streamRows.length ? stream : 0] += runs
      this.eventCount += count
    }
    taskRows[0] = 0
    this.tasks.reserve(
      some.sort((a, b) => a - b),
      taskRows,
    )
    for (const task of some) taskRows[task] = 0
    this.runs.reserve(indexesOfSome(streamRows), streamRows)
    this.resources.reserve(kinds)
    order.add(blocks)
  }

  /** The model of all that was appended: the same object each time, brought up to date. Linear in the tasks and in what is seldom. */
  build(file: FileState): TraceModel {
    this.define()
    if (!this.model) {
      this.interpret(Infinity)
      this.tasks.compact()
      this.runs.compact()
    }
    if (file.end !== 'open') this.interpret(Infinity)
    const { tasks, runs, definitions, dropped, order } = this
    const endNs = Number.isNaN(file.endNs) ? order.reachedNs : Math.max(order.reachedNs, file.endNs)
    tasks.show(endNs)
    runs.show(endNs)
    this.scopes.closeWaits(tasks.segments, this.tables)
    const model: TraceModel = {
      header: this.header,
      tables: this.tables,
      tasks: tasks.tasks,
      segments: tasks.segments,
      runs: runs.runs,
      cancels: this.cancels.build(),
      holds: this.resources.buildHolds(),
      levels: this.resources.buildLevels(),
      scopes: this.scopes.build(),
      jobs: this.jobs.build(),
      ...this.connections.build(),
      timers: this.timers.build(runs.runs.first),
      ...this.notes.build(runs.runs.first),
      joined: undefined,
      endNs,
      end: file.end,
      eventCount: this.eventCount,
      stepCount: tasks.stepCount,
      droppedEvents: dropped,
      notices: notices(file, dropped, this.reasons, this.unknown + definitions.unknown, this.dangling),
    }
    this.model = Object.assign(this.model ?? model, model)
    inferRequesters(this.model)
    return this.model
  }

  /** See `revivedBuilder`. */
  revive(definitions: Definitions): this {
    const classes = [
      [this.tasks, TaskBuilder],
      [this.runs, RunBuilder],
      [this.cancels, CancelBuilder],
      [this.resources, ResourceBuilder],
      [this.scopes, ScopeBuilder],
      [this.jobs, JobBuilder],
      [this.connections, ConnectionBuilder],
      [this.timers, TimerBuilder],
      [this.notes, NoteBuilder],
      [this.order, EventOrder],
    ] as const
    for (const [part, { prototype }] of classes) Object.setPrototypeOf(part, prototype)
    for (const part of [this.tasks, this.runs, this.resources, this.order]) part.revive()
    return Object.assign(this, { definitions })
  }

  /** Takes what was defined since the last time. */
  private define(): void {
    const { definitions } = this
    const { tasks, strings, locations, stacks, awaits, loops, streams, objects } = definitions
    const rows = [tasks, locations, stacks, awaits, loops, streams, objects].reduce((sum, { count }) => sum + count, 0)
    if (this.tablesOf === rows + strings.length) return
    this.tablesOf = rows + strings.length
    Object.assign(this.counts, {
      tasks: tasks.count,
      strings: strings.length - 1,
      stacks: stacks.count,
      awaits: awaits.count,
      locations: locations.count,
      loops: loops.count,
      objects: objects.count,
      streams: streams.count,
    })
    this.tables = buildTables(definitions)
    for (const [object, detail] of this.details) this.tables.objects.detail[object] = detail
    this.tasks.define(definitions)
    this.runs.define(streams.count)
    this.resources.define(objects.count)
    this.notes.define(loops.count)
  }

  private interpret(untilNs: number): void {
    this.order.visit(this, untilNs)
  }

  /** 0 for an id that nothing defines (yet). */
  private known(id: number, count: number): number {
    if (id <= count) return id
    this.usesUndefined = true
    return 0
  }

  private taskOr0(id: number): number {
    return this.known(id, this.counts.tasks)
  }

  private stringOr0(id: number): number {
    return this.known(id, this.counts.strings)
  }

  private stackOr0(id: number): number {
    return this.known(id, this.counts.stacks)
  }

  private awaitOr0(id: number): number {
    return this.known(id, this.counts.awaits)
  }

  private locationOr0(id: number): number {
    return this.known(id, this.counts.locations)
  }

  private loopOr0(id: number): number {
    return this.known(id, this.counts.loops)
  }

  private objectOr0(id: number): number {
    return this.known(id, this.counts.objects)
  }

  private streamOr0(id: number): number {
    return this.known(id, this.counts.streams)
  }

  /** Interprets one event; see `Visitor`. */
  visit(kind: number, aux: number, atNs: number, a: number, b: number, streamId: number): void {
    const { tables, tasks, runs, cancels, resources, scopes, jobs, connections, timers, notes, counts } = this
    const stream = this.streamOr0(streamId)
    const role = ROLE[kind]
    if (
      ((role & ABOUT_TASK) !== 0 && (a === 0 || a > counts.tasks)) ||
      ((role & ABOUT_OBJECT) !== 0 && (a === 0 || a > counts.objects))
    ) {
      this.dangling++
      this.usesUndefined = true
      return
    }
    switch (kind) {
      case Event.STEP_BEGIN:
        runs.beginStep(stream, atNs, a)
        tasks.begin(a, atNs, aux)
        if (aux & 1) cancels.deliver(a, atNs)
        break
      case Event.STEP_SUSPEND:
        runs.endStep(stream, atNs, a)
        tasks.suspend(a, atNs, this.awaitOr0(aux), b)
        break
      case Event.STEP_YIELD:
        runs.endStep(stream, atNs, a)
        tasks.yield(a, atNs, tables.awaits.stack[this.awaitOr0(aux)])
        break
      case Event.STEP_RETURN:
        runs.endStep(stream, atNs, a)
        tasks.finish(a, atNs, Outcome.done, 0)
        break
      case Event.STEP_RAISE:
        runs.endStep(stream, atNs, a)
        tasks.finish(a, atNs, Outcome.failed, this.stringOr0(b), this.stackOr0(aux))
        break
      case Event.STEP_CANCEL:
        runs.endStep(stream, atNs, a)
        tasks.finish(a, atNs, Outcome.cancelled, this.stringOr0(b))
        break
      case Event.TASK_READY:
        tasks.ready(a, atNs, this.stackOr0(aux), this.taskOr0(b))
        break
      case Event.TASK_CREATE:
        tasks.create(a, atNs, this.stackOr0(aux), this.taskOr0(b))
        if (b === 0) this.rootTask = a
        break
      case Event.TASK_NAME:
        tasks.rename(a, this.stringOr0(b))
        break
      case Event.CANCEL_REQUEST:
        cancels.request(a, atNs, this.taskOr0(b), this.stackOr0(aux))
        break
      case Event.CANCEL_MESSAGE:
        cancels.message(a, this.stringOr0(b))
        break
      case Event.CALLBACK_BEGIN:
        runs.begin(stream, atNs, RunKind.callback, this.locationOr0(aux), this.taskOr0(a), b)
        break
      case Event.TIMER_BEGIN:
        runs.begin(stream, atNs, RunKind.timer, this.locationOr0(aux), this.taskOr0(a), b)
        if (this.nextTimer.size > 0) {
          const timer = this.nextTimer.get(stream)
          if (timer !== undefined) timers.runs(timer, stream, runs.current(stream))
          this.nextTimer.delete(stream)
        }
        break
      case Event.POLL_BEGIN:
        runs.begin(stream, atNs, RunKind.poll, this.loopOr0(a), aux, b)
        break
      case Event.POLL_END:
      case Event.RUN_END:
        runs.end(stream, atNs)
        break
      case Event.LOOP_START:
        runs.end(stream, atNs)
        notes.loopStarts(this.loopOr0(a), atNs, stream, this.stackOr0(aux), this.rootTask)
        this.rootTask = 0
        break
      case Event.LOOP_STOP:
        runs.end(stream, atNs)
        notes.loopStops(this.loopOr0(a), atNs, this.stringOr0(b))
        break
      case Event.LOOP_CLOSE:
        runs.end(stream, atNs)
        notes.loopCloses(this.loopOr0(a), atNs)
        break
      case Event.UNCANCEL:
        notes.uncancel(a, atNs, this.stackOr0(aux), b)
        break
      case Event.ACQUIRE:
        resources.acquire(a, atNs, this.taskOr0(b), this.stackOr0(aux))
        break
      case Event.RELEASE:
        resources.release(a, atNs, this.taskOr0(b))
        break
      case Event.LEVEL:
        resources.level(a, atNs, b, this.stackOr0(aux), runs.currentTask(stream))
        break
      case Event.CAPACITY:
        resources.capacity(a, b)
        break
      case Event.SCOPE_OPEN:
        scopes.open(a, atNs, this.taskOr0(b), this.stackOr0(aux))
        break
      case Event.SCOPE_CHILD:
        scopes.child(a, this.taskOr0(b))
        break
      case Event.SCOPE_CLOSE:
        scopes.close(a, atNs, aux)
        break
      case Event.JOB_SUBMIT:
        jobs.submit(a, atNs, this.objectOr0(b), this.stackOr0(aux), runs.currentTask(stream))
        break
      case Event.JOB_BEGIN:
        jobs.begin(a, atNs, stream)
        break
      case Event.JOB_END:
        jobs.end(a, atNs)
        break
      case Event.SAMPLE:
        notes.sample(atNs, this.streamOr0(a), this.stackOr0(aux), b, runs.current(this.streamOr0(a)))
        break
      case Event.PROCESSOR_WAIT:
        notes.processorWait(atNs, this.streamOr0(a), aux, b)
        break
      case Event.TASK_DESTROYED:
        notes.warn(kind, atNs, a, 0, 0, 0)
        break
      case Event.CANCEL_CAUGHT:
        notes.warn(kind, atNs, this.taskOr0(a), this.stackOr0(aux), 0, 0)
        break
      case Event.CALLBACK_REPEATS:
        notes.warn(kind, atNs, 0, this.stackOr0(aux), 0, this.locationOr0(a))
        break
      case Event.UNRETRIEVED:
        notes.warn(kind, atNs, this.taskOr0(a), this.stackOr0(aux), this.stringOr0(b), 0)
        break
      case Event.NEVER_AWAITED:
        notes.warn(kind, atNs, this.taskOr0(b), this.stackOr0(aux), 0, this.locationOr0(a))
        break
      case Event.LOOP_ERROR:
        notes.warn(kind, atNs, this.taskOr0(b), this.stackOr0(aux), this.stringOr0(a), 0)
        break
      case Event.THREADSAFE_CALL:
        notes.call(1, atNs, stream, this.loopOr0(a), this.stackOr0(aux), this.locationOr0(b), runs.currentTask(stream))
        break
      case Event.FOREIGN_CALL:
        notes.call(0, atNs, stream, this.loopOr0(a), this.stackOr0(aux), this.taskOr0(b), runs.currentTask(stream))
        break
      case Event.TIMER_SET:
        timers.set(a, atNs, this.locationOr0(b), this.stackOr0(aux), runs.currentTask(stream))
        break
      case Event.TIMER_CANCEL:
        timers.cancel(a, atNs, this.taskOr0(b), this.stackOr0(aux))
        break
      case Event.TIMER_RUN:
        this.nextTimer.set(stream, a)
        break
      case Event.DETAIL:
        this.details.set(a, this.stringOr0(b))
        tables.objects.detail[a] = this.stringOr0(b)
        break
      case Event.OPENED:
        connections.opened(a, atNs, this.stackOr0(aux), runs.currentTask(stream), this.objectOr0(b))
        break
      case Event.CLOSED:
        connections.closed(a, atNs, this.stringOr0(b))
        break
      case Event.RECEIVED:
        connections.received(a, b)
        break
      case Event.SENT:
        connections.sent(a, b)
        break
      case Event.WRITING:
        if (b === 0) connections.paused(a)
        break
      case Event.SPAWNED:
        connections.spawned(a, atNs, this.stackOr0(aux), runs.currentTask(stream), b)
        break
      case Event.KILLED:
        connections.killed(a, b, this.stackOr0(aux))
        break
      case Event.EXITED:
        connections.exited(a, atNs, b)
        break
      case Event.SIGNAL:
        notes.happen(kind, atNs, a, this.locationOr0(aux), 0)
        break
      case Event.FINALIZED:
        notes.happen(kind, atNs, this.locationOr0(a), this.taskOr0(b), 0)
        break
      case Event.WATCH:
        notes.happen(kind, atNs, a, this.stackOr0(aux), b)
        break
      case Event.MARK:
        notes.happen(kind, atNs, this.stringOr0(a), 0, 0)
        break
      case Event.DROPPED:
        this.dropped += a
        if (this.stringOr0(b) > 0) this.reasons.add(tables.strings[b])
        break
      case Event.ALIVE:
        break
      default:
        this.unknown++
    }
  }
}

/** The whole file's model. */
export function buildModel(file: TraceFile): TraceModel {
  const builder = new ModelBuilder(file.header, file.definitions)
  builder.append(file.events.blocks)
  return builder.build(file)
}

/** A builder that crossed from one thread to another, where all but its classes arrives, goes on as it was. */
export const revivedBuilder = (data: ModelBuilder, definitions: Definitions): ModelBuilder =>
  Object.assign(Object.create(ModelBuilder.prototype) as ModelBuilder, data).revive(definitions)

/** The indexes at which there is something other than 0. */
function indexesOfSome(counts: Uint32Array): number[] {
  const indexes: number[] = []
  for (let i = 0; i < counts.length; i++) if (counts[i] > 0) indexes.push(i)
  return indexes
}

function notices(
  file: FileState,
  dropped: number,
  reasons: ReadonlySet<string>,
  unknown: number,
  dangling: number,
): string[] {
  const notices: string[] = []
  if (file.damage !== undefined) notices.push(file.damage)
  if (dropped > 0) notices.push(`The recorder left out ${dropped.toLocaleString('en')} events.`)
  for (const reason of reasons) notices.push(`Not recorded: ${reason}.`)
  if (file.skippedBlocks + unknown > 0) {
    const count = (file.skippedBlocks + unknown).toLocaleString('en')
    notices.push(
      `${count} records are of kinds this version does not know and are not shown: update Loopscope to see them.`,
    )
  }
  if (dangling > 0) {
    notices.push(
      `${dangling.toLocaleString('en')} events name a task that the trace does not define and are not shown.`,
    )
  }
  return notices
}
