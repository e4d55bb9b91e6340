import { taskReports, type TaskReport } from '../trace/exports/tasks.ts'
import { formatDuration } from '../trace/model/time.ts'
import { openTrace } from './openTrace.ts'

/** Prints the tasks of one or more traces: a table for people, or with `json` one array. */
export async function tasks(paths: readonly string[], options: { json?: boolean }): Promise<void> {
  const reports: TaskReport[] = []
  for (const path of paths) for (const report of taskReports(await openTrace(path))) reports.push(report)
  if (options.json) printArray(reports)
  else printTable(reports, paths.length > 1)
}

/** One element a line, written apart: a single string of ten million awaits would not fit into a string. */
function printArray(reports: readonly TaskReport[]): void {
  process.stdout.write('[')
  reports.forEach((report, i) => process.stdout.write(`${i === 0 ? '\n' : ',\n'}${JSON.stringify(report)}`))
  process.stdout.write(reports.length === 0 ? ']\n' : '\n]\n')
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
  const widths = head.map((title, i) => Math.min(48, Math.max(title.length, ...rows.map((row) => row[i].length))))
  for (const row of [head, ...rows]) {
    console.log(
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i])))
        .join('  ')
        .trimEnd(),
    )
  }
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
