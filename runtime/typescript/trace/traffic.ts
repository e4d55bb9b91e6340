// Connections, servers, pipes and processes in a trace: the same events as the recorder for Python writes.
import { constants } from 'node:os'
import { Event, ObjectCode } from '../../../trace/format/schema.ts'
import type { EventBlock } from './eventBlock.ts'
import type { OpenedThing, TracedTransport, UntoldBytes } from './hooks.ts'
import type { Tables } from './tables.ts'
import type { Things } from './things.ts'

/** `Type: message`. */
export const described = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

const MAX_U32 = 2 ** 32 - 1
const MAX_DETAIL = 200

export class Traffic {
  /** Who has bytes that are not told yet: they are counted, and told when the recorder writes. */
  private untold: UntoldBytes[] = []

  constructor(
    private readonly block: EventBlock,
    private readonly things: Things,
    private readonly tables: Tables,
  ) {}

  opened(thing: object, { kind, label, detail, server }: OpenedThing, stack: number): void {
    const id = this.things.object(thing, kind, label)
    this.detail(id, detail)
    this.block.add(Event.OPENED, stack, id, server === undefined ? 0 : this.things.object(server, ObjectCode.server))
  }

  closed(thing: object & Partial<TracedTransport>, kind: number, error: unknown): void {
    if (thing._traffic?.by === this) this.tell(thing._traffic)
    const text = error === undefined ? '' : described(error)
    this.block.add(Event.CLOSED, 0, this.things.object(thing, kind), this.tables.string(text))
  }

  received(transport: TracedTransport, bytes: number): void {
    this.bytesOf(transport).received += bytes
  }

  sent(transport: TracedTransport, bytes: number): void {
    this.bytesOf(transport).sent += bytes
  }

  spawned(process: object, command: string, pid: number, stack: number): void {
    const id = this.things.object(process, ObjectCode.process)
    this.detail(id, command.length <= MAX_DETAIL ? command : `${command.slice(0, MAX_DETAIL - 1)}…`)
    this.block.add(Event.SPAWNED, stack, id, pid)
  }

  /** A negative status counts down from 2^32. */
  exited(process: object, status: number): void {
    this.block.add(Event.EXITED, 0, this.things.object(process, ObjectCode.process), status >>> 0)
  }

  killed(process: object, signal: NodeJS.Signals | number, stack: number): void {
    const number = typeof signal === 'number' ? signal : constants.signals[signal]
    this.block.add(Event.KILLED, stack, this.things.object(process, ObjectCode.process), number)
  }

  signalled(signal: NodeJS.Signals, handler: number): void {
    this.block.add(Event.SIGNAL, handler, constants.signals[signal], 0)
  }

  /** Tells the bytes of all. */
  tellAll(): void {
    const { untold } = this
    this.untold = []
    for (const bytes of untold) this.tell(bytes)
  }

  private tell(bytes: UntoldBytes): void {
    const { id, received, sent } = bytes
    bytes.received = bytes.sent = 0 // first: an event can make the recorder write, which tells all
    this.count(Event.RECEIVED, id, received)
    this.count(Event.SENT, id, sent)
  }

  private count(kind: number, id: number, bytes: number): void {
    for (let left = bytes; left > 0; left -= MAX_U32) this.block.add(kind, 0, id, Math.min(left, MAX_U32))
  }

  private detail(id: number, text: string): void {
    if (text !== '') this.block.add(Event.DETAIL, 0, id, this.tables.string(text))
  }

  private bytesOf(transport: TracedTransport): UntoldBytes {
    let bytes = transport._traffic
    if (bytes?.by !== this) {
      const id = this.things.object(transport, ObjectCode.transport)
      transport._traffic = bytes = { by: this, id, received: 0, sent: 0 }
    }
    if (bytes.received + bytes.sent === 0) this.untold.push(bytes)
    return bytes
  }
}
