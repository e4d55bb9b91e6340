import type { TraceModel } from '../../trace/model/types.ts'
import { laneKinds } from './lane.ts'
import type { Arrangement } from './arrangement.ts'
import { overlap, type Overlap } from './overlap.ts'
import { taskEndNs } from './sorting.ts'

/** What a lane says that stands for many tasks. */
export interface Density {
  readonly tasks: Uint32Array
  readonly overlap: Overlap
}

/** The tasks below a place of an arrangement, at any depth. Linear in these. */
export function tasksBelow({ kind, id, below }: Arrangement, place: number): Uint32Array {
  const taskKind = laneKinds.indexOf('task')
  const tasks = new Uint32Array(below[place])
  let count = 0
  for (let i = place + 1; i <= place + below[place]; i++) if (kind[i] === taskKind) tasks[count++] = id[i]
  return tasks.subarray(0, count)
}

/** Densities by place, each made when it is first asked for. */
export function densities(model: TraceModel, arrangement: Arrangement): (place: number) => Density {
  const made = new Map<number, Density>()
  return (place) => {
    let density = made.get(place)
    if (!density) {
      const tasks = tasksBelow(arrangement, place)
      const startNs = Float64Array.from(tasks, (task) => model.tasks.createdNs[task])
      const endNs = Float64Array.from(tasks, (task) => taskEndNs(model, task))
      made.set(place, (density = { tasks, overlap: overlap(startNs, endNs) }))
    }
    return density
  }
}
