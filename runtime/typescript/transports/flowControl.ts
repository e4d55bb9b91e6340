// asyncio/transports.py: _FlowControlMixin, the transport's half.
import type { EventLoop } from '../baseEvents.ts'
import { isFatal, ValueError } from '../exceptions.ts'
import type { BaseProtocol } from '../protocols.ts'
import type { BaseTransport, WriteBufferLimits } from '../transports.ts'

const HIGH = 64 * 1024

/** Tells a protocol to pause and to resume writing, as a buffer passes its marks. */
export class WriteMarks {
  private high = HIGH
  private low = HIGH / 4
  private isPaused = false

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

  /** The buffer grew to `size` bytes. */
  grown(size: number): void {
    if (size <= this.high || this.isPaused) return
    this.isPaused = true
    this.tell('pauseWriting')
  }

  /** The buffer shrank to `size` bytes. */
  shrunk(size: number): void {
    if (!this.isPaused || size > this.low) return
    this.isPaused = false
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
