import { coroutineName, taskName } from '../../trace/model/describe.ts'
import { treeParent, type TaskTree } from '../../trace/model/tree.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** What a lane belongs to. */
export type Lane = { readonly kind: 'task'; readonly id: number } | { readonly kind: 'loop'; readonly id: number }

/** The lanes that are shown, top to bottom: first those of event loops, then tasks in creation-tree order. */
export interface Rows {
  readonly count: number
  /** How many rows stand still at the top while the rest scrolls. */
  readonly pinned: number
  laneAt(row: number): Lane
  /** The row of a task, -1 where it is folded away or filtered out. */
  readonly rowOfTask: Int32Array
  rowOf(lane: Lane): number
  /** Tasks that match the search; undefined where there is none. Rows of others are shown only as the creators of these. */
  readonly matches: Uint8Array | undefined
  readonly matchCount: number
}

const MAX_PINNED = 4

export function visibleRows(
  model: TraceModel,
  tree: TaskTree,
  streams: readonly number[],
  collapsed: ReadonlySet<number>,
  query: string,
): Rows {
  const { matches, shown, matchCount } = search(model, tree, query)
  const tasks = new Uint32Array(tree.order.length)
  const rowOfTask = new Int32Array(model.tasks.count + 1).fill(-1)
  let count = 0
  for (let i = 0; i < tree.order.length; i++) {
    const task = tree.order[i]
    if (shown && shown[task] === 0) continue
    rowOfTask[task] = streams.length + count
    tasks[count++] = task
    // A search looks into folded tasks as well.
    if (!shown && collapsed.has(task)) i += tree.descendants[task]
  }
  return {
    count: streams.length + count,
    pinned: Math.min(streams.length, MAX_PINNED),
    laneAt: (row) =>
      row < streams.length ? { kind: 'loop', id: streams[row] } : { kind: 'task', id: tasks[row - streams.length] },
    rowOfTask,
    rowOf: (lane) => (lane.kind === 'task' ? (rowOfTask[lane.id] ?? -1) : streams.indexOf(lane.id)),
    matches,
    matchCount,
  }
}

/** Tasks whose name or coroutine contains the query's words, whatever the case. Linear in the tasks; each distinct text is looked at once. */
function search(model: TraceModel, tree: TaskTree, query: string) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return { matches: undefined, shown: undefined, matchCount: 0 }
  const matches = new Uint8Array(model.tasks.count + 1)
  const shown = new Uint8Array(model.tasks.count + 1)
  const lowered = new Map<string, string>()
  const lower = (text: string): string => {
    let small = lowered.get(text)
    if (small === undefined) lowered.set(text, (small = text.toLowerCase()))
    return small
  }
  let matchCount = 0
  for (const task of tree.order) {
    const name = lower(taskName(model, task))
    const coroutine = lower(coroutineName(model, task))
    if (!words.every((word) => name.includes(word) || coroutine.includes(word))) continue
    matches[task] = 1
    matchCount++
    for (let above = task; above > 0 && shown[above] === 0; above = treeParent(model.tasks, above)) shown[above] = 1
  }
  return { matches, shown, matchCount }
}
