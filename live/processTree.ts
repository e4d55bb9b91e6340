import { parentsOfRunning } from '../trace/model/family.ts'
import type { Entry } from './entry.ts'

/** A recorded process that runs, and below it those that came from it. */
export interface ProcessNode<Process> {
  readonly process: Process
  readonly children: readonly ProcessNode<Process>[]
}

/** Processes below the nearest recorded ancestor of each, in the order that is given. */
export function processTree<Process>(
  processes: readonly Process[],
  entryOf: (process: Process) => Entry | undefined,
): ProcessNode<Process>[] {
  const parents = parentsOfRunning(
    processes.map(entryOf).map((entry) => ({
      pid: entry?.pid ?? 0,
      ppid: 0,
      started: entry?.started ?? '',
      ancestors: entry?.ancestors ?? [],
    })),
  )
  const below = (parent: number): ProcessNode<Process>[] =>
    processes.flatMap((process, i) => (parents[i] === parent ? [{ process, children: below(i) }] : []))
  return below(-1)
}

/** A tree's processes from top to bottom, each with how deep it stands. */
export function* flattened<Process>(
  nodes: readonly ProcessNode<Process>[],
  depth = 0,
): Generator<{ readonly process: Process; readonly depth: number }> {
  for (const { process, children } of nodes) {
    yield { process, depth }
    yield* flattened(children, depth + 1)
  }
}
