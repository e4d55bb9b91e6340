// A trace that is being written: its parts, when they go to the file, and how it ends.
import { Event } from '../../../trace/format/schema.ts'
import { endBlock, headerBytes } from '../../../trace/format/writer.ts'
import type { Task } from '../tasks.ts'
import { Clock } from './clock.ts'
import { EventBlock } from './eventBlock.ts'
import { Jobs } from './jobs.ts'
import type { Output } from './output.ts'
import { Sites } from './sites.ts'
import { Tables } from './tables.ts'
import { Things } from './things.ts'
import { Traffic } from './traffic.ts'
import { Waits } from './waits.ts'
import { WhenIdle } from './whenIdle.ts'

/** The stream of the program's own thread. */
const STREAM = 1
/** A sample's CPU time, which nobody measured. */
const NOT_KNOWN = 2 ** 32 - 1

export class OpenTrace {
  private readonly clock = new Clock()
  protected readonly tables = new Tables()
  protected readonly sites = new Sites(this.tables)
  protected readonly block = new EventBlock(STREAM, this.clock, () => this.flush())
  protected readonly things = new Things(STREAM, this.tables, this.sites, (id, text) =>
    this.block.add(Event.DETAIL, 0, id, text),
  )
  protected readonly waits = new Waits(this.tables, this.things, this.sites, this.block)
  protected readonly traffic = new Traffic(this.block, this.things, this.tables)
  protected readonly jobs = new Jobs(this.block, this.things, this.tables, this.clock, (block) => {
    this.flush()
    this.write(block)
  })
  private readonly whenIdle = new WhenIdle(
    () => this.stirs,
    () => {
      this.waits.findSites()
      this.flush()
    },
    () => {
      this.block.add(Event.ALIVE, 0, 0, 0)
      this.flush()
    },
  )
  /** Counts how often a loop became idle or busy. */
  private stirs = 0
  private idleFromNs = 0
  /** How long loops were idle since the last flush. */
  private idleNs = 0
  private telling = false
  private failed = false
  private bytes = 0

  /** @param onFailure called once, where the file cannot be written any more */
  constructor(
    private readonly output: Output,
    header: Readonly<Record<string, unknown>>,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.write(headerBytes(header))
    this.tables.define('STREAM', this.tables.string('main'), process.pid, 0)
  }

  /** Writes everything and ends the trace. */
  end(reason: 'exit' | 'stopped'): void {
    this.whenIdle.stop()
    this.flush()
    this.write(endBlock(this.clock.now(), reason))
    this.sites.stop()
    this.bytes = this.failed ? 0 : this.output.length()
    if (!this.failed) this.output.close()
    // A further recording numbers the tasks that there are anew.
    if (reason === 'stopped') this.things.forgetTasks()
  }

  /** All that is known is in the file, up to the length that is told. `inside`: in the middle of a step, of which the stack is told as well. */
  upToNow(inside: boolean): { trace: string; bytes: number; atNs: number } {
    // To find where tasks wait, they are resumed, which nobody's step can have done.
    if (inside) this.block.add(Event.SAMPLE, this.sites.here(this.upToNow), STREAM, NOT_KNOWN)
    else this.waits.findSites()
    this.block.add(Event.ALIVE, 0, 0, 0)
    this.flush()
    if (this.failed) throw new Error('the trace cannot be written')
    return { trace: this.output.path, bytes: this.output.length(), atNs: this.block.lastNs }
  }

  /** The trace that has ended. */
  whole(): { trace: string; bytes: number } {
    return { trace: this.output.path, bytes: this.bytes }
  }

  mark(label: string): void {
    this.block.add(Event.MARK, 0, this.tables.string(label), 0)
  }

  /** The task of that number, unless it is done. */
  livingTask(id: number): Task<unknown> | undefined {
    return this.things.living(id)
  }

  /** Whether the thread was stopped in code of the program's: there the recorder can be used, as by a call from there. */
  isInProgram(from: (...args: never[]) => unknown): boolean {
    return this.sites.isInProgram(from)
  }

  /** Ends the recording because of an error: of the disk's, or of the recorder's own. */
  fail(error: unknown): void {
    if (this.failed) return
    this.failed = true
    this.whenIdle.stop()
    this.onFailure(error)
  }

  /** A loop has nothing to do, from the last event on. */
  protected becameIdle(): void {
    this.idleFromNs = this.block.lastNs
    this.stirs++
    this.whenIdle.begin()
  }

  protected becameBusy(): void {
    this.idleNs += this.block.lastNs - this.idleFromNs
    this.stirs++
  }

  /** The stack of what a program does now and then, where there is time for it. */
  protected site(above: (...args: never[]) => unknown): number {
    return this.sites.affordable(0.5) ? this.sites.here(above) : 0
  }

  protected flushSoon(): void {
    if (this.block.isOld()) this.flush()
    else this.whenIdle.begin()
  }

  private flush(): void {
    this.block.flushed()
    this.sites.earn(this.idleNs / 1e6)
    this.idleNs = 0
    // What it tells of many connections can fill the block, which brings us here again.
    if (!this.telling) {
      this.telling = true
      this.traffic.tellAll()
      this.telling = false
    }
    this.waits.forget()
    const definitions = this.tables.take()
    if (definitions !== undefined) this.write(definitions)
    const events = this.block.take()
    if (events !== undefined) this.write(events)
  }

  private write(bytes: Uint8Array): void {
    if (this.failed) return
    try {
      this.output.write(bytes)
    } catch (error) {
      this.fail(error)
    }
  }
}
