import { treeParent } from '../../trace/model/tree.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { groupOfTask, type Grouping } from './grouping.ts'
import { laneKinds, type Lane, type LaneKind } from './lane.ts'
import { scopePlaces } from './scopePlaces.ts'
import { siblingOrder, type SortKey } from './sorting.ts'

/**
 * Every lane of tasks in the order in which it would stand with nothing folded: a lane, then all below it. Places count from 0.
 *
 *     place  kind   below      main            task
 *     0      task   5          └ TaskGroup 1   scope: brackets the tasks that it holds
 *     1      scope  4            ├ fetch-1     task
 *     2      task   0            └ 2 more      fold: holds siblings that are many and alike
 *     3      fold   2              ├ fetch-2   task
 *     4 5    task   0              └ fetch-3   task
 */
export interface Arrangement {
  readonly grouping: Grouping
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

/** Of more siblings than this with the same coroutine, all but the first few stand folded in one lane. */
export const FOLD_FROM = 60
export const FOLD_KEEPS = 10

const code = (kind: LaneKind): number => laneKinds.indexOf(kind)
const [TASK, SCOPE, FOLD, GROUP] = [code('task'), code('scope'), code('fold'), code('group')]

export const laneAtPlace = (arrangement: Arrangement, place: number): Lane => ({
  kind: laneKinds[arrangement.kind[place]],
  id: arrangement.id[place],
})

/** Nearly linear in the tasks (sorting). */
export function arrange(model: TraceModel, grouping: Grouping, sort: SortKey): Arrangement {
  const forest = new Forest(model.tasks.count)
  const order = siblingOrder(model, sort)
  if (grouping === 'tree') plantTree(forest, model, order)
  else plantGroups(forest, model, order, grouping)
  forest.foldSiblings(model)
  return forest.walk(grouping, model.tasks.count)
}

/** Tasks under the scope that holds them or else under their creator. */
function plantTree(forest: Forest, model: TraceModel, order: Uint32Array): void {
  const { scopeOf } = scopePlaces(model)
  const nodeOfScope = new Map<number, number>()
  for (const task of order) {
    const creator = treeParent(model.tasks, task)
    const scope = scopeOf[task]
    if (scope < 0) {
      forest.append(creator, task)
      continue
    }
    let node = nodeOfScope.get(scope)
    if (node === undefined) {
      nodeOfScope.set(scope, (node = forest.add(SCOPE, scope)))
      forest.append(creator, node)
    }
    forest.append(node, task)
  }
}

function plantGroups(forest: Forest, model: TraceModel, order: Uint32Array, grouping: Grouping): void {
  const members = new Map<number, number[]>()
  for (const task of order) {
    const group = groupOfTask(model, grouping, task)
    const list = members.get(group)
    if (list) list.push(task)
    else members.set(group, [task])
  }
  const groups = [...members].sort(([a, x], [b, y]) => (grouping === 'state' ? a - b : y.length - x.length))
  for (const [group, tasks] of groups) {
    const node = forest.add(GROUP, group)
    forest.append(0, node)
    for (const task of tasks) forest.append(node, task)
  }
}

/** Siblings that are alike. */
interface Kin {
  count: number
  kept: number
  /** The lane that holds those that are not kept, 0 = none yet. */
  fold: number
}

/** Siblings by what makes them alike. Those next to each other mostly are, so the last answer is kept: of 100,000 this saves half the time. */
function kin(): (coroutine: number) => Kin {
  const all = new Map<number, Kin>()
  let last = NaN
  let its: Kin = { count: 0, kept: 0, fold: 0 }
  return (coroutine) => {
    if (coroutine === last) return its
    last = coroutine
    const known = all.get(coroutine)
    if (known) its = known
    else all.set(coroutine, (its = { count: 0, kept: 0, fold: 0 }))
    return its
  }
}

/** Nodes in linked lists of children: 0 is the ground, 1…T are tasks, the rest are made as needed. */
class Forest {
  /** The path of `walk`, as nodes. */
  private readonly nodes: number[] = []
  private readonly kind: number[] = []
  private readonly id: number[] = []
  private firstChild: Uint32Array
  private lastChild: Uint32Array
  private next: Uint32Array

