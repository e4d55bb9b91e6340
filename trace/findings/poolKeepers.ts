import { Outcome, type TraceModel } from '../model/types.ts'
import type { Facts, Parked } from './facts.ts'
import { userFramesCached } from './places.ts'
import { rowsOf } from './rowsBy.ts'

/**
 * Where a queue is a pool: the tasks that took something from it elsewhere than they wait now, and put nothing back. A consumer, which
 * takes one after the other at one place, keeps nothing; nor is a queue a pool that others go on to fill, who never took from it.
 */
export function keepersOf(model: TraceModel, facts: Facts, parked: Parked): number[] {
  const { levels, tables } = model
  const kept = new Map<number, number>()
  const takenAt = new Map<number, number>()
  const fedBy = new Set<number>()
  let before = 0
  for (const row of rowsOf(levels.object, parked.object)) {
    const task = levels.by[row]
    const change = levels.level[row] - before
    before = levels.level[row]
    if (change > 0 && takenAt.size > 0) fedBy.add(task)
    if (task === 0) continue
    kept.set(task, (kept.get(task) ?? 0) - change)
    if (change < 0) takenAt.set(task, levels.stack[row])
  }
  if ([...fedBy].some((task) => !takenAt.has(task))) return []
  const elsewhere = (task: number): boolean => {
    const other = facts.parked.get(task)
    return other !== undefined && !sameFunctions(model, takenAt.get(task) ?? 0, tables.awaits.stack[other.awaitId])
  }
  return [...kept].filter(([task, count]) => count > 0 && takenAt.has(task) && elsewhere(task)).map(([task]) => task)
}

/** Whether two stacks are of the same functions of the program at the same lines. */
function sameFunctions(model: TraceModel, a: number, b: number): boolean {
  const text = (stack: number): string =>
    userFramesCached(model, stack)
      .map(({ file, function: name, line }) => `${file} ${name} ${line}`)
      .join('\n')
  return text(a) === text(b)
}

/**
 * Where a condition guards a pool: the tasks that have not ended, all of which took something under its lock before they came to wait there. Who gives
 * back has taken before; where anybody else ever had the lock, as a producer has, it is no pool, and nothing is proved.
 */
export function keepersUnderCondition(model: TraceModel, { task, awaitId }: Parked): number[] {
  const { holds, tables, tasks } = model
  const takes = functionOf(model, tables.awaits.stack[awaitId])
  const takenBy = (row: number): boolean => takes !== '' && functionOf(model, holds.stack[row]) === takes
  const own = rowsOf(holds.task, task).filter(takenBy)
  const [last] = own.slice(-1)
  if (last === undefined) return []
  const rows = rowsOf(holds.object, holds.object[last])
  const given = rows.filter((row) => holds.task[row] === task && !takenBy(row)).length
  // The last time it had the lock it found nothing, and waits.
  if (own.filter((row) => holds.object[row] === holds.object[last]).length - 1 - given < 1) return []
  const first = new Map<number, number>()
  for (const row of rows) if (!first.has(holds.task[row])) first.set(holds.task[row], row)
  if ([...first].some(([user, row]) => user === 0 || !takenBy(row))) return []
  return [...first.keys()].filter((user) => tasks.outcome[user] === Outcome.unfinished)
}

/** The program's innermost function of a stack, '' = none. */
function functionOf(model: TraceModel, stack: number): string {
  const [inner] = userFramesCached(model, stack)
  return inner ? `${inner.file} ${inner.function}` : ''
}
