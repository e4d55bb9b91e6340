import type { TraceModel } from '../../trace/model/types.ts'
import { atOnce, timed, type Sliced } from '../slices.ts'
import type { Grouping } from './grouping.ts'
import { laneKinds, type Lane } from './lane.ts'
import { NO_THREADS, Planting, type Threads } from './planting.ts'
import { SiblingOrder, type SortKey } from './sorting.ts'

/**
 * Every lane of tasks in the order in which it would stand with nothing folded: a lane, then all below it. Places count from 0.
 *
 *     place  kind   below      main            task
 *     0      task   5          └ TaskGroup 1   scope: brackets the tasks that it holds
 *     1      scope  4            ├ fetch-1     task
 *     2      task   0            └ 2 more      fold: holds siblings that are many and alike
 *     3      fold   2              ├ fetch-2   task
 *     4 5    task   0              └ fetch-3   task
 *
 * Of several processes, each is a lane with its event loops, its threads and its tasks below it.
 */
export interface Arrangement {
  readonly grouping: Grouping
  /** The same object in arrangements of which the later ones only have more lanes: of each lane, the tasks below it stay. */
  readonly planting: object
  readonly count: number
  /** Index into `laneKinds`. */
  readonly kind: Uint8Array
  readonly id: Uint32Array
  readonly depth: Uint16Array
  /** The place of the lane above in the tree, -1 at the top. */
  readonly parent: Int32Array
  /** How many lanes stand below it, at any depth. */
  readonly below: Uint32Array
  /** Place among its siblings, from 1, and how many these are. */
  readonly position: Uint32Array
  readonly siblings: Uint32Array
  /** By task id, -1 for a task that was never seen. */
  readonly placeOfTask: Int32Array
}

export const laneAtPlace = (arrangement: Arrangement, place: number): Lane => ({
  kind: laneKinds[arrangement.kind[place]],
  id: arrangement.id[place],
})

/** Nearly linear in the tasks (sorting). */
export const arrange = (
  model: TraceModel,
  grouping: Grouping,
  sort: SortKey,
  threads: Threads = NO_THREADS,
): Arrangement =>
  atOnce(atOnce(Planting.planted(model, grouping, sort, threads, new SiblingOrder(model, sort).now())).arrangement())

/** Ordering all lanes anew, while a trace grows, may take this share of the page's time. */
const ANEW_SHARE = 1 / 8

export interface Arranger {
  /** The lanes of the trace as it is now. */
  arrange(grouping: Grouping, sort: SortKey): Arrangement
  /** Makes ready what `arrange` will say of a trace that has grown; until that is asked, what it said before stays as it is. */
  prepare(grouping: Grouping, sort: SortKey): Sliced<Arrangement>
  /** When the order may be made anew that the trace has outgrown, in the page's ms; undefined where it is up to date. */
  dueMs(): number | undefined
}

/**
 * Arranges the lanes of a trace that may grow. Where lanes keep their order, what is new is put behind what is there: 2.5 ms with 100,000 tasks, where
 * doing all anew takes 22 (Chromium, load 2 on two processors). Neither is done within a frame: see `prepare`. An order that changes with time is made anew as often as its share of time allows:
 * until then the lanes stand as they did, without the newest tasks.
 */
export function arranger(model: TraceModel, threads: () => Threads = () => NO_THREADS): Arranger {
  let planting: Planting | undefined
  let arrangement: Arrangement | undefined
  let prepared: Arrangement | undefined
  let order: SiblingOrder | undefined
  let nextAnewMs = 0
  let isPutOff = false

  function* arranged(grouping: Grouping, sort: SortKey): Sliced<Arrangement> {
    const current = planting?.grouping === grouping && planting.sort === sort ? planting : undefined
    if (current && (yield* current.grow(threads()))) {
      isPutOff = false
      return yield* current.arrangement()
    }
    isPutOff = current !== undefined && performance.now() < nextAnewMs
    if (isPutOff) return arrangement!
    const anew = timed(arrangedAnew(grouping, sort))
    const result = yield* anew.work
    nextAnewMs = performance.now() + anew.tookMs() / ANEW_SHARE
    return result
  }

  function* arrangedAnew(grouping: Grouping, sort: SortKey): Sliced<Arrangement> {
    if (order?.sort !== sort) order = new SiblingOrder(model, sort)
    const sorted = order.now()
    yield
    const made = yield* Planting.planted(model, grouping, sort, threads(), sorted)
    const result = yield* made.arrangement()
    planting = made
    return result
  }

  return {
    arrange(grouping, sort) {
      const isReady = prepared && planting?.grouping === grouping && planting.sort === sort
      arrangement = isReady ? prepared! : atOnce(arranged(grouping, sort))
      prepared = undefined
      return arrangement
    },
    *prepare(grouping, sort) {
      prepared = undefined
      return (prepared = yield* arranged(grouping, sort))
    },
    dueMs: () => (isPutOff ? nextAnewMs : undefined),
  }
}
