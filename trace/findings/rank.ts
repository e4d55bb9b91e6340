import type { TraceModel } from '../model/types.ts'
import { findingKindNames, type FindingKind } from './registry.ts'
import { samePlace } from './places.ts'
import type { Draft, Finding } from './types.ts'

/** What explains a task that hangs, from the likeliest on. */
const ROOTS: readonly FindingKind[] = [
  'deadlock',
  'unretrieved-exception',
  'destroyed-pending',
  'never-awaited',
  'swallowed-cancellation',
]
/** What makes other tasks late. */
const DELAYS: readonly FindingKind[] = ['blocked-loop', 'sync-in-async']
const LATE: readonly FindingKind[] = ['starved-task', 'executor-starvation', 'slow-cancellation', 'lock-contention']
const RANK = { error: 0, warning: 1, info: 2 } as const

/** Links consequences to their causes and puts the likeliest root cause first, what it explains behind it. */
export function ranked(model: TraceModel, drafts: readonly Draft[]): Finding[] {
  const sorted = [...drafts].sort(
    (a, b) =>
      RANK[a.severity] - RANK[b.severity] ||
      findingKindNames.indexOf(a.kind) - findingKindNames.indexOf(b.kind) ||
      (b.costNs ?? 0) - (a.costNs ?? 0) ||
      a.startNs - b.startNs,
  )
  const candidates = worstOfEachKind(sorted)
  const causes = new Map(sorted.map((draft) => [draft, candidates.filter((other) => explains(other, draft))]))
  const ordered = new Set<Draft>()
  const place = (draft: Draft): void => {
    for (const cause of causes.get(draft) ?? []) ordered.add(cause)
    ordered.add(draft)
  }
  for (const draft of sorted) place(draft)
  const counts = new Map<FindingKind, number>()
  const ids = new Map(
    [...ordered].map((draft) => {
      const count = (counts.get(draft.kind) ?? 0) + 1
      counts.set(draft.kind, count)
      return [draft, `${draft.kind}-${count}`]
    }),
  )
  return [...ordered].map((draft) => ({
    id: ids.get(draft)!,
    kind: draft.kind,
    severity: draft.severity,
    message: draft.message,
    tasks: draft.tasks,
    file: draft.place?.file ?? null,
    line: draft.place?.line ?? null,
    startNs: Math.round(draft.startNs),
    endNs: Math.round(draft.endNs),
    confidence: draft.confidence ?? 'proven',
    because: (causes.get(draft) ?? []).map((cause) => ids.get(cause)!),
    related: draft.related ?? [],
    process: model.header.pid,
  }))
}

/** A trace with more findings of a kind than this is explained by the worst of them as well as by all. */
const MAX_CAUSES = 50

function worstOfEachKind(sorted: readonly Draft[]): Draft[] {
  const counts = new Map<FindingKind, number>()
  return sorted.filter(({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return count <= MAX_CAUSES
  })
}

/** Whether the one made the other happen: it came before, and they share a task, an object, or the loop's time. */
function explains(cause: Draft, draft: Draft): boolean {
  if (cause === draft) return false
  if (draft.kind === 'unretrieved-exception') {
    // A callback's error was reported when it came; where a task hangs of it, that finding tells it first.
    return draft.tasks.length === 0 && cause.kind === 'hung-task' && samePlace(cause.place, draft.place)
  }
  if (draft.kind === 'hung-task') {
    if (cause.tasks.length === 0 && samePlace(cause.place, draft.place)) return false
    // Jobs for which there will never be a thread; one that came late has only made its task late.
    if (cause.kind === 'executor-starvation') return cause.severity === 'error' && share(cause, draft)
    const root = ROOTS.includes(cause.kind) && cause.severity !== 'info'
    // What broke while the tasks were already waiting, or just before, and not what a hang of its own explains.
    return root && (cause.kind === 'deadlock' || cause.startNs <= draft.startNs + 1e9 || share(cause, draft))
  }
  if (DELAYS.includes(draft.kind) && cause.kind === 'deadlock') return samePlace(cause.place, draft.place)
  // Who waits for a task that it cancelled waits in a cycle only because the task did not end.
  if (draft.kind === 'deadlock')
    return cause.kind === 'swallowed-cancellation' && cause.severity === 'error' && share(cause, draft)
  if (LATE.includes(draft.kind) && DELAYS.includes(cause.kind) && cause.severity !== 'info') {
    return cause.startNs < draft.endNs && cause.endNs > draft.startNs
  }
  if (draft.kind === 'interrupted-cleanup' || draft.kind === 'slow-cancellation') {
    return cause.kind === 'hung-task' && share(cause, draft)
  }
  if (draft.kind === 'lock-contention') return cause.kind === 'unbounded-tasks' && cause.object === draft.object
  return false
}

const tasksOf = new WeakMap<Draft, ReadonlySet<number>>()

function share(cause: Draft, draft: Draft): boolean {
  let tasks = tasksOf.get(cause)
  if (!tasks) tasksOf.set(cause, (tasks = new Set(cause.tasks)))
  return draft.tasks.some((task) => tasks.has(task))
}
