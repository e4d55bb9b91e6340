import { findProcesses } from '../live/processes.ts'
import { formatDuration } from '../trace/model/time.ts'
import { printColumns } from './columns.ts'

/** Prints the recorded processes that run: a table for people, or with `json` one array. */
export async function ps(options: { json?: boolean }): Promise<void> {
  const { processes, stale } = await findProcesses()
  for (const { entry, why } of stale) {
    const what = why === 'not-listening' ? 'no longer listens' : 'is gone'
    console.error(`Process ${entry.pid} (${entry.argv.join(' ')}) ${what}: what it left is taken away.`)
  }
  if (options.json) {
    const rows = processes.map(({ pid, argv, cwd, trace, runtime, interpreter, openedAtMs }) => {
      const openedAt = Number.isNaN(openedAtMs) ? null : new Date(openedAtMs).toISOString()
      return { pid, argv, cwd, trace, runtime, interpreter, openedAt }
    })
    console.log(JSON.stringify(rows, null, 2))
  } else if (processes.length === 0) {
    console.error('No recorded process runs. `loopscope record -- COMMAND` starts one.')
  } else {
    printColumns(
      ['pid', 'since', 'interpreter', 'program', 'trace'],
      processes.map((entry) => [
        String(entry.pid),
        formatDuration((Date.now() - entry.openedAtMs) * 1e6),
        `${entry.interpreter.name} ${entry.interpreter.version}`.trim(),
        entry.argv.join(' '),
        entry.trace ?? 'not recorded now',
      ]),
    )
  }
}
