import { findProcesses } from '../live/processes.ts'
import type { Entry } from '../live/entry.ts'
import { flattened, processTree, type ProcessNode } from '../live/processTree.ts'
import { formatDuration } from '../trace/model/time.ts'
import { printColumns } from './columns.ts'

/** Prints the recorded processes that run, each below the one that it came from: a table for people, or with `json` one array. */
export async function ps(options: { json?: boolean }): Promise<void> {
  const { processes, stale } = await findProcesses()
  for (const { entry, why } of stale) {
    const what = why === 'not-listening' ? 'no longer listens' : 'is gone'
    console.error(`Process ${entry.pid} (${entry.argv.join(' ')}) ${what}: what it left is taken away.`)
  }
  const tree = processTree(processes, (entry) => entry)
  if (options.json) {
    const rows = rowsOf(tree, null)
    console.log(JSON.stringify(rows, null, 2))
  } else if (processes.length === 0) {
    console.error('No recorded process runs. `loopscope record -- COMMAND` starts one.')
  } else {
    printColumns(
      ['pid', 'since', 'interpreter', 'program', 'trace'],
      [...flattened(tree)].map(({ process: entry, depth }) => [
        String(entry.pid),
        formatDuration((Date.now() - entry.openedAtMs) * 1e6),
        `${entry.interpreter.name} ${entry.interpreter.version}`.trim(),
        `${depth > 0 ? `${'  '.repeat(depth - 1)}└ ` : ''}${entry.name && `${entry.name} · `}${entry.argv.join(' ')}`,
        entry.trace ?? 'not recorded now',
      ]),
    )
  }
}

/** As `ps --json` prints them: a process before those that came from it, which name it as `parent`. */
function rowsOf(nodes: readonly ProcessNode<Entry>[], parent: number | null): object[] {
  return nodes.flatMap(({ process, children }) => {
    const { pid, name, argv, cwd, trace, runtime, interpreter, openedAtMs } = process
    const openedAt = Number.isNaN(openedAtMs) ? null : new Date(openedAtMs).toISOString()
    return [{ pid, parent, name, argv, cwd, trace, runtime, interpreter, openedAt }, ...rowsOf(children, pid)]
  })
}
