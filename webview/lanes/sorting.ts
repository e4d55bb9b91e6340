import { taskEndNs } from '../../trace/model/at.ts'
import { taskName } from '../../trace/model/describe.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** By what siblings are ordered. Times: the longest first. */
export const sortKeys = ['created', 'name', 'duration', 'running', 'ready', 'waiting'] as const
export type SortKey = (typeof sortKeys)[number]
export const sortNames: Readonly<Record<SortKey, string>> = {
  created: 'creation',
  name: 'name',
  duration: 'duration',
  running: 'time running',
  ready: 'time ready',
  waiting: 'time waiting',
}

/** The tasks that were seen, in the order in which siblings stand. */
export function siblingOrder(model: TraceModel, sort: SortKey): Uint32Array {
  const { tasks } = model
  const seen = new Uint32Array(tasks.count)
  let count = 0
  for (let task = 1; task <= tasks.count; task++) if (!Number.isNaN(tasks.createdNs[task])) seen[count++] = task
  const order = seen.subarray(0, count)
  switch (sort) {
    case 'created':
      return order
    case 'name': {
      const { compare } = new Intl.Collator('en', { numeric: true })
      const names = Array.from(order, (task) => taskName(model, task))
      const places = Array.from(order.keys()).sort((a, b) => compare(names[a], names[b]) || a - b)
      return Uint32Array.from(places, (place) => order[place])
    }
    case 'duration': {
      const lengthNs = Float64Array.from({ length: tasks.count + 1 }, (_, task) =>
        task === 0 ? 0 : taskEndNs(model, task) - tasks.createdNs[task],
      )
      return order.sort((a, b) => lengthNs[b] - lengthNs[a] || a - b)
    }
    default: {
      const byTask = { running: tasks.runningNs, ready: tasks.readyNs, waiting: tasks.waitingNs }[sort]
      return order.sort((a, b) => byTask[b] - byTask[a] || a - b)
    }
  }
}
