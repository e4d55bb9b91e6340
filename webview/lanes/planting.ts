import { treeParent } from '../../trace/model/tree.ts'
import type { ProcessPart, TraceModel } from '../../trace/model/types.ts'
import type { Sliced } from '../slices.ts'
import type { Arrangement } from './arrangement.ts'
import { FOLD_FROM, Forest, GROUND, nodeOfTask } from './forest.ts'
import { groupOfTask, type Grouping } from './grouping.ts'
import { laneKinds, type LaneKind } from './lane.ts'
import { scopePlaces } from './scopePlaces.ts'
import type { SortKey } from './sorting.ts'

const code = (kind: LaneKind): number => laneKinds.indexOf(kind)
const [SCOPE, GROUP, PROCESS, LOOP, THREAD] = (['scope', 'group', 'process', 'loop', 'thread'] as const).map(code)

/** The threads that have lanes, by what they run. Of one process they stand above the arrangement, of several in it, below their processes. */
export interface Threads {
  readonly streams: readonly number[]
  readonly threads: readonly number[]
}
export const NO_THREADS: Threads = { streams: [], threads: [] }

/** Tasks that are planted before others may have their turn. */
const AT_ONCE = 1 << 11

/** The tasks of a model, each below what it stands under: planted once, and then with what comes as the trace grows. */
export class Planting {
  private readonly forest: Forest
  private readonly nodeOfScope = new Map<number, number>()
  private readonly groups = new Map<number, { readonly node: number; count: number }>()
  /** By index of the part of a joined model, in the order in which they stand; empty in a model of one trace. */
  private readonly processes = new Map<number, number>()
  /** By task: the scope that it was planted under. */
  private scopeOf: Int32Array
  /** Tasks up to this one were looked at. */
  private lookedAt = 0
  /** Those among them that were never seen. */
  private unseen: number[] = []

  private constructor(
    private readonly model: TraceModel,
    readonly grouping: Grouping,
    readonly sort: SortKey,
    private readonly threads: Threads,
  ) {
    this.forest = new Forest(model.tasks.count, model.tasks.coroutine)
    this.scopeOf = this.scopes()
    this.plantProcesses()
  }

  /** Plants all tasks, siblings in this order. */
  static *planted(
    model: TraceModel,
    grouping: Grouping,
    sort: SortKey,
    threads: Threads,
    order: Uint32Array,
  ): Sliced<Planting> {
    const planting = new Planting(model, grouping, sort, threads)
    for (let i = 0; i < order.length; i++) {
      planting.plant(order[i])
      if (i % AT_ONCE === 0) yield
    }
    planting.orderGroups()
    yield* planting.forest.foldAll()
    planting.noteUnseen()
    return planting
  }

  /** Plants the tasks that came. False where lanes that are there have other places now, and all must be planted anew. */
  *grow(threads: Threads): Sliced<boolean> {
    const { forest } = this
    const { tasks } = this.model
    if (!this.hasLanesOf(threads)) return false
    if (this.sort !== 'created' || this.grouping === 'state' || this.groups.size > FOLD_FROM) return false
    const scopeOf = this.scopes()
    // A group may take a task in that was there before; a task that was heard of may turn up behind younger ones.
    const known = Math.min(this.lookedAt, scopeOf.length - 1)
    for (let task = 1; task <= known; task++) if (scopeOf[task] !== this.scopeOf[task]) return false
    if (this.unseen.some((task) => !Number.isNaN(tasks.createdNs[task]))) return false
    this.scopeOf = scopeOf
    yield
    forest.grow(tasks.count, tasks.coroutine)
    // At once: of what was begun and never finished it would not be known how far it came.
    for (let task = this.lookedAt + 1; task <= tasks.count; task++) {
      if (!Number.isNaN(tasks.createdNs[task])) this.plant(task)
    }
    this.orderGroups()
    this.noteUnseen()
    yield
    return true
  }

  *arrangement(): Sliced<Arrangement> {
    return { grouping: this.grouping, planting: this, ...(yield* this.forest.walk()) }
  }

  /** Whether nothing is new among the processes and their threads, which stand before tasks that are there. */
  private hasLanesOf({ streams, threads }: Threads): boolean {
    const { joined } = this.model
    if (!joined) return true
    const before = this.threads
    return (
      joined.parts.length === this.processes.size &&
      streams.length === before.streams.length &&
      threads.length === before.threads.length
    )
  }

  private plantProcesses(): void {
    const { forest, threads } = this
    const { joined } = this.model
    if (!joined) return
    for (const part of familyOrder(joined.parts)) {
      const node = forest.add(PROCESS, part)
      this.processes.set(part, node)
      const own = (ids: readonly number[]): number[] => ids.filter((id) => joined.streams.part[id] === part)
      for (const stream of own(threads.streams)) forest.append(node, forest.add(LOOP, stream))
      for (const thread of own(threads.threads)) forest.append(node, forest.add(THREAD, thread))
      forest.append(GROUND, node)
    }
  }

  /** Where a task stands that no task created. */
  private groundOf(task: number): number {
    const { joined } = this.model
    return joined ? (this.processes.get(joined.tasks.part[task]) ?? GROUND) : GROUND
  }

  private scopes(): Int32Array {
    return this.grouping === 'tree' ? scopePlaces(this.model).scopeOf : new Int32Array(0)
  }

  private noteUnseen(): void {
    const { createdNs, count } = this.model.tasks
    // Those at the end are looked at again: their events are on the way.
    let last = count
    while (last > this.lookedAt && Number.isNaN(createdNs[last])) last--
    for (let task = this.lookedAt + 1; task <= last; task++) if (Number.isNaN(createdNs[task])) this.unseen.push(task)
    this.lookedAt = last
  }

  private plant(task: number): void {
    const { model, forest } = this
    const own = nodeOfTask(task)
    if (this.grouping !== 'tree') return forest.append(this.groupOf(task), own)
    const creator = nodeOfTask(treeParent(model.tasks, task)) || this.groundOf(task)
    const scope = this.scopeOf[task]
    if (scope < 0) return forest.append(creator, own)
    const node = this.nodeOfScope.get(scope)
    if (node !== undefined) return forest.append(node, own)
    const bracket = forest.add(SCOPE, scope)
    this.nodeOfScope.set(scope, bracket)
    forest.append(bracket, own)
    forest.append(creator, bracket)
  }

  private groupOf(task: number): number {
    const key = groupOfTask(this.model, this.grouping, task)
    let group = this.groups.get(key)
    if (!group) this.groups.set(key, (group = { node: this.forest.add(GROUP, key), count: 0 }))
    group.count++
    return group.node
  }

  /** States in the order in which they want a look, other groups by how many they hold. */
  private orderGroups(): void {
    if (this.grouping === 'tree') return
    const groups = [...this.groups].sort(([a, x], [b, y]) => (this.grouping === 'state' ? a - b : y.count - x.count))
    this.forest.orderGround([...this.processes.values(), ...groups.map(([, { node }]) => node)])
  }
}

/** Indexes of parts: a process, then what it started, each followed by its own. */
function familyOrder(parts: readonly ProcessPart[]): number[] {
  const children = rowsByParent(parts)
  const order: number[] = []
  const stack = [...(children.get(-1) ?? [])].reverse()
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    order.push(part)
    stack.push(...[...(children.get(part) ?? [])].reverse())
  }
  return order
}

function rowsByParent(parts: readonly ProcessPart[]): Map<number, number[]> {
  const children = new Map<number, number[]>()
  parts.forEach(({ parent }, index) => {
    const list = children.get(parent)
    if (list) list.push(index)
    else children.set(parent, [index])
  })
  return children
}
