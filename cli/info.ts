import { streamName } from '../trace/model/describe.ts'
import { formatDuration } from '../trace/model/time.ts'
import { Outcome, RunKind, type TraceModel } from '../trace/model/types.ts'
import { openTrace } from './openTrace.ts'

/** What `info --json` prints for each trace. Times in ns. */
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
  const infos: Info[] = []
  for (const path of paths) infos.push(summary(path, await openTrace(path)))
  if (options.json) console.log(JSON.stringify(infos, null, 2))
  else for (const entry of infos) console.log(text(entry))
}

function summary(file: string, model: TraceModel): Info {
  const { header } = model
  const outcomes = [...model.tasks.outcome.subarray(1)].filter((_, i) => !Number.isNaN(model.tasks.createdNs[i + 1]))
  const count = (outcome: Outcome): number => outcomes.filter((other) => other === outcome).length
  return {
    file,
    format: `${header.major}.${header.minor}`,
    runtime: `${header.runtime.name} ${header.runtime.version}`.trim(),
    interpreter: `${header.interpreter.name} ${header.interpreter.version}`.trim(),
    pid: header.pid,
    ppid: header.ppid,
    argv: header.argv,
    cwd: header.cwd,
    startedAt: new Date(Number(header.wallClockNs / 1_000_000n)).toISOString(),
    durationNs: model.endNs,
    end: model.end,
    events: model.eventCount,
    steps: model.stepCount,
    tasks: outcomes.length,
    unfinishedTasks: count(Outcome.unfinished),
    failedTasks: count(Outcome.failed),
    cancelledTasks: count(Outcome.cancelled),
    droppedEvents: model.droppedEvents,
    threads: threads(model),
    notices: model.notices,
  }
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

function text(entry: Info): string {
  const number = (value: number): string => value.toLocaleString('en')
  const rows: [string, string][] = [
    ['trace', `${entry.file} (format ${entry.format}, ${entry.runtime})`],
    ['program', `${entry.argv.join(' ') || '(not known)'}, pid ${entry.pid}, ${entry.interpreter}`],
    ['started', `${entry.startedAt} in ${entry.cwd}`],
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
  return rows.map(([name, value]) => `${name.padEnd(8)} ${value}`).join('\n')
}
