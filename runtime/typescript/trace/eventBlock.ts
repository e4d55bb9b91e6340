// The newest events of the program's thread: a block of the trace's file as it fills.
import { Block, Event } from '../../../trace/format/schema.ts'
import { BLOCK_BYTES, WHOLE_STEP, WHOLE_STEPS, writeBlockHeader } from '../../../trace/format/writer.ts'
import type { Clock } from './clock.ts'
import { FLUSH_MS } from './whenIdle.ts'

const WORDS = 4
/** Events that a block has room for. */
export const BLOCK_EVENTS = 16_384
const MAX_U24 = 2 ** 24
const FLUSH_NS = FLUSH_MS * 1e6

export class EventBlock {
  /** The block's header, and its events as `words`. */
  private readonly buffer = new ArrayBuffer(BLOCK_BYTES + BLOCK_EVENTS * WORDS * 4)
  private readonly header = new DataView(this.buffer, 0, BLOCK_BYTES)
  private readonly words = new Uint32Array(this.buffer, BLOCK_BYTES)
  private count = 0
  private baseNs = 0
  /** The time of the last event, ns; of the step that just ended where `contiguous`: what begins next begins at the same moment. */
  lastNs = 0
  private contiguous = false
  /** Events before this moment, ns, may wait for more of them. Blocks are so short that a time in them fits 32 bits. */
  private dueNs = FLUSH_NS
  /** Where the last step began. */
  private step = 0

  /** @param flush has to `take()` */
  constructor(
    private readonly stream: number,
    private readonly clock: Clock,
    private readonly flush: () => void,
  ) {}

  /** Where the next event stands: for `amend`, until the block is taken. */
  get next(): number {
    return this.count
  }

  /** Writes an event; `aux` has 24 bits (what is more becomes 0), `a` and `b` 32. */
  add(kind: number, aux: number, a: number, b: number): void {
    this.put(this.clock.now(), kind, aux, a, b)
  }

  /** An event that begins something. Where a step has just ended, it begins at that moment: a step reads the clock once. */
  addBeginning(kind: number, aux: number, a: number, b: number): void {
    this.put(this.beginning(), kind, aux, a, b)
  }

  /** A step begins, in the ordinary way. */
  beginStep(task: number): void {
    this.put(this.beginning(), Event.STEP_BEGIN, 0, task, 0)
    this.step = this.count
  }

  /** The step ends, and there is no more to say of its end than `aux`. If nothing happened in it, its beginning becomes the whole. */
  endStep(kind: number, aux: number, task: number): void {
    const ns = this.clock.now()
    if (this.step === this.count && ns <= this.dueNs && aux < MAX_U24) {
      const at = (this.count - 1) * WORDS
      this.words[at] = kind + WHOLE_STEP + aux * 2 ** 8
      this.words[at + 3] = ns - this.lastNs
      this.lastNs = ns
      this.step = 0
    } else this.put(ns, kind, aux, task, 0)
    this.contiguous = true
  }

  /** An event that ends a step, of which there is more to say. */
  addEnd(kind: number, aux: number, a: number, b: number): void {
    this.put(this.clock.now(), kind, aux, a, b)
    this.contiguous = true
  }

  /** The time that `addBeginning` would give, which keeps it. */
  beginning(): number {
    if (!this.contiguous) {
      this.lastNs = this.clock.now()
      this.contiguous = true
    }
    return this.lastNs
  }

  /** Gives an event that is still here another `aux`. */
  amend(at: number, kind: number, aux: number): void {
    this.words[at * WORDS] = kind + aux * 2 ** 8
  }

  /** Whether half of the time that events may wait has gone by. */
  isOld(): boolean {
    return this.clock.now() > this.dueNs - FLUSH_NS / 2
  }

  /** Postpones the next flush. What begins next has not begun before it. */
  flushed(): void {
    this.dueNs = this.clock.now() + FLUSH_NS
    this.contiguous = false
  }

  /** The block, to be written before the next event comes; undefined where nothing happened. */
  take(): Uint8Array | undefined {
    if (this.count === 0) return undefined
    const payloadBytes = this.count * WORDS * 4
    writeBlockHeader(this.header, Block.EVENTS, payloadBytes, this.count, this.baseNs, this.stream, WHOLE_STEPS)
    this.count = this.step = 0
    return new Uint8Array(this.buffer, 0, BLOCK_BYTES + payloadBytes)
  }

  private put(ns: number, kind: number, aux: number, a: number, b: number): void {
    if (this.count === BLOCK_EVENTS || ns > this.dueNs) ns = this.flushBefore(ns)
    if (this.count === 0) this.baseNs = ns
    const at = this.count++ * WORDS
    const words = this.words
    words[at] = aux < MAX_U24 ? kind + aux * 2 ** 8 : kind
    words[at + 1] = ns - this.baseNs
    words[at + 2] = a
    words[at + 3] = b
    this.lastNs = ns
    this.contiguous = false
  }

  /** The time for the event that has to wait for it: flushing adds events, and times never decrease. */
  private flushBefore(ns: number): number {
    this.flush()
    return Math.max(ns, this.lastNs)
  }
}
