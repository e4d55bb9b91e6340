// asyncio/selector_events.py: add_reader, add_writer.
import type { Readable, Writable } from 'node:stream'
import type { EventLoop, Open } from '../baseEvents.ts'
import { copyContext } from '../contextvars.ts'
import { NotImplementedError } from '../exceptions.ts'

const BARE =
  'Node cannot watch a bare descriptor: pass the net.Socket, the stream or the process pipe that owns it, or use createConnection()'

/** The callbacks of a loop that run while a stream can be read or written. */
export class Watchers implements Open {
  private readonly readers = new Map<Readable, () => void>()
  private readonly writers = new Map<Writable, () => void>()

  constructor(private readonly loop: EventLoop) {}

  /** Calls back, once a turn, while the stream has something to read or has ended. Replaces the callback that was there. */
  addReader(stream: Readable | number, callback: () => unknown): void {
    if (typeof stream === 'number') throw new NotImplementedError(BARE)
    this.removeReader(stream)
    const isReady = (): boolean => stream.readableLength > 0 || stream.readableEnded || stream.destroyed
    const watch = this.watch(isReady, callback)
    const events = ['readable', 'end', 'close']
    for (const event of events) stream.on(event, watch.check)
    this.readers.set(stream, () => {
      watch.stop()
      for (const event of events) stream.off(event, watch.check)
    })
    watch.check()
  }

  /** Whether there was one. */
  removeReader(stream: Readable | number): boolean {
    if (typeof stream === 'number') throw new NotImplementedError(BARE)
    this.readers.get(stream)?.()
    return this.readers.delete(stream)
  }

  /** Calls back, once a turn, while the stream takes more. Replaces the callback that was there. */
  addWriter(stream: Writable | number, callback: () => unknown): void {
    if (typeof stream === 'number') throw new NotImplementedError(BARE)
    this.removeWriter(stream)
    const isReady = (): boolean => stream.destroyed || (stream.writable && !stream.writableNeedDrain)
    const watch = this.watch(isReady, callback)
    const events = ['drain', 'connect', 'close']
    for (const event of events) stream.on(event, watch.check)
    this.writers.set(stream, () => {
      watch.stop()
      for (const event of events) stream.off(event, watch.check)
    })
    watch.check()
  }

  /** Whether there was one. */
  removeWriter(stream: Writable | number): boolean {
    if (typeof stream === 'number') throw new NotImplementedError(BARE)
    this.writers.get(stream)?.()
    return this.writers.delete(stream)
  }

  /** @internal */
  _release(): void {
    for (const stop of [...this.readers.values(), ...this.writers.values()]) stop()
    this.readers.clear()
    this.writers.clear()
  }

  private watch(isReady: () => boolean, callback: () => unknown): { check: () => void; stop: () => void } {
    const context = copyContext()
    let isOn = true
    let isScheduled = false
    const run = (): void => {
      isScheduled = false
      if (!isOn || !isReady()) return
      try {
        callback()
      } finally {
        check()
      }
    }
    const check = (): void => {
      if (!isOn || isScheduled || this.loop.isClosed() || !isReady()) return
      isScheduled = true
      this.loop.callSoon(run, { context })
    }
    return { check, stop: () => void (isOn = false) }
  }
}
