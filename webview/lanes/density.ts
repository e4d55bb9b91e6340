import { isOver, taskEndNs } from '../../trace/model/at.ts'
import { Outcome, type TraceModel } from '../../trace/model/types.ts'
import type { Sliced } from '../slices.ts'
import { laneKey, laneKinds } from './lane.ts'
import { laneAtPlace, type Arrangement } from './arrangement.ts'
import { GrowingOverlap, type Overlap } from './overlap.ts'
import { ranked } from './quantile.ts'

/** What a lane says that stands for many tasks. */
export interface Density {
  readonly tasks: Uint32Array
  readonly overlap: Overlap
  /** How long 95 of 100 of them took at most. Linear in them when first asked for. */
  p95Ns(): number
}

/** The tasks below a place of an arrangement, at any depth. Linear in these. */
export function tasksBelow({ kind, id, below }: Arrangement, place: number): Uint32Array {
  const taskKind = laneKinds.indexOf('task')
  const tasks = new Uint32Array(below[place])
  let count = 0
  for (let i = place + 1; i <= place + below[place]; i++) if (kind[i] === taskKind) tasks[count++] = id[i]
  return tasks.subarray(0, count)
}

/** What the lanes say that stand for many. */
export interface Densities {
  /** Made when it is first asked for. */
  at(arrangement: Arrangement, place: number): Density
  /** Makes ready what will be asked of an arrangement that is shown next: of the lanes that were asked for in this one. */
  prepare(arrangement: Arrangement): Sliced<void>
}

/** The densities of one arrangement. */
interface Generation {
  readonly arrangement: Arrangement
  readonly planting: object
  readonly byPlace: Map<number, LaneDensity>
  /** By key of the lane. Those that nobody asked for in an arrangement are forgotten with it. */
  readonly byLane: Map<string, LaneDensity>
}

/**
 * In the next arrangement of a trace that grows a density goes on from the one before: what is new is added, and tasks that had not ended are looked
 * at again.
 */
export function densities(model: TraceModel): Densities {
  let now: Generation | undefined
  let before: Generation | undefined
  let next: Generation | undefined
  const generation = (arrangement: Arrangement): Generation => ({
    arrangement,
    planting: arrangement.planting,
    byPlace: new Map(),
    byLane: new Map(),
  })
  function grow(into: Generation, from: Generation | undefined, place: number): LaneDensity {
    const key = laneKey(laneAtPlace(into.arrangement, place))
    const known = from?.planting === into.planting ? from.byLane.get(key) : undefined
    const density = known ?? new LaneDensity(model)
    density.grow(tasksBelow(into.arrangement, place))
    into.byPlace.set(place, density)
    into.byLane.set(key, density)
    return density
  }
  return {
    at(arrangement, place) {
      if (now?.arrangement !== arrangement) {
        before = now
        now = next?.arrangement === arrangement ? next : generation(arrangement)
        next = undefined
      }
      return now.byPlace.get(place) ?? grow(now, before, place)
    },
    *prepare(arrangement) {
      if (!now || now.arrangement === arrangement || now.planting !== arrangement.planting) return
      next = generation(arrangement)
      for (const place of manyPlaces(arrangement)) {
        if (!now.byLane.has(laneKey(laneAtPlace(arrangement, place)))) continue
        yield
        const density = grow(next, now, place)
        yield
        density.p95Ns()
      }
    },
  }
}

const MANY: ReadonlySet<number> = new Set([laneKinds.indexOf('fold'), laneKinds.indexOf('group')])

/** The places of lanes that stand for many. Linear in the lanes. */
function manyPlaces({ kind, count }: Arrangement): number[] {
  const places: number[] = []
  for (let place = 0; place < count; place++) if (MANY.has(kind[place])) places.push(place)
  return places
}

class LaneDensity implements Density {
  tasks: Uint32Array = new Uint32Array(0)
  readonly overlap = new GrowingOverlap()
  /** Tasks that had not ended when they were last looked at. */
  private open: number[] = []
  private newest = 0
  private p95: number | undefined

  constructor(private readonly model: TraceModel) {}

  /** Takes the tasks that there are now: those of before, and newer ones. */
  grow(tasks: Uint32Array): void {
    const { createdNs, outcome, endedNs } = this.model.tasks
    const { endNs: modelEndNs } = this.model
    this.tasks = tasks
    this.p95 = undefined
    // Loops: `Float64Array.from` and `for … of` took 30 ms of 100,000 tasks where these take 2 (Node 20, load 4 on two processors).
    const startNs = new Float64Array(tasks.length - this.overlap.count)
    const endNs = new Float64Array(startNs.length + this.open.length)
    const open: number[] = []
    let [starts, ends, newest] = [0, 0, this.newest]
    const look = (task: number): void => {
      // With its process a task is gone.
      if (outcome[task] === Outcome.unfinished && isOver(this.model, task, modelEndNs))
        endNs[ends++] = taskEndNs(this.model, task)
      else if (outcome[task] === Outcome.unfinished) open.push(task)
      else endNs[ends++] = endedNs[task]
    }
    for (let i = 0; i < this.open.length; i++) look(this.open[i])
    for (let i = 0; i < tasks.length; i++) {
      const task = tasks[i]
      if (task <= this.newest) continue
      if (task > newest) newest = task
      startNs[starts++] = createdNs[task]
      look(task)
    }
    this.overlap.add(startNs, endNs.subarray(0, ends))
    this.open = open
    this.newest = newest
  }

  p95Ns(): number {
    if (this.p95 !== undefined) return this.p95
    const { tasks, model } = this
    const lengthNs = new Float64Array(tasks.length)
    for (let i = 0; i < tasks.length; i++) lengthNs[i] = taskEndNs(model, tasks[i]) - model.tasks.createdNs[tasks[i]]
    return (this.p95 = ranked(lengthNs, Math.max(0, Math.ceil(lengthNs.length * 0.95) - 1)))
  }
}
