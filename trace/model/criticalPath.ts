import { segmentEndNs } from './at.ts'
import { treeParent } from './tree.ts'
import { State, type TraceModel } from './types.ts'

/** A part of the answer to "why did this take so long?": what one task did in a part of the time. */
export interface PathPart {
  readonly task: number
  readonly segment: number
  readonly startNs: number
  readonly endNs: number
  /** A `State`. */
  readonly state: number
  /** How many tasks that were waited for stand between this one and the task that is asked about. */
  readonly depth: number
}

/** The chain of waits, wake-ups and ready delays that a span of a task consists of, in time's order and without gaps. */
export interface CriticalPath {
  readonly task: number
  readonly startNs: number
  readonly endNs: number
  readonly parts: readonly PathPart[]
  /** It has more parts than are followed: where the chain breaks off, a wait stands for what made it up. */
  readonly isCut: boolean
}

const MAX_PARTS = 20_000
/** A chain of tasks that wait for each other longer than this is not followed further. */
const MAX_DEPTH = 200

/** A task that is followed back in time until `fromNs`, and then the one above it again. */
interface Follow {
  readonly task: number
  readonly fromNs: number
}

/**
 * Goes back in time from the span's end. What a task runs or spends ready is a part. While it waits, the task that woke it is
 * followed instead, from the wake-up back to the wait's beginning: what *that* did is why the wait took so long. A wait that no
 * task ended (a timer, the network, a thread) is a part itself. A waker that was created meanwhile leads to its creator.
 *
 *     main  : #.........#     the parts: main runs, a runs, a ready, b runs (it woke a), a runs, main runs
 *     a     :  #...==#        woken by b
 *     b     :   ===#
 *
 * In proportion to the parts, times the logarithm of the segments; at most MAX_PARTS.
 */
export function criticalPath(model: TraceModel, task: number, startNs: number, endNs: number): CriticalPath {
  const { segments, tasks } = model
  const parts: PathPart[] = []
  const above: Follow[] = []
  let follow: Follow = { task, fromNs: startNs }
  let atNs = endNs
  let isCut = false

  const add = (segment: number, fromNs: number): void => {
    if (atNs > fromNs)
      parts.push({
        task: follow.task,
        segment,
        startNs: fromNs,
        endNs: atNs,
        state: segments.state[segment],
        depth: above.length,
      })
    atNs = fromNs
  }

  while (parts.length < MAX_PARTS) {
    if (atNs <= follow.fromNs) {
      const back = above.pop()
      if (!back) break
      follow = back
      continue
    }
    const segment = segmentBefore(model, follow.task, atNs)
    if (segment < 0) {
      // It did not exist yet: its creator is why.
      const creator = treeParent(tasks, follow.task)
      if (creator > 0) follow = { task: creator, fromNs: follow.fromNs }
      else {
        // Nobody known made it. The wait above stands for the rest.
        const fromNs = follow.fromNs
        const back = above.pop()
        if (!back) break
        follow = back
        add(
          Math.max(segments.first[follow.task], segmentBefore(model, follow.task, atNs)),
          Math.max(fromNs, follow.fromNs),
        )
      }
      continue
    }
    const segmentStartNs = Math.max(segments.startNs[segment], follow.fromNs)
    const waker = wakerOf(model, follow.task, segment, atNs)
    if (waker > 0 && above.length < MAX_DEPTH && parts.length + above.length < MAX_PARTS) {
      above.push(follow)
      follow = { task: waker, fromNs: segmentStartNs }
    } else {
      if (waker > 0) isCut = true
      add(segment, segmentStartNs)
    }
  }
  if (parts.length >= MAX_PARTS) isCut = true
  return { task, startNs, endNs, parts: parts.reverse(), isCut }
}

/** The task's segment just before a moment, the last that began earlier; -1 before its creation. Segments can be without length. */
function segmentBefore({ segments }: TraceModel, task: number, atNs: number): number {
  const first = segments.first[task]
  let [low, high] = [first, segments.last[task]]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (segments.startNs[middle] < atNs) low = middle + 1
    else high = middle
  }
  return low > first ? low - 1 : -1
}

/** The task that ended a wait, where the wait is followed from its very end; 0 = none. */
function wakerOf(model: TraceModel, task: number, segment: number, atNs: number): number {
  const { segments } = model
  if (segments.state[segment] !== State.waiting || segment + 1 >= segments.last[task]) return 0
  if (segments.state[segment + 1] !== State.ready || segmentEndNs(model, task, segment) !== atNs) return 0
  const waker = segments.other[segment + 1]
  return waker === task ? 0 : waker
}

/** All parts that are alike: one task in one state, waiting for one thing. */
export interface PathShare {
  readonly task: number
  readonly state: number
  /** Waiting: the await's id, else 0. */
  readonly awaitId: number
  /** The longest of its segments, to go to. */
  readonly segment: number
  readonly count: number
  readonly ns: number
}

/** What a path's time went into, the greatest first. */
export function pathShares({ segments }: TraceModel, path: CriticalPath): PathShare[] {
  const shares = new Map<string, PathShare & { longestNs: number }>()
  for (const { task, segment, state, startNs, endNs } of path.parts) {
    const awaitId = state === State.waiting ? segments.detail[segment] : 0
    const key = `${task} ${state} ${awaitId}`
    const ns = endNs - startNs
    const known = shares.get(key)
    shares.set(key, {
      task,
      state,
      awaitId,
      segment: known && known.longestNs >= ns ? known.segment : segment,
      count: (known?.count ?? 0) + 1,
      ns: (known?.ns ?? 0) + ns,
      longestNs: Math.max(known?.longestNs ?? 0, ns),
    })
  }
  return [...shares.values()].sort((a, b) => b.ns - a.ns)
}
