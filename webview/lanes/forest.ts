import { extended, roomFor } from '../../trace/model/regions.ts'
import type { Sliced } from '../slices.ts'
import { laneKinds, type LaneKind } from './lane.ts'

/** Of more siblings than this with the same coroutine, all but the first few stand folded in one lane. */
export const FOLD_FROM = 60
export const FOLD_KEEPS = 10

const code = (kind: LaneKind): number => laneKinds.indexOf(kind)
const [TASK, FOLD] = [code('task'), code('fold')]
const ALONE: ReadonlySet<number> = new Set([code('process'), code('loop'), code('thread')])

/** Nodes that are looked at before others may have their turn. */
const AT_ONCE = 1 << 12

/** What `walk` finds: the columns of an `Arrangement`. */
export interface Walked {
  readonly count: number
  readonly kind: Uint8Array
  readonly id: Uint32Array
  readonly depth: Uint16Array
  readonly parent: Int32Array
  readonly below: Uint32Array
  readonly position: Uint32Array
  readonly siblings: Uint32Array
  readonly placeOfTask: Int32Array
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

/** The ground, on which lanes without one above stand. */
export const GROUND = 0
/** Tasks are even nodes, and all that is made as needed is odd: there may always be more of both. */
export const nodeOfTask = (task: number): number => task * 2
const isTask = (node: number): boolean => (node & 1) === 0
const idOfNode = (node: number): number => node >>> 1

/** Lanes in linked lists of children. Many that are alike are folded: once for all with `foldAll`, and from then on as they come. */
export class Forest {
  /** Of what is no task, by `idOfNode`. */
  private readonly kind: number[] = []
  private readonly id: number[] = []
  private firstChild = new Uint32Array(0)
  private lastChild = new Uint32Array(0)
  private next = new Uint32Array(0)
  private children = new Uint32Array(0)
  /** By node: its children by what makes them alike, of nodes with so many that some may be folded. Undefined before `foldAll`. */
  private kinOf: Map<number, (coroutine: number) => Kin> | undefined
  /** Twice what `walk` finds: what it found the last time is still shown while it finds anew. */
  private readonly found = [new WalkColumns(), new WalkColumns()]

  /** `coroutine`: by task. */
  constructor(
    private taskCount: number,
    private coroutine: ArrayLike<number>,
  ) {
    this.reserve(nodeOfTask(taskCount))
  }

  /** There are more tasks now. */
  grow(taskCount: number, coroutine: ArrayLike<number>): void {
    this.taskCount = taskCount
    this.coroutine = coroutine
    this.reserve(nodeOfTask(taskCount))
  }

  add(kind: number, id: number): number {
    const node = this.kind.push(kind) * 2 - 1
    this.id.push(id)
    this.reserve(node)
    return node
  }

  /** Puts a node behind the other children of a parent. A lane that holds others has its first child by then. */
  append(parent: number, node: number): void {
    if (!this.kinOf || this.children[parent] < FOLD_FROM) return this.link(parent, node)
    const alike = this.kinOf.get(parent)
    if (!alike) {
      this.link(parent, node)
      return this.foldChildren(parent)
    }
    const its = alike(this.alikeness(node))
    its.count++
    if (its.fold !== 0) return this.link(its.fold, node)
    this.link(parent, node)
    its.kept++
    if (its.count > FOLD_FROM) this.relink(parent, alike)
  }

  /** The ground's children, in this order. */
  orderGround(nodes: readonly number[]): void {
    this.firstChild[GROUND] = this.lastChild[GROUND] = this.children[GROUND] = 0
    for (const node of nodes) this.link(GROUND, node)
  }

  /** Puts the siblings that are many and alike under a lane of their own, behind those that stay. */
  *foldAll(): Sliced<void> {
    this.kinOf = new Map()
    const others = this.kind.length
    for (let task = 0; task <= this.taskCount; task++) {
      this.foldChildren(nodeOfTask(task))
      if (task % AT_ONCE === 0) yield
    }
    for (let i = 0; i < others; i++) {
      this.foldChildren(i * 2 + 1)
      if (i % AT_ONCE === 0) yield
    }
  }

  private foldChildren(node: number): void {
    if (this.children[node] <= FOLD_FROM) return
    const alike = kin()
    this.kinOf!.set(node, alike)
    for (let child = this.firstChild[node]; child !== 0; child = this.next[child]) alike(this.alikeness(child)).count++
    this.relink(node, alike)
  }

