// asyncio/transports.py: _FlowControlMixin, the transport's half.
import { ObjectCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import { isFatal, ValueError } from '../exceptions.ts'
import type { BaseProtocol } from '../protocols.ts'
import { recorder } from '../trace/hooks.ts'
import type { BaseTransport, WriteBufferLimits } from '../transports.ts'

const HIGH = 64 * 1024

/** Tells a protocol to pause and to resume writing, as a buffer passes its marks. */
export class WriteMarks {
  private high = HIGH
  private low = HIGH / 4
  private paused = false

  constructor(
    private readonly loop: EventLoop,
    private readonly transport: BaseTransport,
  ) {}

  set({ high, low }: WriteBufferLimits = {}): void {
    high ??= low === undefined ? HIGH : 4 * low
    low ??= Math.floor(high / 4)
    if (!(high >= low && low >= 0)) throw new ValueError(`high (${high}) must be >= low (${low}) must be >= 0`)
    this.high = high
    this.low = low
  }

  get(): [low: number, high: number] {
    return [this.low, this.high]
  }

  /** Whether the protocol was told to pause and a buffer of `size` bytes lets it go on. */
  resumesAt(size: number): boolean {
    return this.paused && size <= this.low
  }

  /** The buffer grew to `size` bytes. */
  grown(size: number): void {
    if (size > 0) recorder?.level(this.transport, ObjectCode.transport, size, this.high)
    if (size <= this.high || this.paused) return
    this.paused = true
    recorder?.writing(this.transport, false)
    this.tell('pauseWriting')
  }

  /** The buffer shrank to `size` bytes. */
  shrunk(size: number): void {
    if (!this.resumesAt(size)) return
    this.paused = false
    recorder?.level(this.transport, ObjectCode.transport, size, this.high)
    recorder?.writing(this.transport, true)
    this.tell('resumeWriting')
  }

  private tell(what: 'pauseWriting' | 'resumeWriting'): void {
    const protocol: BaseProtocol = this.transport.getProtocol()
    try {
      protocol[what]()
    } catch (error) {
      if (isFatal(error)) throw error
      const message = `protocol.${what}() failed`
      this.loop.callExceptionHandler({ message, exception: error, transport: this.transport, protocol })
    }
  }
}
