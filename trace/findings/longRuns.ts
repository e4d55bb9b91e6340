import { sourceLine, taskName } from '../model/describe.ts'
import { lastAtOrBefore } from '../model/at.ts'
import { RunKind, State, type TraceModel } from '../model/types.ts'
import { blockingCall, builtinName, startsThread, threadWait, type BlockingCall } from './blockingCalls.ts'
import { isRecorders, isUserLine, placeOf, userFramesCached } from './places.ts'
import { unserved } from './processorWaits.ts'
import type { Place } from './types.ts'

/** A step or callback that held its loop for long. */
export interface LongRun {
  readonly run: number
  readonly stream: number
  readonly startNs: number
  readonly endNs: number
  /** 0 where it was a callback. */
  readonly task: number
  readonly who: string
  /** The line it was at for most of the time, `undefined` where nothing was sampled. */
  readonly place: Place | undefined
  /** It waited at that line, for something that is no business of a loop's thread. `undefined`: it computed, or nobody knows. */
  readonly call: BlockingCall | undefined
  /** Neither computed for long nor seen in a call: the machine was busy with something else. */
  readonly preempted: boolean
  /** Seen in a call that waits, as it seems; but it may be the processor that the thread waited for. */
  readonly unsure: boolean
  /** Something else was due meanwhile and came late. */
  readonly harmed: boolean
}

/** All runs longer than `minimumNs`, in order of streams and time. Linear in runs and samples. */
export function longRuns(model: TraceModel, minimumNs: number): LongRun[] {
  const { runs } = model
  const samples = samplesByRun(model)
  const long: LongRun[] = []
  const { startNs, endNs, kind } = runs
  for (let stream = 0; stream < runs.first.length; stream++) {
    const last = runs.last[stream]
    for (let run = runs.first[stream]; run < last; run++) {
      if (endNs[run] - startNs[run] < minimumNs || kind[run] === RunKind.poll) continue
      long.push(describe(model, run, stream, samples.get(run) ?? [], minimumNs))
    }
  }
  // Not looked at once: the recorder's own thread did not get to run either. Judged by those that were looked at.
  const seen = long.filter(({ run, call }) => !call && samples.has(run))
  const overloaded = seen.length > 0 && seen.filter(({ preempted }) => preempted).length * 2 > seen.length
  return overloaded ? long.map((each) => (samples.has(each.run) ? each : { ...each, preempted: true })) : long
}

function samplesByRun({ samples }: TraceModel): Map<number, number[]> {
  const byRun = new Map<number, number[]>()
  samples.run.forEach((run, i) => {
    const list = byRun.get(run)
    if (list) list.push(i)
    else byRun.set(run, [i])
  })
  return byRun
}

function describe(
  model: TraceModel,
  run: number,
  stream: number,
  samples: readonly number[],
  minimumNs: number,
): LongRun {
  const { runs, tasks } = model
  const task = runs.kind[run] === RunKind.step ? runs.subject[run] : 0
  const callback = task === 0 ? sourceLine(model, runs.subject[run]) : undefined
  const { sample, share, count } = mostSeen(model, run, samples)
  const stack = sample >= 0 ? model.samples.stack[sample] : 0
  const seen = sample >= 0 ? waitingCall(model, run, samples, sample, share, count) : undefined
  const lengthNs = lengthOf(model, run)
  const usedNs = usedBy(model, run, samples.at(-1) ?? -1)
  const { leastNs, mostNs } = unserved(model, stream, runs.startNs[run], runs.endNs[run]) ?? { leastNs: 0, mostNs: 0 }
  const call = seen && lengthNs - mostNs >= minimumNs ? seen : undefined
  const common = share < 0.5 ? commonCall(model, run, samples) : undefined
  const place = common ?? placeOf(model, stack) ?? (callback && isUserLine(callback) ? callback : undefined)
  return {
    run,
    stream,
    startNs: runs.startNs[run],
    endNs: runs.endNs[run],
    task,
    who: task > 0 ? taskName(model, task) : `the callback ${callback?.function || ''}`.trim(),
    place: place ?? (task > 0 ? definition(model, tasks.coroutine[task]) : undefined),
    call,
    preempted: !call && Math.min(usedNs ?? lengthNs - mostNs, lengthNs - leastNs) < minimumNs,
    unsure: !call && seen !== undefined && lengthNs - leastNs >= minimumNs,
    harmed: runs.endNs[run] === model.endNs || harmed(model, run, stream),
  }
}

function definition(model: TraceModel, location: number): Place | undefined {
  const line = sourceLine(model, location)
  return line.line > 0 ? line : undefined
}

/** The sample whose line took most of the run's time, its share of it, and in how many samples it was seen: samples get rarer as a run gets longer. */
function mostSeen(
  model: TraceModel,
  run: number,
  samples: readonly number[],
): { sample: number; share: number; count: number } {
  const lines = new Map<string, { sample: number; ns: number; count: number }>()
  let best = { sample: -1, ns: 0, count: 0 }
  samples.forEach((sample, i) => {
    const place = placeOf(model, model.samples.stack[sample])
    const key = place ? `${place.file}:${place.line}` : ''
    const entry = lines.get(key) ?? { sample, ns: 0, count: 0 }
    entry.ns += standsForNs(model, run, samples, i)
    entry.count++
    lines.set(key, entry)
    if (entry.ns > best.ns) best = entry
  })
  return { sample: best.sample, share: best.ns / lengthOf(model, run), count: best.count }
}

const lengthOf = ({ runs }: TraceModel, run: number): number => Math.max(runs.endNs[run] - runs.startNs[run], 1)

