import { PbfWriter } from 'pbf'
import type { SourceLine } from '../../model/describe.ts'

/**
 * Writes the packets of a Perfetto trace. Field numbers are those of `perfetto/trace/perfetto_trace.proto`; only what is used here stands here.
 * Names are interned: an event holds a number, and the first event with a name defines it.
 */

const TRACE_PACKET = 1
const PACKET = {
  clockSnapshot: 6,
  timestamp: 8,
  sequence: 10,
  trackEvent: 11,
  internedData: 12,
  sequenceFlags: 13,
  trackDescriptor: 60,
} as const
const INTERNED = { categories: 1, names: 2, annotationNames: 3, locations: 4 } as const
const EVENT = {
  categories: 3,
  annotations: 4,
  type: 9,
  name: 10,
  track: 11,
  counter: 30,
  location: 34,
  flows: 47,
  endingFlows: 48,
} as const
const TRACK = {
  uuid: 1,
  name: 2,
  process: 3,
  thread: 4,
  parent: 5,
  counter: 8,
  childOrdering: 11,
  rank: 12,
  merge: 15,
} as const
const CLEARED = 1
const NEEDS_STATE = 2
const ORDER_BY_RANK = 3
/** Two tasks of one name are two tracks. */
const DO_NOT_MERGE = 2

const Phase = { begin: 1, end: 2, instant: 3, counter: 4 } as const
type Phase = (typeof Phase)[keyof typeof Phase]

export interface Track {
  /** Unique in the file, not 0. */
  readonly uuid: number
  readonly parent?: number
  readonly name?: string
  readonly process?: { readonly pid: number; readonly name: string; readonly argv: readonly string[] }
  readonly thread?: { readonly pid: number; readonly id: number; readonly name: string }
  readonly isCounter?: boolean
  /** Its children stand in the order of their ranks. */
  readonly ranksChildren?: boolean
  readonly rank?: number
}

/** A slice that begins. All fields always, so that all of them have one shape: millions are made. */
export interface Slice {
  readonly track: number
  /** Since the file's zero. */
  readonly atNs: number
  readonly name: string
  readonly category: string
  /** Known by identity: hand over the same object for the same line. */
  readonly location: SourceLine | undefined
  readonly annotations: Readonly<Record<string, string | number>> | undefined
  /** The arrow that ends here. */
  readonly endingFlow: number | undefined
}

const NO_SLICE: Slice = {
  track: 0,
  atNs: 0,
  name: '',
  category: '',
  location: undefined,
  annotations: undefined,
  endingFlow: undefined,
}

/** One sequence of packets, with names of its own. `take` hands over what was written since. */
export class PacketWriter {
  private out = new PbfWriter(new Uint8Array(1 << 20))
  private readonly names = new Map<string, number>()
  private readonly categories = new Map<string, number>()
  private readonly annotationNames = new Map<string, number>()
  private readonly locations = new Map<SourceLine, number>()
  /** What the next packet has to define: pairs of a field and how to write it. */
  private news: ((out: PbfWriter) => void)[] = []
  private begun = false