  /** Links the children of a node anew, those of which there are many into their folds. */
  private relink(node: number, alike: (coroutine: number) => Kin): void {
    const first = this.firstChild[node]
    for (let child = first; child !== 0; child = this.next[child])
      if (!this.isFold(child)) alike(this.alikeness(child)).kept = 0
    this.firstChild[node] = this.lastChild[node] = this.children[node] = 0
    for (let child = first, next; child !== 0; child = next) {
      next = this.next[child]
      if (this.isFold(child)) {
        this.link(node, child)
        continue
      }
      const its = alike(this.alikeness(child))
      if (its.kept < FOLD_KEEPS || its.count <= FOLD_FROM) {
        its.kept++
        this.link(node, child)
        continue
      }
      if (its.fold === 0) {
        its.fold = this.add(FOLD, idOfNode(isTask(child) ? child : this.firstChild[child]))
        this.link(node, its.fold)
      }
      this.link(its.fold, child)
    }
  }

  /** Lanes from top to bottom. The columns are used again the time after the next. */
  *walk(): Sliced<Walked> {
    const { firstChild, next, taskCount } = this
    const columns = this.found[0]
    columns.reserve(taskCount + this.kind.length, taskCount)
    const { kind, id, depth, parent, below, position, siblings, placeOfTask } = columns
    placeOfTask.fill(-1)
    const places: number[] = []
    const nodes: number[] = []
    let count = 0
    let above = -1
    let ordinal = 0
    for (let node = firstChild[GROUND]; node !== 0;) {
      if (count % AT_ONCE === 0) yield
      const place = count++
      const of = idOfNode(node)
      if (isTask(node)) {
        kind[place] = TASK
        id[place] = of
        placeOfTask[of] = place
      } else {
        kind[place] = this.kind[of]
        id[place] = this.id[of]
      }
      depth[place] = Math.min(places.length, 0xffff)
      parent[place] = above
      position[place] = ++ordinal
      siblings[place] = this.children[nodes.length === 0 ? GROUND : nodes[nodes.length - 1]]
      below[place] = 0
      const child = firstChild[node]
      if (child !== 0) {
        places.push(place)
        nodes.push(node)
        above = place
        ordinal = 0
        node = child
        continue
      }
      while (node !== 0 && next[node] === 0) {
        node = nodes.pop() ?? GROUND
        const done = places.pop()
        if (done === undefined) break
        below[done] = count - done - 1
        above = parent[done]
        ordinal = position[done]
      }
      node = node === GROUND ? GROUND : next[node]
    }
    // Not before: what was begun and never finished is begun again in the same columns, for the others are shown.
    this.found.reverse()
    return { count, kind, id, depth, parent, below, position, siblings, placeOfTask }
  }

  private link(parent: number, node: number): void {
    const { firstChild, lastChild, next, children } = this
    const last = lastChild[parent]
    if (last === 0) firstChild[parent] = node
    else next[last] = node
    lastChild[parent] = node
    next[node] = 0
    children[parent]++
  }

  private isFold(node: number): boolean {
    return !isTask(node) && this.kind[idOfNode(node)] === FOLD
  }

  /** Tasks are alike by their coroutine, scopes and groups all among themselves; processes and threads are like no other. */
  private alikeness(node: number): number {
    if (isTask(node)) return this.coroutine[idOfNode(node)]
    return ALONE.has(this.kind[idOfNode(node)]) ? -1 - node : -1
  }

  private reserve(node: number): void {
    const room = roomFor(node + 1, this.next.length)
    this.firstChild = extended(this.firstChild, room)
    this.lastChild = extended(this.lastChild, room)
    this.next = extended(this.next, room)
    this.children = extended(this.children, room)
  }
}

/** The columns of an arrangement, with room for more. */
class WalkColumns {
  kind = new Uint8Array(0)
  id = new Uint32Array(0)
  depth = new Uint16Array(0)
  parent = new Int32Array(0)
  below = new Uint32Array(0)
  position = new Uint32Array(0)
  siblings = new Uint32Array(0)
  placeOfTask = new Int32Array(0)

  reserve(places: number, tasks: number): void {
    const present = this.kind.length
    if (places > present) {
      const room = roomFor(places, present)
      this.kind = new Uint8Array(room)
      this.id = new Uint32Array(room)
      this.depth = new Uint16Array(room)
      this.parent = new Int32Array(room)
      this.below = new Uint32Array(room)
      this.position = new Uint32Array(room)
      this.siblings = new Uint32Array(room)
    }
    // Its length says how many tasks there are.
    const buffer = this.placeOfTask.buffer
    const bytes = (tasks + 1) * Int32Array.BYTES_PER_ELEMENT
    this.placeOfTask =
      bytes <= buffer.byteLength
        ? new Int32Array(buffer, 0, tasks + 1)
        : new Int32Array(roomFor(tasks + 1, this.placeOfTask.length)).subarray(0, tasks + 1)
  }
}
