import { streamName } from '../trace/model/describe.ts'
import type { Processes } from '../trace/model/processes.ts'
import { formatDuration } from '../trace/model/time.ts'
import { Outcome, outcomeNames, RunKind, type TraceModel } from '../trace/model/types.ts'
import { openTraces } from './openTrace.ts'

/** What `info --json` prints for each trace, in the order in which they began. Times in ns. */
interface Info {
  readonly file: string
  readonly format: string
  readonly runtime: string
  readonly interpreter: string
  readonly pid: number
  readonly ppid: number
  readonly argv: readonly string[]
  readonly cwd: string
  readonly startedAt: string
  /** Since the earliest of the traces that were asked for began. */
  readonly startedNs: number
  /** The trace of the process that started this one; null where it is not among them. */
  readonly parentFile: string | null
  readonly durationNs: number
  /** `exit`, `stopped`, or `open`: it still runs, was killed, or the file was cut. */
  readonly end: string
  readonly events: number
  readonly steps: number
  readonly tasks: number
  readonly unfinishedTasks: number
  readonly failedTasks: number
  readonly cancelledTasks: number
  readonly droppedEvents: number
  readonly threads: readonly { name: string; runningNs: number; pollingNs: number; runs: number }[]
  readonly notices: readonly string[]
}

export async function info(paths: readonly string[], options: { json?: boolean }): Promise<void> {
  const traces = await openTraces(paths)
  const infos = [...traces.processes.keys()].map((index) => summary(traces, index))
  if (options.json) console.log(JSON.stringify(infos, null, 2))
  else console.log(infos.map((entry) => text(entry, infos.length > 1)).join('\n\n'))
}

function summary({ processes }: Processes, index: number): Info {
  const { model, source: file, offsetNs, parent } = processes[index]
  const { header } = model
  const counts = outcomeCounts(model)
  return {
    file,
    format: `${header.major}.${header.minor}`,
    runtime: `${header.runtime.name} ${header.runtime.version}`.trim(),
    interpreter: `${header.interpreter.name} ${header.interpreter.version}`.trim(),
    pid: header.pid,
    ppid: header.ppid,
    argv: header.argv,
    cwd: header.cwd,
    startedAt: isoTime(header.wallClockNs),
    startedNs: offsetNs,
    parentFile: processes[parent]?.source ?? null,
    durationNs: model.endNs,
    end: model.end,
    events: model.eventCount,
    steps: model.stepCount,
    tasks: counts.reduce((sum, count) => sum + count),
    unfinishedTasks: counts[Outcome.unfinished],
    failedTasks: counts[Outcome.failed],
    cancelledTasks: counts[Outcome.cancelled],
    droppedEvents: model.droppedEvents,
    threads: threads(model),
    notices: model.notices,
  }
}

/** By outcome. */
function outcomeCounts({ tasks }: TraceModel): number[] {
  const counts = outcomeNames.map(() => 0)
  for (let task = 1; task <= tasks.count; task++)
    if (!Number.isNaN(tasks.createdNs[task])) counts[tasks.outcome[task]]++
  return counts
}

/** A date beyond what JavaScript knows can stand in a damaged header. */
function isoTime(wallClockNs: bigint): string {
  const date = new Date(Number(wallClockNs / 1_000_000n))
  return Number.isNaN(date.getTime()) ? '(not known)' : date.toISOString()
}

function threads(model: TraceModel): Info['threads'] {
  const { runs } = model
  return [...runs.first.keys()]
    .filter((stream) => runs.last[stream] > runs.first[stream])
    .map((stream) => {
      let runningNs = 0
      let pollingNs = 0
      for (let i = runs.first[stream]; i < runs.last[stream]; i++) {
        const spentNs = runs.endNs[i] - runs.startNs[i]
        if (runs.kind[i] === RunKind.poll) pollingNs += spentNs
        else runningNs += spentNs
      }
      return { name: streamName(model, stream), runningNs, pollingNs, runs: runs.last[stream] - runs.first[stream] }
    })
}

const ENDS: Readonly<Record<string, string>> = {
  exit: 'the program ended',
  stopped: 'recording was stopped',
  open: 'no end: the program still ran, or was killed',
}

function text(entry: Info, several: boolean): string {
  const number = (value: number): string => value.toLocaleString('en')
  const rows: [string, string][] = [
    ['trace', `${entry.file} (format ${entry.format}, ${entry.runtime})`],
    ['program', `${entry.argv.join(' ') || '(not known)'}, pid ${entry.pid}, ${entry.interpreter}`],
    ['started', `${entry.startedAt}${several ? ` (+${formatDuration(entry.startedNs)})` : ''} in ${entry.cwd}`],
    ...(entry.parentFile === null
      ? []
      : [['started by', `pid ${entry.ppid}, ${entry.parentFile}`] as [string, string]]),
    ['lasted', `${formatDuration(entry.durationNs)}; ${ENDS[entry.end]}`],
    [
      'tasks',
      `${number(entry.tasks)}: ${number(entry.unfinishedTasks)} unfinished, ${number(entry.failedTasks)} failed, ${number(entry.cancelledTasks)} cancelled`,
    ],
    ['events', `${number(entry.events)}, of them ${number(entry.steps)} task steps`],
    ...entry.threads.map(({ name, runningNs, pollingNs, runs }): [string, string] => [
      'loop',
      `${name}: ran ${formatDuration(runningNs)}, polled ${formatDuration(pollingNs)}, ${number(runs)} runs`,
    ]),
    ...entry.notices.map((notice): [string, string] => ['notice', notice]),
  ]
  return rows.map(([name, value]) => `${name.padEnd(entry.parentFile === null ? 8 : 10)} ${value}`).join('\n')
}
