import { extended } from './regions.ts'
import type { Happenings, LoopRuns, Loops, ProcessorWaits, Samples, ThreadCalls, Uncancels, Warnings } from './types.ts'

interface Note {
  readonly kind: number
  readonly atNs: number
  readonly stream: number
  readonly stack: number
  /** What `subject` and `other` are, the column of the same event in types.ts says. */
  readonly subject: number
  readonly other: number
}

/** Collects what happens seldom and stands alone: samples, warnings, calls from other threads, `uncancel`, loops that start and stop, what comes from outside. */
export class NoteBuilder {
  private readonly samples: (Note & { readonly run: number })[] = []
  private readonly waits: (Note & { readonly sinceNs: number })[] = []
  private readonly warnings: (Note & { readonly text: number })[] = []
  private readonly calls: (Note & { readonly by: number })[] = []
  private readonly uncancels: Note[] = []
  private readonly happenings: (Note & { readonly what: number })[] = []
  private readonly loopRuns: (Note & { readonly task: number; stopNs: number; error: number })[] = []
  private readonly latestRun: number[] = []
  private loops: Loops = {
    startNs: new Float64Array(0),
    stopNs: new Float64Array(0),
    closeNs: new Float64Array(0),
    stream: new Uint32Array(0),
  }

  /** Takes the loops that were defined since the last time: 1 up to and with `count`. */
  define(count: number): void {
    const { startNs, stopNs, closeNs, stream } = this.loops
    const present = stream.length
    if (count < present) return
    const moments = (column: Float64Array): Float64Array => extended(column, count + 1).fill(NaN, present)
    this.loops = {
      startNs: moments(startNs),
      stopNs: moments(stopNs),
      closeNs: moments(closeNs),
      stream: extended(stream, count + 1),
    }
  }

  /** `run` counts among the stream's runs, -1 = none. */
  sample(atNs: number, stream: number, stack: number, cpuUs: number, run: number): void {
    this.samples.push({ kind: 0, atNs, stream, stack, subject: 0, other: cpuUs, run })
  }

  processorWait(atNs: number, stream: number, agoUs: number, waitedUs: number): void {
    const sinceNs = agoUs === 0xffffff ? 0 : Math.max(atNs - agoUs * 1000, 0)
    this.waits.push({ kind: 0, atNs, stream, stack: 0, subject: 0, other: waitedUs, sinceNs })
  }

  warn(kind: number, atNs: number, task: number, stack: number, text: number, location: number): void {
    this.warnings.push({ kind, atNs, stream: 0, stack, subject: task, other: location, text })
  }

  call(safe: 0 | 1, atNs: number, stream: number, loop: number, stack: number, subject: number, by: number): void {
    this.calls.push({ kind: safe, atNs, stream, stack, subject, other: loop, by })
  }

  uncancel(task: number, atNs: number, stack: number, left: number): void {
    this.uncancels.push({ kind: 0, atNs, stream: 0, stack, subject: task, other: left })
  }

  happen(kind: number, atNs: number, subject: number, where: number, what: number): void {
    this.happenings.push({ kind, atNs, stream: 0, stack: where, subject, other: 0, what })
  }

  loopStarts(loop: number, atNs: number, stream: number, stack: number, task: number): void {
    this.latestRun[loop] = this.loopRuns.length
    this.loopRuns.push({ kind: 0, atNs, stream, stack, subject: loop, other: 0, task, stopNs: NaN, error: 0 })
    this.loops.startNs[loop] = atNs
    this.loops.stopNs[loop] = NaN
    this.loops.stream[loop] = stream
  }

  loopStops(loop: number, atNs: number, error: number): void {
    const run = this.loopRuns[this.latestRun[loop] ?? -1]
    if (run) {
      run.stopNs = atNs
      run.error = error
    }
    this.loops.stopNs[loop] = atNs
  }

  loopCloses(loop: number, atNs: number): void {
    this.loops.closeNs[loop] = atNs
  }

  /** `firstRun[stream]` is where the stream's runs begin in their columns. */
  build(firstRun: Uint32Array): {
    samples: Samples
    processorWaits: ProcessorWaits
    warnings: Warnings
    threadCalls: ThreadCalls
    uncancels: Uncancels
    loops: Loops
    happenings: Happenings
    loopRuns: LoopRuns
  } {
    const { samples, waits, warnings, calls, uncancels, loops, happenings, loopRuns } = this
    const u32 = <T>(rows: readonly T[], pick: (row: T) => number): Uint32Array => Uint32Array.from(rows, pick)
    const ns = (rows: readonly Note[]): Float64Array => Float64Array.from(rows, (row) => row.atNs)
    return {
      samples: {
        atNs: ns(samples),
        stream: u32(samples, (row) => row.stream),
        stack: u32(samples, (row) => row.stack),
        cpuUs: u32(samples, (row) => row.other),
        run: Int32Array.from(samples, ({ stream, run }) => (run < 0 ? -1 : firstRun[stream] + run)),
      },
      processorWaits: {
        stream: u32(waits, (row) => row.stream),
        sinceNs: Float64Array.from(waits, (row) => row.sinceNs),
        atNs: ns(waits),
        waitedNs: Float64Array.from(waits, (row) => row.other * 1000),
      },
      warnings: {
        kind: Uint8Array.from(warnings, (row) => row.kind),
        atNs: ns(warnings),
        task: u32(warnings, (row) => row.subject),
        stack: u32(warnings, (row) => row.stack),
        text: u32(warnings, (row) => row.text),
        location: u32(warnings, (row) => row.other),
      },
      threadCalls: {
        safe: Uint8Array.from(calls, (row) => row.kind),
        atNs: ns(calls),
        stream: u32(calls, (row) => row.stream),
        loop: u32(calls, (row) => row.other),
        stack: u32(calls, (row) => row.stack),
        subject: u32(calls, (row) => row.subject),
        by: u32(calls, (row) => row.by),
      },
      uncancels: {
        task: u32(uncancels, (row) => row.subject),
        atNs: ns(uncancels),
        stack: u32(uncancels, (row) => row.stack),
        left: u32(uncancels, (row) => row.other),
      },
      loops,
      happenings: {
        kind: Uint8Array.from(happenings, (row) => row.kind),
        atNs: ns(happenings),
        subject: u32(happenings, (row) => row.subject),
        where: u32(happenings, (row) => row.stack),
        what: u32(happenings, (row) => row.what),
      },
      loopRuns: {
        loop: u32(loopRuns, (row) => row.subject),
        stack: u32(loopRuns, (row) => row.stack),
        startNs: ns(loopRuns),
        stopNs: Float64Array.from(loopRuns, (row) => row.stopNs),
        task: u32(loopRuns, (row) => row.task),
        error: u32(loopRuns, (row) => row.error),
      },
    }
  }
}
