import { taskReports, type TaskReport } from '../trace/exports/tasks.ts'
import { jsonArray } from '../trace/exports/jsonText.ts'
import type { TracedProcess } from '../trace/model/processes.ts'
import { formatDuration } from '../trace/model/time.ts'
import { printColumns } from './columns.ts'
import { openTraces } from './openTrace.ts'
import { writePieces } from './output.ts'

/** Prints the tasks of one or more traces, on one clock: a table for people, or with `json` one array. */
export async function tasks(paths: readonly string[], options: { json?: boolean }): Promise<void> {
  const { processes } = await openTraces(paths)
  if (options.json) await writePieces(process.stdout, jsonArray(allReports(processes)))
  else printTable([...allReports(processes)], processes.length > 1)
}

function* allReports(processes: readonly TracedProcess[]): Generator<TaskReport> {
  for (const each of processes) yield* taskReports(each.model, each)
}

function printTable(reports: readonly TaskReport[], severalProcesses: boolean): void {
  const rows = reports.map((report) => [
    ...(severalProcesses ? [String(report.process)] : []),
    report.name,
    report.coroutine,
    report.state,
    formatDuration((report.endedNs ?? lastKnownNs(report)) - report.createdNs),
    formatDuration(report.runningNs),
    formatDuration(report.waitingNs),
    ending(report),
  ])
  const head = [...(severalProcesses ? ['pid'] : []), 'task', 'coroutine', 'state', 'lived', 'ran', 'waited', '']
  printColumns(head, rows)
}

const lastKnownNs = (report: TaskReport): number =>
  report.createdNs + report.runningNs + report.readyNs + report.waitingNs

/** The last column: why it failed, or what an unfinished task waits for and where. */
function ending(report: TaskReport): string {
  if (report.exception !== null) return report.exception
  if (report.state !== 'waiting') return ''
  const last = report.awaits.at(-1)
  if (!last) return ''
  const where = last.file === null ? '' : ` at ${last.file}:${last.line ?? '?'}`
  return `waits for ${last.label}${last.target === null ? '' : ` (${typeof last.target === 'number' ? `task ${last.target}` : last.target})`}${where}`
}
