import type { Tasks } from './types.ts'

/** Tasks in creation-tree order: a creator, then what it created in the order of creation, each with its own below it. */
export interface TaskTree {
  /** Task ids, top to bottom. */
  readonly order: Uint32Array
  /** By task id: 0 for a task that no task created. */
  readonly depth: Uint32Array
  /** By task id: how many tasks stand below it, at any depth. */
  readonly descendants: Uint32Array
}

/** Linear in the tasks. Tasks that were never seen (creation time NaN) are left out. A creator that is younger than its child counts as none. */
export function taskTree(tasks: Tasks): TaskTree {
  const rows = tasks.count + 1
  const firstChild = new Uint32Array(rows)
  const nextSibling = new Uint32Array(rows)
  const depth = new Uint32Array(rows)
  const descendants = new Uint32Array(rows)
  const order = new Uint32Array(tasks.count)
  // Backwards, so that each list of children comes out oldest first. Ids are given in order of creation.
  for (let task = tasks.count; task >= 1; task--) {
    if (Number.isNaN(tasks.createdNs[task]!)) continue
    const parent = treeParent(tasks, task)
    nextSibling[task] = firstChild[parent]!
    firstChild[parent] = task
    if (parent > 0) descendants[parent]! += descendants[task]! + 1
  }
  let count = 0
  const stack: number[] = []
  for (let task = firstChild[0]!; task !== 0;) {
    order[count++] = task
    depth[task] = stack.length
    const child = firstChild[task]!
    if (child !== 0) {
      stack.push(task)
      task = child
      continue
    }
    while (task !== 0 && nextSibling[task] === 0) task = stack.pop() ?? 0
    task = nextSibling[task]!
  }
  return { order: order.subarray(0, count), depth, descendants }
}

/** The creator under which a task stands, 0 for the top level. */
export function treeParent(tasks: Tasks, task: number): number {
  const parent = tasks.parent[task]!
  return parent < task && !Number.isNaN(tasks.createdNs[parent]!) ? parent : 0
}
