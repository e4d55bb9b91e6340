import { awaitKindNames } from '../format/schema.ts'
import { lastAtOrBefore } from '../model/at.ts'
import { taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { RunKind, State, type TraceModel } from '../model/types.ts'
import { streamOf } from './facts.ts'
import { placeOf, shortPlace } from './places.ts'
import { unserved } from './processorWaits.ts'
import { cannotTell, doesNot, holdsWith, type Check, type Place } from './types.ts'

/** Delays that are looked into at the most, the longest of each task first seen. */
const MAX_DELAYS = 300

/** A sleep of at least this long, µs: the record does not say how long. */
const FOREVER_US = 0xffffffff

interface Delay {
  readonly task: number
  readonly fromNs: number
  readonly untilNs: number
  /** Late even without the time for which the loop's thread may have had no processor. */
  readonly sure: boolean
}

/**
 * Tasks that something else woke and that then stood long in the ready queue behind many short steps. A single long step is the
 * blocked loop's finding, and a task that yields to let others run asked for it.
 */
export const starvedTask: Check = (model, _facts, thresholds) => {
  const minimumNs = thresholds['starved-after'] * 1e6
  const late = delays(model, minimumNs)
  const crowded = late.flatMap((delay) => {
    if (!delay.sure) return []
    const crowd = crowdOf(model, delay)
    return crowd ? [{ ...delay, ...crowd }] : []
  })
  if (crowded.length === 0) {
    const unseen = late.find((delay) => (delay.sure ? stoodStill(model, delay) : crowdOf(model, delay)))
    if (unseen === undefined) return doesNot
    const why = unseen.sure
      ? 'it neither ran anything nor waited, so another thread or program had the processor'
      : 'it may have had no processor'
    return cannotTell(
      `what kept the loop’s thread from running for ${formatDuration(unseen.untilNs - unseen.fromNs)} in which ${taskName(model, unseen.task)} was ready: ${why}; record on a machine that has one to spare`,
    )
  }
  const worst = crowded.reduce((longest, each) =>
    each.untilNs - each.fromNs > longest.untilNs - longest.fromNs ? each : longest,
  )
  const worstNs = worst.untilNs - worst.fromNs
  const victims = [...new Set(crowded.map(({ task }) => task))]
  return holdsWith([
    {
      kind: 'starved-task',
      severity: crowds(crowded) > 1 ? 'warning' : 'info',
      message: `${taskName(model, worst.task)} was ready and waited ${formatDuration(worstNs)} for its turn behind ${worst.runs} short steps of ${worst.hogs} tasks, most of them ${worst.created ? 'created ' : ''}at ${shortPlace(worst.place)}${crowded.length > 1 ? `; ${crowded.length} such delays` : ''}.`,
      tasks: victims.slice(0, 1000),
      place: worst.place,
      startNs: worst.fromNs,
      endNs: worst.untilNs,
      costNs: crowded.reduce((sum, each) => sum + each.untilNs - each.fromNs, 0),
    },
  ])
}

/**
 * Time in the ready queue after a wake-up by something else, or since a sleep should have been over; the first step after creation does not count,
 * nor does what the machine took.
 */
function delays(model: TraceModel, minimumNs: number): Delay[] {
  const { segments, tasks, tables } = model
  const found: Delay[] = []
  const { state, detail, other, startNs } = segments
  const isSleep = Uint8Array.from(tables.awaits.kind, (kind) => (awaitKindNames[kind] === 'sleep' ? 1 : 0))
  for (let task = 1; task <= tasks.count && found.length < MAX_DELAYS; task++) {
    const last = segments.last[task]
    for (let i = segments.first[task] + 1; i + 1 < last; i++) {
      if (state[i] !== State.ready || other[i] === task) continue
      // A loop looks at its timers once in each round: behind many short steps a sleep ends late, and the task is ready for a moment only.
      const us = state[i - 1] === State.waiting && isSleep[detail[i - 1]] === 1 ? other[i - 1] : 0
      const dueNs = us > 0 && us < FOREVER_US ? startNs[i - 1] + us * 1000 : startNs[i]
      const fromNs = Math.min(dueNs, startNs[i])
      const untilNs = startNs[i + 1]
      const lengthNs = untilNs - fromNs
      if (lengthNs < minimumNs) continue
      const { leastNs, mostNs } = unserved(model, streamOf(model, task), fromNs, untilNs) ?? { leastNs: 0, mostNs: 0 }
      if (lengthNs - leastNs >= minimumNs) found.push({ task, fromNs, untilNs, sure: lengthNs - mostNs >= minimumNs })
    }
  }
  return found
}

/** How many crowds there were: one may make many tasks late at once. */
function crowds(late: readonly Delay[]): number {
  let count = 0
  let untilNs = -Infinity
  for (const delay of [...late].sort((a, b) => a.fromNs - b.fromNs)) {
    if (delay.fromNs >= untilNs) count++
    untilNs = Math.max(untilNs, delay.untilNs)
  }
  return count
}

/** Whether the loop was running, but for most of a delay neither ran anything nor waited in its selector. */
function stoodStill(model: TraceModel, { task, fromNs, untilNs }: Delay): boolean {
  const { runs, loopRuns } = model
  const loop = model.tasks.loop[task]
  const all = loopRuns.loop.some(
    (each, row) => each === loop && loopRuns.startNs[row] <= fromNs && !(loopRuns.stopNs[row] < untilNs),
  )
  if (!all) return false
  const stream = streamOf(model, task)
  let seenNs = 0
  let i = Math.max(lastAtOrBefore(runs.startNs, runs.first[stream], runs.last[stream], fromNs), runs.first[stream])
  for (; i < runs.last[stream] && runs.startNs[i] < untilNs; i++)
    seenNs += Math.max(Math.min(runs.endNs[i], untilNs) - Math.max(runs.startNs[i], fromNs), 0)
  return seenNs < (untilNs - fromNs) / 2
}

/** So many tasks at once are a crowd. */
const CROWD = 10
/** A task with more steps than these came again and again, to the line at which it waits, and was not made for one thing. */
const STEPS_OF_ONE_JOB = 2

function mostOf(times: Map<number, number>): [stack: number, ns: number] {
  times.delete(0)
  return [...times].reduce<[number, number]>((most, each) => (each[1] > most[1] ? each : most), [0, 0])
}

/** Where a task came to after a step: the stack where it yielded, or its await; where it ended, its last await. 0 = none. */
function stoppedAt({ segments, tables }: TraceModel, task: number, next: number): number {
  let i = next
  while (i > segments.first[task] && segments.state[i] === State.running) i--
  if (segments.state[i] === State.waiting) return tables.awaits.stack[segments.detail[i]]
  if (i === next) return segments.detail[i]
  return i > segments.first[task] && segments.state[i - 1] === State.waiting
    ? tables.awaits.stack[segments.detail[i - 1]]
    : 0
}

/** Who ran during a delay: `undefined` where one long run explains it. */
function crowdOf(
  model: TraceModel,
  { task, fromNs, untilNs }: Delay,
): { runs: number; hogs: number; place: Place | undefined; created: boolean } | undefined {
  const { runs, segments } = model
  const stream = streamOf(model, task)
  const lengthNs = untilNs - fromNs
  const hogs = new Set<number>()
  const byStack = new Map<number, number>()
  const bySite = new Map<number, number>()
  let busyNs = 0
  let count = 0
  let i = Math.max(lastAtOrBefore(runs.startNs, runs.first[stream], runs.last[stream], fromNs), runs.first[stream])
  for (; i < runs.last[stream] && runs.startNs[i] < untilNs; i++) {
    if (runs.kind[i] === RunKind.poll) continue
    const ns = Math.min(runs.endNs[i], untilNs) - Math.max(runs.startNs[i], fromNs)
    if (ns > lengthNs / 2) return undefined
    busyNs += ns
    count++
    if (runs.kind[i] !== RunKind.step) continue
    const hog = runs.subject[i]
    hogs.add(hog)
    const next = lastAtOrBefore(segments.startNs, segments.first[hog], segments.last[hog], runs.endNs[i])
    if (next < 0) continue
    if (model.tasks.endedNs[hog] <= runs.endNs[i] && model.tasks.steps[hog] <= STEPS_OF_ONE_JOB) {
      const site = model.tasks.creationStack[hog]
      bySite.set(site, (bySite.get(site) ?? 0) + ns)
      continue
    }
    const stack = stoppedAt(model, hog, next)
    byStack.set(stack, (byStack.get(stack) ?? 0) + ns)
  }
  if (busyNs < lengthNs / 2) return undefined
  // A crowd that ended, each in the step that it had come for: what made so many of them.
  const [made, madeNs] = mostOf(bySite)
  const crowd = hogs.size >= CROWD && madeNs >= busyNs / 2 ? placeOf(model, made) : undefined
  return {
    runs: count,
    hogs: hogs.size,
    place: crowd ?? placeOf(model, mostOf(byStack)[0]),
    created: crowd !== undefined,
  }
}
