import type { TraceModel } from '../model/types.ts'
import { blockedLoop, syncInAsync } from './blockedLoop.ts'
import { busyLoop } from './busyLoop.ts'
import { cacheStampede } from './cacheStampede.ts'
import { deadlock } from './deadlock.ts'
import { destroyedPending } from './destroyedPending.ts'
import { executorStarvation } from './executorStarvation.ts'
import { gatherFacts, type Facts } from './facts.ts'
import { hungTask } from './hungTask.ts'
import { beforeInterruption } from './interrupted.ts'
import { interruptedCleanup } from './interruptedCleanup.ts'
import { leakedTask } from './leakedTask.ts'
import { lockContention } from './lockContention.ts'
import { neverAwaited } from './neverAwaited.ts'
import { asFarAsRecorded } from './notKnown.ts'
import { ranked } from './rank.ts'
import { defaultThresholds, findingKindNames, type FindingKind, type Thresholds } from './registry.ts'
import { serialAwaits } from './serialAwaits.ts'
import { slowCancellation } from './slowCancellation.ts'
import { starvedTask } from './starvedTask.ts'
import { swallowedCancellation } from './swallowedCancellation.ts'
import type { Answer, Check, Finding } from './types.ts'
import { unboundedQueue } from './unboundedQueue.ts'
import { unboundedTasks } from './unboundedTasks.ts'
import { unretrievedException } from './unretrievedException.ts'

const checks: Readonly<Record<FindingKind, Check>> = {
  deadlock: beforeInterruption(deadlock),
  'unretrieved-exception': unretrievedException,
  'destroyed-pending': destroyedPending,
  'never-awaited': neverAwaited,
  'swallowed-cancellation': swallowedCancellation,
  'hung-task': beforeInterruption(hungTask),
  'sync-in-async': syncInAsync,
  'blocked-loop': blockedLoop,
  'busy-loop': busyLoop,
  'starved-task': starvedTask,
  'executor-starvation': executorStarvation,
  'lock-contention': lockContention,
  'cache-stampede': cacheStampede,
  'leaked-task': leakedTask,
  'unbounded-queue': unboundedQueue,
  'unbounded-tasks': unboundedTasks,
  'slow-cancellation': slowCancellation,
  'interrupted-cleanup': interruptedCleanup,
  'serial-awaits': serialAwaits,
}

export interface Report {
  /** The likeliest root cause first. */
  readonly findings: readonly Finding[]
  /** What each check answered: it holds, it does not, or the trace cannot tell and what to record to know. */
  readonly answers: Readonly<Record<FindingKind, Answer>>
}

/** A report, and the facts that it rests on. */
export interface Examined extends Report {
  readonly facts: Facts
}

/** Everything wrong that the trace proves. Near-linear in the model. */
export function findAll(model: TraceModel, thresholds: Partial<Thresholds> = {}): Report {
  const { findings, answers } = examine(model, thresholds)
  return { findings, answers }
}

/** As `findAll`, for whoever asks on. */
export function examine(model: TraceModel, thresholds: Partial<Thresholds> = {}): Examined {
  const parts = findInParts(model, thresholds)
  for (;;) {
    const { done, value } = parts.next()
    if (done) return value
  }
}

/** The same check by check, with other work between them; the trace must not grow meanwhile. */
export function* findInParts(
  current: TraceModel,
  thresholds: Partial<Thresholds> = {},
): Generator<undefined, Examined, undefined> {
  // What checks share is kept by model, and the model of a trace that grows is the same object at every moment.
  const model = { ...current }
  const facts = gatherFacts(model)
  const settings = { ...defaultThresholds, ...thresholds }
  const found: Partial<Record<FindingKind, Answer>> = {}
  for (const kind of findingKindNames) {
    yield
    found[kind] = checks[kind](model, facts, settings)
  }
  yield
  const answers = asFarAsRecorded(found as Record<FindingKind, Answer>, model)
  const drafts = Object.values(answers).flatMap((answer) => (answer.answer === 'holds' ? answer.drafts : []))
  return { findings: ranked(model, drafts), answers, facts }
}
