import type { AwaitRow, LiveTask } from './tree.ts'

/** Where a row stands among its siblings, by what it and those below it are. */
const RANKS = { cycle: 0, stuck: 1, other: 2 } as const
type Rank = (typeof RANKS)[keyof typeof RANKS]

/** The rows as a tree, by their indexes. */
interface Forest {
  readonly roots: readonly number[]
  readonly below: readonly (readonly number[])[]
  readonly ranks: readonly Rank[]
  /** The row of a task that has below it what the task waits for. */
  readonly full: ReadonlyMap<LiveTask, number>
}

/**
 * The await graph in another order: at every depth those with a cycle, those with a stuck task, the others, else as they were. What a task waits for is
 * still told once, where the task now comes first. Linear in the rows; without recursion, for a chain can be as long as there are tasks.
 */
export function stuckFirst(rows: readonly AwaitRow[]): AwaitRow[] {
  const { roots, below, ranks, full } = forestOf(rows)
  const ordered: AwaitRow[] = []
  const told = new Set<LiveTask>()
  // The next one last.
  const coming: { readonly row: number; readonly depth: number }[] = []
  const add = (siblings: readonly number[], depth: number): void => {
    for (const rank of [RANKS.other, RANKS.stuck, RANKS.cycle])
      for (let i = siblings.length - 1; i >= 0; i--)
        if (ranks[siblings[i]] === rank) coming.push({ row: siblings[i], depth })
  }
  add(roots, 0)
  for (let next = coming.pop(); next; next = coming.pop()) {
    const { task, holds, isCycle, isRepeated } = rows[next.row]
    const whole = full.get(task) ?? next.row
    const isTold = told.has(task)
    ordered.push({
      task,
      depth: next.depth,
      holds,
      isCycle: isCycle || (!isTold && rows[whole].isCycle),
      isRepeated: isTold && (isRepeated || below[whole].length > 0),
    })
    if (isTold) continue
    told.add(task)
    add(below[whole], next.depth + 1)
  }
  return ordered
}

function forestOf(rows: readonly AwaitRow[]): Forest {
  const roots: number[] = []
  const below: number[][] = rows.map(() => [])
  const full = new Map<LiveTask, number>()
  const path: number[] = []
  rows.forEach(({ task, depth, isRepeated }, row) => {
    path.length = depth
    ;(depth === 0 ? roots : below[path[depth - 1]]).push(row)
    path.push(row)
    if (!isRepeated && !full.has(task)) full.set(task, row)
  })
  const ranks = rows.map(({ task, isCycle }): Rank => (isCycle ? RANKS.cycle : task.stuck ? RANKS.stuck : RANKS.other))
  const least = (row: number, others: readonly number[]): Rank =>
    others.reduce<Rank>((rank, other) => (ranks[other] < rank ? ranks[other] : rank), ranks[row])
  const rise = (): void => {
    for (let row = rows.length - 1; row >= 0; row--) ranks[row] = least(row, below[row])
  }
  rise()
  // What is told elsewhere is as urgent as it is there.
  rows.forEach(({ task, isRepeated }, row) => {
    if (isRepeated) ranks[row] = least(row, [full.get(task) ?? row])
  })
  rise()
  return { roots, below, ranks, full }
}
