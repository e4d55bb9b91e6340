import type { Processes, TracedProcess } from '../model/processes.ts'
import { acrossProcesses } from './acrossProcesses.ts'
import { examine, type Examined, type Report } from './index.ts'
import { defaultThresholds, findingKindNames, severities, type FindingKind, type Thresholds } from './registry.ts'
import type { Finding } from './types.ts'

/** What is wrong in several processes. Task ids, times and finding ids are those that all share. */
export interface ProcessesReport {
  /** Those of all processes, the likeliest root cause first. */
  readonly findings: readonly Finding[]
  /** What each process' checks answered, in the order of the processes. */
  readonly answers: readonly Report['answers'][]
}

/**
 * Finds what is wrong in each process and ranks it together: every process keeps its own order, in which causes stand before what they explain, and the
 * worst that is next in one of them comes next. One process alone keeps its findings as they are.
 */
export function findInProcesses({ processes }: Processes, thresholds: Partial<Thresholds> = {}): ProcessesReport {
  const reports = processes.map(({ model }) => examine(model, thresholds))
  const answers = reports.map((report) => report.answers)
  if (processes.length === 1) return { findings: reports[0].findings, answers }
  return { findings: together(processes, reports, thresholds).map(onSharedClock), answers }
}

/** The same for each process by itself, in the order of the processes: ids are unique among all, task ids and times those of each trace. */
export function findInEach(
  { processes }: Processes,
  thresholds: Partial<Thresholds> = {},
): readonly (readonly Finding[])[] {
  const reports = processes.map(({ model }) => examine(model, thresholds))
  if (processes.length === 1) return [reports[0].findings]
  const all = together(processes, reports, thresholds)
  return processes.map((process) => all.filter((each) => each.process === process).map(({ finding }) => finding))
}

/** A finding, and the process whose task ids and times it has. */
interface Placed {
  readonly finding: Finding
  readonly process: TracedProcess
}

function together(
  processes: readonly TracedProcess[],
  reports: readonly Examined[],
  thresholds: Partial<Thresholds>,
): readonly Placed[] {
  const hungAfterMs = thresholds['hung-after'] ?? defaultThresholds['hung-after']
  const { findings: all, causes } = acrossProcesses(processes, reports, hungAfterMs)
  const queues = all.map((findings, i) => queueOf(findings, processes[i]))
  const merged: Queued[] = []
  for (;;) {
    const heads = queues.flatMap((queue) => queue.slice(0, 1))
    if (heads.length === 0) break
    const next = heads.reduce((best, head) => (before(head, best) ? head : best))
    merged.push(next)
    queues[processes.indexOf(next.process)].shift()
  }
  return numbered(causesFirst(merged, causes), causes)
}

function onSharedClock({ finding, process }: Placed): Finding {
  return {
    ...finding,
    tasks: finding.tasks.map((task) => task + process.taskBase),
    startNs: finding.startNs + process.offsetNs,
    endNs: finding.endNs + process.offsetNs,
  }
}

/** A finding that another process' explains stands behind that one. */
function causesFirst(merged: readonly Queued[], causes: ReadonlyMap<Finding, Finding>): readonly Queued[] {
  const byFinding = new Map(merged.map((each) => [each.finding, each]))
  const ordered = new Set<Queued>()
  const seen = new Set<Queued>()
  const place = (each: Queued): void => {
    if (seen.has(each)) return
    seen.add(each)
    const cause = byFinding.get(causes.get(each.finding)!)
    if (cause) place(cause)
    ordered.add(each)
  }
  merged.forEach(place)
  return [...ordered]
}

interface Queued extends Placed {
  /** Of itself and all that follow in its process: a cause is as urgent as what it leads to. */
  readonly severity: number
}

function queueOf(findings: readonly Finding[], process: TracedProcess): Queued[] {
  let severity: number = severities.length
  return [...findings]
    .reverse()
    .map((finding) => {
      severity = Math.min(severity, severities.indexOf(finding.severity))
      return { finding, process, severity }
    })
    .reverse()
}

function before(a: Queued, b: Queued): boolean {
  const kind = ({ finding }: Queued): number => findingKindNames.indexOf(finding.kind)
  const startNs = ({ finding, process }: Queued): number => finding.startNs + process.offsetNs
  return (a.severity - b.severity || kind(a) - kind(b) || startNs(a) - startNs(b)) < 0
}

/** Ids count through all processes, each kind by itself, as they do in one. */
function numbered(merged: readonly Placed[], causes: ReadonlyMap<Finding, Finding>): Placed[] {
  const counts = new Map<FindingKind, number>()
  const ids = merged.map(({ finding: { kind } }) => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    return `${kind}-${counts.get(kind)}`
  })
  const idsOf = new Map<TracedProcess, Map<string, string>>(merged.map(({ process }) => [process, new Map()]))
  merged.forEach(({ finding, process }, i) => idsOf.get(process)!.set(finding.id, ids[i]))
  const idOf = new Map(merged.map(({ finding }, i) => [finding, ids[i]]))
  return merged.map(({ finding, process }, i) => {
    const because = [
      ...finding.because.flatMap((id) => idsOf.get(process)!.get(id) ?? []),
      ...[idOf.get(causes.get(finding)!)].flatMap((id) => id ?? []),
    ]
    return { finding: { ...finding, id: ids[i], because }, process }
  })
}
