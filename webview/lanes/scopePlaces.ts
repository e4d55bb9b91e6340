import { treeParent } from '../../trace/model/tree.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** Which scopes are lanes of their own, with brackets around the tasks in them. */
export interface ScopePlaces {
  /** By task: the group or gather that it stands in, -1 = none. */
  readonly scopeOf: Int32Array
  /** By scope: 1 where it has a lane. The others are drawn in their owner's: timeouts, and gathers of what others created. */
  readonly hasLane: Uint8Array
}

/** A task stands in the first scope of its own creator that took it in: the tree stays one of who created whom. Linear in scopes and their tasks. */
export function scopePlaces({ scopes, tasks }: TraceModel): ScopePlaces {
  const scopeOf = new Int32Array(tasks.count + 1).fill(-1)
  const hasLane = new Uint8Array(scopes.object.length)
  for (let scope = 0; scope < scopes.object.length; scope++) {
    const owner = scopes.owner[scope]
    for (let i = scopes.firstChild[scope]; i < scopes.lastChild[scope]; i++) {
      const task = scopes.children[i]
      if (owner === 0 || scopeOf[task] >= 0 || Number.isNaN(tasks.createdNs[task])) continue
      if (treeParent(tasks, task) !== owner) continue
      scopeOf[task] = scope
      hasLane[scope] = 1
    }
  }
  return { scopeOf, hasLane }
}