/** How much of a run a sample stands for: from half-way to the sample before until half-way to the next. */
function standsForNs(
  { samples: { atNs }, runs }: TraceModel,
  run: number,
  samples: readonly number[],
  i: number,
): number {
  const fromNs = i > 0 ? (atNs[samples[i - 1]] + atNs[samples[i]]) / 2 : runs.startNs[run]
  const untilNs = i + 1 < samples.length ? (atNs[samples[i + 1]] + atNs[samples[i]]) / 2 : runs.endNs[run]
  return Math.max(untilNs - fromNs, 1)
}

/** Where no line of the innermost functions took half of a run's time: the innermost call in which half of it was spent, that called many others. */
function commonCall(model: TraceModel, run: number, samples: readonly number[]): Place | undefined {
  const lines = new Map<string, { place: Place; ns: number; depth: number }>()
  samples.forEach((sample, i) => {
    const frames = userFramesCached(model, model.samples.stack[sample])
    const seen = new Set<string>()
    frames.forEach((place, inward) => {
      const key = `${place.file}:${place.line}`
      if (seen.has(key)) return
      seen.add(key)
      const entry = lines.get(key) ?? { place, ns: 0, depth: 0 }
      entry.ns += standsForNs(model, run, samples, i)
      entry.depth = Math.max(entry.depth, frames.length - inward)
      lines.set(key, entry)
    })
  })
  const half = [...lines.values()].filter(({ ns }) => ns >= lengthOf(model, run) / 2)
  return half.sort((a, b) => b.depth - a.depth || b.ns - a.ns)[0]?.place
}

const NOT_KNOWN = 0xffffffff

/** Whether the thread had used hardly any processor time by the run's sample. */
function idle({ samples, runs }: TraceModel, run: number, sample: number): boolean {
  if (sample < 0 || samples.cpuUs[sample] === NOT_KNOWN) return false
  return samples.cpuUs[sample] * 1000 <= (samples.atNs[sample] - runs.startNs[run]) * 0.3
}

/** The processor time that the thread used in a run, as its last sample lets one think; `undefined` where that was not recorded. */
function usedBy({ samples, runs }: TraceModel, run: number, sample: number): number | undefined {
  const lengthNs = runs.endNs[run] - runs.startNs[run]
  if (sample < 0 || samples.cpuUs[sample] === NOT_KNOWN) return undefined
  return lengthNs * Math.min((samples.cpuUs[sample] * 1000) / (samples.atNs[sample] - runs.startNs[run]), 1)
}

/**
 * Whether the thread stood still: between its samples it used no processor. One that computes on a machine that is busy with other
 * things gets little, but gets on. A run with one sample is judged by what it had used until then.
 */
export function stoodStill({ samples, runs }: TraceModel, run: number, ofRun: readonly number[]): boolean {
  const first = ofRun[0]
  const last = ofRun[ofRun.length - 1]
  if (first === undefined || samples.cpuUs[first] === NOT_KNOWN || samples.cpuUs[last] === NOT_KNOWN) return false
  if (first === last) return samples.cpuUs[first] * 1000 <= (samples.atNs[first] - runs.startNs[run]) * 0.05
  const usedUs = samples.cpuUs[last] - samples.cpuUs[first]
  // Who waits uses none at all; who is ready to compute gets a little of even the busiest machine.
  return usedUs * 1000 <= (samples.atNs[last] - samples.atNs[first]) * 0.01
}

/**
 * The call in which a run waited instead of computing. A thread that waits uses no processor; where that was not recorded, only
 * functions that are known to wait count. A run whose samples are spread over many lines waited for the interpreter, not for a call.
 */
function waitingCall(
  model: TraceModel,
  run: number,
  samples: readonly number[],
  most: number,
  share: number,
  count: number,
): BlockingCall | undefined {
  const { cpuUs, stack } = model.samples
  if (share < 0.5 || isRecorders(model, stack[most]) || startsThread(model, stack[most])) return undefined
  const known = blockingCall(model, stack[most])
  const builtin = builtinName(model, stack[most])
  const last = samples[samples.length - 1]
  if (cpuUs[last] === NOT_KNOWN)
    return (
      known ??
      (threadWait(model, most) ? { name: 'a wait for another thread', instead: 'asyncio.to_thread' } : undefined)
    )
  if (known ? !idle(model, run, last) : !stoodStill(model, run, samples)) return undefined
  // Seen once, and in nothing that is known to wait: it may as well have stood still for want of a processor.
  if (!known && !builtin && count < 2) return undefined
  return (
    known ?? { name: builtin ?? 'a call that waits', instead: 'its asynchronous counterpart, or asyncio.to_thread' }
  )
}

/** How many of the runs after a long one are looked at for who had to wait. */
const LOOK_AHEAD = 64

/** Whether a callback, timer or step that ran right after had been due for at least half of the long run's time. */
function harmed({ runs, segments }: TraceModel, run: number, stream: number): boolean {
  const half = (runs.endNs[run] - runs.startNs[run]) / 2
  const dueNs = runs.endNs[run] - half
  for (let i = run + 1; i < Math.min(run + LOOK_AHEAD, runs.last[stream]); i++) {
    if (runs.startNs[i] > runs.endNs[run] + half) return false
    if (runs.kind[i] === RunKind.poll) continue
    if (runs.kind[i] !== RunKind.step) {
      const delayNs = runs.delay[i]
      if (delayNs !== NOT_KNOWN && delayNs !== 0 && runs.startNs[i] - delayNs <= dueNs) return true
      continue
    }
    const task = runs.subject[i]
    const segment = lastAtOrBefore(segments.startNs, segments.first[task], segments.last[task], runs.startNs[i]) - 1
    if (segment < segments.first[task] || segments.state[segment] !== State.ready) continue
    if (segments.startNs[segment] <= dueNs && task !== runs.subject[run]) return true
  }
  return false
}