  constructor(private readonly taskCount: number) {
    const rows = taskCount + 1
    this.firstChild = new Uint32Array(rows)
    this.lastChild = new Uint32Array(rows)
    this.next = new Uint32Array(rows)
  }

  add(kind: number, id: number): number {
    const node = this.taskCount + this.kind.push(kind)
    this.id.push(id)
    if (node >= this.next.length) {
      const grown = (column: Uint32Array): Uint32Array => {
        const bigger = new Uint32Array(node + 256 + (node >> 1))
        bigger.set(column)
        return bigger
      }
      this.firstChild = grown(this.firstChild)
      this.lastChild = grown(this.lastChild)
      this.next = grown(this.next)
    }
    return node
  }

  append(parent: number, node: number): void {
    if (this.lastChild[parent] === 0) this.firstChild[parent] = node
    else this.next[this.lastChild[parent]] = node
    this.lastChild[parent] = node
    this.next[node] = 0
  }

  private childCount(node: number): number {
    let count = 0
    for (let child = this.firstChild[node]; child !== 0; child = this.next[child]) count++
    return count
  }

  /** Puts the siblings that are many and alike under a lane of their own, behind those that stay. */
  foldSiblings({ tasks }: TraceModel): void {
    const before = this.taskCount + this.kind.length
    // Scopes are alike among themselves.
    const coroutineOf = (node: number): number => (node > this.taskCount ? -1 : tasks.coroutine[node])
    for (let node = 0; node <= before; node++) {
      const first = this.firstChild[node]
      if (first === 0 || this.childCount(node) <= FOLD_FROM) continue
      const alike = kin()
      for (let child = first; child !== 0; child = this.next[child]) alike(coroutineOf(child)).count++
      this.firstChild[node] = this.lastChild[node] = 0
      for (let child = first, next; child !== 0; child = next) {
        next = this.next[child]
        const its = alike(coroutineOf(child))
        if (its.kept < FOLD_KEEPS || its.count <= FOLD_FROM) {
          its.kept++
          this.append(node, child)
          continue
        }
        if (its.fold === 0) {
          its.fold = this.add(FOLD, child > this.taskCount ? this.firstChild[child] : child)
          this.append(node, its.fold)
        }
        this.append(its.fold, child)
      }
    }
  }

  walk(grouping: Grouping, taskCount: number): Arrangement {
    const size = taskCount + this.kind.length
    const column = (): Uint32Array => new Uint32Array(size)
    const [id, below, position, siblings] = [column(), column(), column(), column()]
    const kind = new Uint8Array(size)
    const depth = new Uint16Array(size)
    const parent = new Int32Array(size)
    const placeOfTask = new Int32Array(taskCount + 1).fill(-1)
    /** By place + 1: how many children it has. */
    const counts = new Uint32Array(size + 1)
    const path: number[] = []
    let count = 0
    for (let node = this.firstChild[0]; node !== 0;) {
      const place = count++
      const above = path.length > 0 ? path[path.length - 1] : -1
      kind[place] = node <= taskCount ? TASK : this.kind[node - taskCount - 1]
      id[place] = node <= taskCount ? node : this.id[node - taskCount - 1]
      depth[place] = Math.min(path.length, 0xffff)
      parent[place] = above
      position[place] = ++counts[above + 1]
      if (node <= taskCount) placeOfTask[node] = place
      if (this.firstChild[node] !== 0) {
        path.push(place)
        this.nodes.push(node)
        node = this.firstChild[node]
        continue
      }
      while (node !== 0 && this.next[node] === 0) {
        const done = path.pop()
        node = this.nodes.pop() ?? 0
        if (done !== undefined) below[done] = count - done - 1
      }
      node = this.next[node]
    }
    for (let place = 0; place < count; place++) siblings[place] = counts[parent[place] + 1]
    return { grouping, count, kind, id, depth, parent, below, position, siblings, placeOfTask }
  }
}
