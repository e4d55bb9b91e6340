import { treeParent } from '../../trace/model/tree.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import type { Arrangement } from './arrangement.ts'
import { FOLD_FROM, Forest, nodeOfTask } from './forest.ts'
import { groupOfTask, type Grouping } from './grouping.ts'
import { laneKinds, type LaneKind } from './lane.ts'
import { scopePlaces } from './scopePlaces.ts'
import { siblingOrder, type SortKey } from './sorting.ts'

const code = (kind: LaneKind): number => laneKinds.indexOf(kind)
const [SCOPE, GROUP] = [code('scope'), code('group')]

/** The tasks of a model, each below what it stands under: planted once, and then with what comes as the trace grows. */
export class Planting {
  private readonly forest: Forest
  private readonly nodeOfScope = new Map<number, number>()
  private readonly groups = new Map<number, { readonly node: number; count: number }>()
  /** By task: the scope that it was planted under. */
  private scopeOf: Int32Array
  /** Tasks up to this one were looked at. */
  private lookedAt = 0
  /** Those among them that were never seen. */
  private unseen: number[] = []

  constructor(
    private readonly model: TraceModel,
    readonly grouping: Grouping,
    readonly sort: SortKey,
  ) {
    this.forest = new Forest(model.tasks.count, model.tasks.coroutine)
    this.scopeOf = this.scopes()
    for (const task of siblingOrder(model, sort)) this.plant(task)
    this.orderGroups()
    this.forest.foldAll()
    this.noteUnseen()
  }

  /** Plants the tasks that came. False where lanes that are there have other places now, and all must be planted anew. */
  grow(): boolean {
    const { forest } = this
    const { tasks } = this.model
    if (this.sort !== 'created' || this.grouping === 'state' || this.groups.size > FOLD_FROM) return false
    const scopeOf = this.scopes()
    // A group may take a task in that was there before; a task that was heard of may turn up behind younger ones.
    const known = Math.min(this.lookedAt, scopeOf.length - 1)
    for (let task = 1; task <= known; task++) if (scopeOf[task] !== this.scopeOf[task]) return false
    if (this.unseen.some((task) => !Number.isNaN(tasks.createdNs[task]))) return false
    this.scopeOf = scopeOf
    forest.grow(tasks.count, tasks.coroutine)
    for (let task = this.lookedAt + 1; task <= tasks.count; task++) {
      if (!Number.isNaN(tasks.createdNs[task])) this.plant(task)
    }
    this.orderGroups()
    this.noteUnseen()
    return true
  }

  arrangement(): Arrangement {
    return { grouping: this.grouping, planting: this, ...this.forest.walk() }
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
    const creator = nodeOfTask(treeParent(model.tasks, task))
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
    this.forest.orderGround(groups.map(([, { node }]) => node))
  }
}
