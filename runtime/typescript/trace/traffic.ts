// Connections, servers, pipes and processes in a trace: the same events as the recorder for Python writes.
import { constants } from 'node:os'
import { Event, ObjectCode } from '../../../trace/format/schema.ts'
import type { OpenedThing } from './hooks.ts'

/** What this needs of the recorder. */
export interface EventSink {
  add(kind: number, aux: number, a: number, b: number): void
  /** The thing's id, defined with this label where it has none yet. */
  object(thing: object, kind: number, label?: string): number
  string(text: string): number
}

/** `Type: message`. */
export const described = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

const MAX_U32 = 2 ** 32 - 1
const MAX_DETAIL = 200

interface Bytes {
  received: number
  sent: number
}

export class Traffic {
  /** Bytes that are not told yet: they are counted, and told when the recorder writes. */
  private readonly untold = new Map<object, Bytes>()

  constructor(private readonly sink: EventSink) {}

  opened(thing: object, { kind, label, detail, server }: OpenedThing, stack: number): void {
    const id = this.sink.object(thing, kind, label)
    this.detail(id, detail)
    this.sink.add(
      Event.OPENED,
      stack,
      id,
      server === undefined ? 0 : this.sink.object(server, ObjectCode.server, 'server'),
    )
  }

  closed(thing: object, kind: number, error: unknown): void {
    this.tell(thing)
    const text = error === undefined ? '' : described(error)
    this.sink.add(Event.CLOSED, 0, this.sink.object(thing, kind), this.sink.string(text))
  }

  received(transport: object, bytes: number): void {
    this.bytesOf(transport).received += bytes
  }

  sent(transport: object, bytes: number): void {
    this.bytesOf(transport).sent += bytes
  }

  spawned(process: object, command: string, pid: number, stack: number): void {
    const id = this.sink.object(process, ObjectCode.process, 'Process')
    this.detail(id, command.length <= MAX_DETAIL ? command : `${command.slice(0, MAX_DETAIL - 1)}…`)
    this.sink.add(Event.SPAWNED, stack, id, pid)
  }

  /** A negative status counts down from 2^32. */
  exited(process: object, status: number): void {
    this.sink.add(Event.EXITED, 0, this.sink.object(process, ObjectCode.process), status >>> 0)
  }

  killed(process: object, signal: NodeJS.Signals | number, stack: number): void {
    const number = typeof signal === 'number' ? signal : constants.signals[signal]
    this.sink.add(Event.KILLED, stack, this.sink.object(process, ObjectCode.process), number)
  }

  signalled(signal: NodeJS.Signals, handler: number): void {
    this.sink.add(Event.SIGNAL, handler, constants.signals[signal], 0)
  }

  /** Tells the bytes of all. */
  tellAll(): void {
    if (this.untold.size === 0) return
    for (const transport of [...this.untold.keys()]) this.tell(transport)
  }

  private tell(transport: object): void {
    const bytes = this.untold.get(transport)
    if (bytes === undefined) return
    this.untold.delete(transport) // first: an event can make the recorder write, which tells all
    const id = this.sink.object(transport, ObjectCode.transport)
    this.count(Event.RECEIVED, id, bytes.received)
    this.count(Event.SENT, id, bytes.sent)
  }

  private count(kind: number, id: number, bytes: number): void {
    for (let left = bytes; left > 0; left -= MAX_U32) this.sink.add(kind, 0, id, Math.min(left, MAX_U32))
  }

  private detail(id: number, text: string): void {
    if (text !== '') this.sink.add(Event.DETAIL, 0, id, this.sink.string(text))
  }

  private bytesOf(transport: object): Bytes {
    let bytes = this.untold.get(transport)
    if (bytes === undefined) this.untold.set(transport, (bytes = { received: 0, sent: 0 }))
    return bytes
  }
}
