// asyncio/streams.py: StreamReader.
import { AwaitCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import type { Coroutine } from '../coroutines.ts'
import { getRunningLoop } from '../events.ts'
import { IncompleteReadError, LimitOverrunError, RuntimeError, ValueError } from '../exceptions.ts'
import { createWaiter, type Future } from '../futures.ts'
import type { ReadTransport } from '../transports.ts'
import { endsOf } from '../transports/details.ts'
import type { TracedStream } from '../trace/hooks.ts'
import { Bytes } from './bytes.ts'

export const DEFAULT_LIMIT = 2 ** 16

export interface StreamReaderOptions {
  /** Longest line, and half of what is buffered before the source is paused; bytes. */
  readonly limit?: number | undefined
  readonly loop?: EventLoop | undefined
}

/** Bytes as they arrive, read by one task at a time. Its transport is paused while more than twice `limit` waits to be read. */
export class StreamReader implements TracedStream {
  private readonly bytes = new Bytes()
  private readonly limit: number
  private readonly loop: EventLoop
  private ended = false
  private failure: { readonly error: unknown } | undefined = undefined
  private waiter: Future<void> | undefined = undefined
  /** @internal */ _transport: ReadTransport | undefined = undefined
  private paused = false
  /** @internal The recorder's. */ _traced: TracedStream['_traced'] = undefined

  constructor(options: StreamReaderOptions = {}) {
    this.limit = options.limit ?? DEFAULT_LIMIT
    if (this.limit <= 0) throw new ValueError('Limit cannot be <= 0')
    this.loop = options.loop ?? getRunningLoop()
  }

  /** The error that broke the stream, undefined while there is none. */
  exception(): unknown {
    return this.failure?.error
  }

  setException(error: unknown): void {
    this.failure = { error }
    const waiter = this.waiter
    this.waiter = undefined
    if (waiter !== undefined && !waiter.done()) waiter.setException(error)
  }

  feedData(data: Uint8Array): void {
    if (data.length === 0) return
    this.bytes.push(data)
    this.fed()
  }

  /** @internal As `feedData`, of bytes that nobody else holds. */
  _give(data: Buffer): void {
    this.bytes.give(data)
    this.fed()
  }

  feedEof(): void {
    this.ended = true
    this.wake()
  }

  /** Whether everything was read and nothing more will come. */
  atEof(): boolean {
    return this.ended && this.bytes.length === 0
  }

  /** Up to `n` bytes, at least one unless the stream has ended; -1 = everything up to the end. */
  *read(n = -1): Coroutine<Buffer> {
    this.check()
    if (n === 0) return Buffer.alloc(0)
    if (n < 0) {
      const parts: Buffer[] = []
      for (;;) {
        const part = yield* this.read(this.limit)
        if (part.length === 0) return Buffer.concat(parts)
        parts.push(part)
      }
    }
    if (this.bytes.length === 0 && !this.ended) yield* this.waitForData('read')
    return this.take(Math.min(n, this.bytes.length))
  }

  /** Exactly `n` bytes. Throws IncompleteReadError, with what there is, where the stream ends before. */
  *readexactly(n: number): Coroutine<Buffer> {
    if (n < 0) throw new ValueError('readexactly size can not be less than zero')
    this.check()
    while (this.bytes.length < n) {
      if (this.ended) throw new IncompleteReadError(this.take(this.bytes.length), n)
      yield* this.waitForData('readexactly')
    }
    return this.take(n)
  }

  /** A line with its `\n`; without it where the stream ends before, empty at the end. Throws ValueError where it is longer than the limit. */
  *readline(): Coroutine<Buffer> {
    try {
      return yield* this.readuntil('\n')
    } catch (error) {
      if (error instanceof IncompleteReadError) return error.partial
      if (!(error instanceof LimitOverrunError)) throw error
      const atSeparator = this.bytes.indexOf(NEWLINE, error.consumed) === error.consumed
      this.take(atSeparator ? error.consumed + 1 : this.bytes.length)
      throw new ValueError(error.message)
    }
  }

  /** Everything up to a separator, it included; of several the one that ends first. Throws IncompleteReadError and LimitOverrunError. */
  *readuntil(separator: string | Uint8Array | readonly (string | Uint8Array)[] = '\n'): Coroutine<Buffer> {
    const given = typeof separator === 'string' || separator instanceof Uint8Array ? [separator] : separator
    const separators = given.map((each) => Buffer.from(each as string)).sort((a, b) => a.length - b.length)
    if (separators.length === 0) throw new ValueError('Separator should contain at least one element')
    if (separators[0].length === 0) throw new ValueError('Separator should be at least one-byte string')
    this.check()
    let offset = 0
    let found: { start: number; end: number } | undefined
    for (;;) {
      found = this.find(separators, offset)
      if (found !== undefined) break
      offset = Math.max(0, this.bytes.length + 1 - separators.at(-1)!.length)
      if (offset > this.limit) throw new LimitOverrunError('Separator is not found, and chunk exceed the limit', offset)
      if (this.ended) throw new IncompleteReadError(this.take(this.bytes.length), undefined)
      yield* this.waitForData('readuntil')
    }
    if (found.start > this.limit)
      throw new LimitOverrunError('Separator is found, but chunk is longer than limit', found.start)
    return this.take(found.end)
  }

  /** The transport that is paused while too much waits to be read. */
  setTransport(transport: ReadTransport): void {
    this._transport = transport
  }

  /** @internal */
  _ends(): string {
    return this._transport === undefined ? '' : endsOf(this._transport)
  }

  private find(separators: readonly Buffer[], offset: number): { start: number; end: number } | undefined {
    let best: { start: number; end: number } | undefined
    for (const separator of separators) {
      const start = this.bytes.indexOf(separator, offset)
      const end = start + separator.length
      if (start >= 0 && (best === undefined || end < best.end)) best = { start, end }
    }
    return best
  }

  private fed(): void {
    this.wake()
    if (this._transport === undefined || this.paused || this.bytes.length <= 2 * this.limit) return
    this._transport.pauseReading()
    this.paused = true
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure.error
  }

  private take(n: number): Buffer {
    const taken = this.bytes.take(n)
    if (this.paused && this.bytes.length <= this.limit) {
      this.paused = false
      this._transport!.resumeReading()
    }
    return taken
  }

  private wake(): void {
    const waiter = this.waiter
    this.waiter = undefined
    if (waiter !== undefined && !waiter.done()) waiter.setResult()
  }

  private *waitForData(caller: string): Coroutine<void> {
    if (this.waiter !== undefined)
      throw new RuntimeError(`${caller}() called while another coroutine is already waiting for incoming data`)
    if (this.paused) {
      this.paused = false
      this._transport!.resumeReading()
    }
    this.waiter = createWaiter<void>(this.loop, AwaitCode.read, this)
    try {
      yield* this.waiter
    } finally {
      this.waiter = undefined
    }
    this.check()
  }
}

const NEWLINE = Buffer.from('\n')