  /** `sequence` counts from 1. */
  constructor(private readonly sequence: number) {}

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.out.pos
  }

  take(): Uint8Array {
    const bytes = this.out.buf.slice(0, this.out.pos)
    this.out.pos = 0
    return bytes
  }

  /** The file's clock (as the boot clock, which is Perfetto's default) beside the wall clock and the monotonic one. */
  clocks(atNs: number, wallClockNs: bigint, monotonicNs: bigint): void {
    this.packet((out) => {
      out.writeMessage(
        PACKET.clockSnapshot,
        (_, snapshot) => {
          for (const [id, ns] of [
            [6, atNs],
            [3, Number(monotonicNs)],
            [1, Number(wallClockNs)],
          ] as const) {
            snapshot.writeMessage(1, writeClock, { id, ns })
          }
        },
        undefined,
      )
    })
  }

  track(track: Track): void {
    this.packet((out) => out.writeMessage(PACKET.trackDescriptor, writeTrack, track))
  }

  begin(slice: Slice): void {
    this.set(Phase.begin, slice.track, slice.atNs, slice.name, slice.category)
    this.location = slice.location === undefined ? 0 : this.locationId(slice.location)
    for (const key in slice.annotations) this.id(this.annotationNames, INTERNED.annotationNames, key)
    this.slice = slice
    this.packet(this.writeEventPacket)
  }

  end(track: number, atNs: number): void {
    this.set(Phase.end, track, atNs, '', '')
    this.packet(this.writeEventPacket)
  }

  /** Something of no length, in the slice that is open there; an arrow begins at it. */
  instant(track: number, atNs: number, name: string, category: string, flow: number): void {
    this.set(Phase.instant, track, atNs, name, category)
    this.number = flow
    this.packet(this.writeEventPacket)
  }

  counter(track: number, atNs: number, value: number): void {
    this.set(Phase.counter, track, atNs, '', '')
    this.number = value
    this.packet(this.writeEventPacket)
  }

  private set(phase: Phase, track: number, atNs: number, name: string, category: string): void {
    this.phase = phase
    this.trackId = track
    this.atNs = atNs
    this.name = name === '' ? 0 : this.id(this.names, INTERNED.names, name)
    this.category = category === '' ? 0 : this.id(this.categories, INTERNED.categories, category)
    this.location = 0
    this.slice = NO_SLICE
  }

  // The event being written. No closure is made for it: this runs millions of times.
  private phase: Phase = Phase.end
  private trackId = 0
  private atNs = 0
  private name = 0
  private category = 0
  private location = 0
  /** A counter's value, or the arrow that begins. */
  private number = 0
  private slice = NO_SLICE

  private readonly writeEventPacket = (out: PbfWriter): void => {
    out.writeVarintField(PACKET.timestamp, Math.round(this.atNs))
    out.writeMessage(PACKET.trackEvent, this.writeEvent, undefined)
  }

  private readonly writeEvent = (_: undefined, out: PbfWriter): void => {
    if (this.category > 0) out.writeVarintField(EVENT.categories, this.category)
    const { annotations, endingFlow } = this.slice
    for (const key in annotations)
      out.writeMessage(EVENT.annotations, writeAnnotation, [
        this.annotationNames.get(key) ?? 0,
        annotations[key],
      ] as const)
    out.writeVarintField(EVENT.type, this.phase)
    if (this.name > 0) out.writeVarintField(EVENT.name, this.name)
    out.writeVarintField(EVENT.track, this.trackId)
    if (this.phase === Phase.counter) out.writeVarintField(EVENT.counter, this.number)
    if (this.location > 0) out.writeVarintField(EVENT.location, this.location)
    if (this.phase === Phase.instant) out.writeFixed64Field(EVENT.flows, this.number)
    if (endingFlow !== undefined) out.writeFixed64Field(EVENT.endingFlows, endingFlow)
  }

  private packet(body: (out: PbfWriter) => void): void {
    this.body = body
    this.out.writeMessage(TRACE_PACKET, this.writePacket, undefined)
    this.begun = true
  }

  private body: (out: PbfWriter) => void = () => undefined

  private readonly writePacket = (_: undefined, out: PbfWriter): void => {
    this.body(out)
    out.writeVarintField(PACKET.sequence, this.sequence)
    out.writeVarintField(PACKET.sequenceFlags, this.begun ? NEEDS_STATE : CLEARED)
    if (this.news.length === 0) return
    out.writeMessage(PACKET.internedData, (news, interned) => news.forEach((write) => write(interned)), this.news)
    this.news = []
  }

  private id(known: Map<string, number>, field: number, text: string): number {
    const before = known.get(text)
    if (before !== undefined) return before
    const id = known.size + 1
    known.set(text, id)
    this.news.push((out) => out.writeMessage(field, writeName, { id, text }))
    return id
  }

  private locationId(location: SourceLine): number {
    const before = this.locations.get(location)
    if (before !== undefined) return before
    const id = this.locations.size + 1
    this.locations.set(location, id)
    this.news.push((out) => out.writeMessage(INTERNED.locations, writeLocation, { id, location }))
    return id
  }
}

function writeClock({ id, ns }: { id: number; ns: number }, out: PbfWriter): void {
  out.writeVarintField(1, id)
  out.writeVarintField(2, ns)
}

function writeName({ id, text }: { id: number; text: string }, out: PbfWriter): void {
  out.writeVarintField(1, id)
  out.writeStringField(2, text)
}

function writeLocation({ id, location }: { id: number; location: SourceLine }, out: PbfWriter): void {
  out.writeVarintField(1, id)
  out.writeStringField(2, location.file)
  out.writeStringField(3, location.function)
  out.writeVarintField(4, location.line)
}

function writeAnnotation([name, value]: readonly [number, string | number], out: PbfWriter): void {
  out.writeVarintField(1, name)
  if (typeof value === 'string') out.writeStringField(6, value)
  else out.writeVarintField(3, value)
}

function writeTrack(track: Track, out: PbfWriter): void {
  out.writeVarintField(TRACK.uuid, track.uuid)
  if (track.parent !== undefined) out.writeVarintField(TRACK.parent, track.parent)
  if (track.name !== undefined) out.writeStringField(TRACK.name, track.name)
  if (track.process) {
    out.writeMessage(
      TRACK.process,
      ({ pid, name, argv }, body) => {
        body.writeVarintField(1, pid)
        for (const argument of argv) body.writeStringField(2, argument)
        body.writeStringField(6, name)
      },
      track.process,
    )
  }
  if (track.thread) {
    out.writeMessage(
      TRACK.thread,
      ({ pid, id, name }, body) => {
        body.writeVarintField(1, pid)
        body.writeVarintField(2, id)
        body.writeStringField(5, name)
      },
      track.thread,
    )
  }
  if (track.isCounter) out.writeMessage(TRACK.counter, () => undefined, undefined)
  if (track.ranksChildren) out.writeVarintField(TRACK.childOrdering, ORDER_BY_RANK)
  if (track.rank !== undefined) out.writeVarintField(TRACK.rank, track.rank)
  if (!track.process && !track.thread) out.writeVarintField(TRACK.merge, DO_NOT_MERGE)
}
