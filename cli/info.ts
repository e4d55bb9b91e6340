import { Event } from '../trace/format/schema.ts'
import { objectName, sourceLine, streamName, userLine } from '../trace/model/describe.ts'
import { connectionText, formatBytes, happeningText, loopRunName, processText } from '../trace/model/describeIo.ts'
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
  /** What it is called among those that run the same program; mostly empty. */
  readonly name: string
  readonly argv: readonly string[]
  readonly cwd: string
  readonly startedAt: string
  /** Since the earliest of the traces that were asked for began. */
  readonly startedNs: number
  /** The nearest process that it came from and that has a trace among them, and that trace; null where there is none. */
  readonly parentPid: number | null
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
  /** Each time that a loop ran, and what for: `run` of asyncio runs it again to end what is left. */
  readonly loopRuns: readonly {
    loop: number
    name: string
    startNs: number
    stopNs: number | null
    error: string | null
  }[]
  readonly connections: readonly ConnectionInfo[]
  readonly processes: readonly ProcessInfo[]
  /** Timers that the program itself set. `latestNs`: the most that one of them was late. */
  readonly timers: { readonly set: number; readonly ran: number; readonly cancelled: number; readonly latestNs: number }
  readonly signals: readonly { atNs: number; signal: number; handler: string }[]
  readonly droppedGenerators: readonly { atNs: number; generator: string; by: number | null }[]
  readonly watchedDescriptors: readonly WatchInfo[]
  /** Labels that a person or a tool put into the trace, as `loopscope mark` does. */
  readonly marks: readonly { atNs: number; label: string }[]
  readonly notices: readonly string[]
}

/** A connection, endpoint, pipe or server. */
interface ConnectionInfo {
  readonly name: string
  readonly openNs: number
  readonly closeNs: number | null
  readonly receivedBytes: number
  readonly sentBytes: number
  readonly pauses: number
  /** Name of the server that accepted it. */
  readonly server: string | null
  readonly error: string | null
  readonly file: string | null
  readonly line: number | null
}

interface ProcessInfo {
  readonly name: string
  readonly pid: number
  readonly startNs: number
  readonly endNs: number | null
  readonly status: number | null
  /** The latest signal that the program sent it. */
  readonly signal: number | null
  readonly file: string | null
  readonly line: number | null
}

interface WatchInfo {
  readonly atNs: number
  readonly call: string
  readonly descriptor: number
  readonly file: string | null
  readonly line: number | null
}

export async function info(paths: readonly string[], options: { json?: boolean }): Promise<void> {
  const traces = await openTraces(paths)
  const infos = [...traces.processes.keys()].map((index) => summary(traces, index))
  if (options.json) console.log(JSON.stringify(infos, null, 2))
  else {
    const texts = infos.map((entry, i) => text(entry, traces.processes[i].model, infos.length > 1))
    console.log(texts.join('\n\n'))
  }
}

function summary(traces: Processes, index: number): Info {
  const { model, source: file, offsetNs, parent } = traces.processes[index]
  const { header } = model
  const counts = outcomeCounts(model)
  return {
    file,
    format: `${header.major}.${header.minor}`,
    runtime: `${header.runtime.name} ${header.runtime.version}`.trim(),
    interpreter: `${header.interpreter.name} ${header.interpreter.version}`.trim(),
    pid: header.pid,
    ppid: header.ppid,
    name: header.name,
    argv: header.argv,
    cwd: header.cwd,
    startedAt: isoTime(header.wallClockNs),
    startedNs: offsetNs,
    parentPid: traces.processes[parent]?.model.header.pid ?? null,
    parentFile: traces.processes[parent]?.source ?? null,
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
    loopRuns: loopRuns(model),
    connections: connections(model),
    processes: subprocesses(model),
    timers: timers(model),
    ...happenings(model),
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

const nullable = (ns: number): number | null => (Number.isNaN(ns) ? null : ns)

function place(model: TraceModel, stack: number): { file: string | null; line: number | null } {
  const line = userLine(model, stack)
  return { file: line?.file || null, line: line?.line || null }
}

function loopRuns(model: TraceModel): Info['loopRuns'] {
  const { loopRuns: rows, tables } = model
  return Array.from(rows.loop, (loop, i) => ({
    loop,
    name: loopRunName(model, i),
    startNs: rows.startNs[i],
    stopNs: nullable(rows.stopNs[i]),
    error: tables.strings[rows.error[i]] || null,
  }))
}

function connections(model: TraceModel): ConnectionInfo[] {
  const { connections: rows, tables } = model
  return Array.from(rows.object, (object, i) => ({
    name: objectName(model, object),
    openNs: rows.openNs[i],
    closeNs: nullable(rows.closeNs[i]),
    receivedBytes: rows.receivedBytes[i],
    sentBytes: rows.sentBytes[i],
    pauses: rows.pauses[i],
    server: objectName(model, rows.server[i]) || null,
    error: tables.strings[rows.error[i]] || null,
    ...place(model, rows.stack[i]),
  }))
}

function subprocesses(model: TraceModel): ProcessInfo[] {
  const { processes: rows } = model
  return Array.from(rows.object, (object, i) => ({
    name: objectName(model, object),
    pid: rows.pid[i],
    startNs: rows.startNs[i],
    endNs: nullable(rows.endNs[i]),
    status: Number.isNaN(rows.endNs[i]) ? null : rows.status[i],
    signal: rows.signal[i] || null,
    ...place(model, rows.stack[i]),
  }))
}

function timers({ timers: rows, runs }: TraceModel): Info['timers'] {
  const ran = [...rows.run].filter((run) => run >= 0)
  return {
    set: rows.run.length,
    ran: ran.length,
    cancelled: [...rows.cancelNs].filter((ns) => !Number.isNaN(ns)).length,
    latestNs: ran.map((run) => runs.delay[run]).reduce((most, ns) => (ns < 0xffffffff ? Math.max(most, ns) : most), 0),
  }
}

const WATCH_CALLS = ['', 'add_reader', 'add_writer', 'remove_reader', 'remove_writer']

function happenings(model: TraceModel): Pick<Info, 'signals' | 'droppedGenerators' | 'watchedDescriptors' | 'marks'> {
  const { happenings: rows } = model
  const of = (kind: number): number[] => [...rows.kind.keys()].filter((i) => rows.kind[i] === kind)
  return {
    signals: of(Event.SIGNAL).map((i) => ({
      atNs: rows.atNs[i],
      signal: rows.subject[i],
      handler: sourceLine(model, rows.where[i]).function,
    })),
    droppedGenerators: of(Event.FINALIZED).map((i) => ({
      atNs: rows.atNs[i],
      generator: sourceLine(model, rows.subject[i]).function,
      by: rows.where[i] || null,
    })),
    watchedDescriptors: of(Event.WATCH).map((i) => ({
      atNs: rows.atNs[i],
      call: WATCH_CALLS[rows.what[i]] ?? 'unknown',
      descriptor: rows.subject[i],
      ...place(model, rows.where[i]),
    })),
    marks: of(Event.MARK).map((i) => ({ atNs: rows.atNs[i], label: model.tables.strings[rows.subject[i]] ?? '' })),
  }
}

const ENDS: Readonly<Record<string, string>> = {
  exit: 'the program ended',
  stopped: 'recording was stopped',
  open: 'no end: the program still ran, or was killed',
}

function text(entry: Info, model: TraceModel, several: boolean): string {
  const number = (value: number): string => value.toLocaleString('en')
  const rows: [string, string][] = [
    ['trace', `${entry.file} (format ${entry.format}, ${entry.runtime})`],
    [
      'program',
      `${entry.argv.join(' ') || '(not known)'}${entry.name && `: ${entry.name}`}, pid ${entry.pid}, ${entry.interpreter}`,
    ],
    ['started', `${entry.startedAt}${several ? ` (+${formatDuration(entry.startedNs)})` : ''} in ${entry.cwd}`],
    ...(entry.parentFile === null
      ? []
      : [['started by', `pid ${entry.parentPid}, ${entry.parentFile}`] as [string, string]]),
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
    ...outside(entry, model),
    ...entry.notices.map((notice): [string, string] => ['notice', notice]),
  ]
  return rows.map(([name, value]) => `${name.padEnd(entry.parentFile === null ? 8 : 10)} ${value}`).join('\n')
}

/** Rows of each kind that are printed; `--json` has all. */
const MOST = 8

/** What the program had to do with the world around its loops, the most first. */
function outside(entry: Info, model: TraceModel): [string, string][] {
  const rows: [string, string][] = []
  const list = (label: string, count: number, line: (i: number) => string, order = (i: number): number => i): void => {
    const all = [...Array(count).keys()].sort((a, b) => order(a) - order(b))
    for (const i of all.slice(0, MOST)) rows.push([label, line(i)])
    if (count > MOST) rows.push([label, `and ${(count - MOST).toLocaleString('en')} more`])
  }
  const { connections, happenings, loopRuns, processes } = model
  const lasted = (i: number): number => (entry.loopRuns[i].stopNs ?? entry.durationNs) - entry.loopRuns[i].startNs
  list(
    'ran',
    loopRuns.loop.length,
    (i) =>
      `loop ${entry.loopRuns[i].loop} for ${entry.loopRuns[i].name}: ${entry.loopRuns[i].stopNs === null ? 'still, after ' : ''}${formatDuration(lasted(i))}${entry.loopRuns[i].error === null ? '' : `, left by ${entry.loopRuns[i].error}`}`,
  )
  if (connections.object.length > 0) {
    const sum = (column: Float64Array): string => formatBytes(column.reduce((total, bytes) => total + bytes, 0))
    const open = entry.connections.filter(({ closeNs }) => closeNs === null).length
    rows.push([
      'sockets',
      `${connections.object.length.toLocaleString('en')} connections, endpoints, pipes and servers, ${open} open at the end: read ${sum(connections.receivedBytes)}, wrote ${sum(connections.sentBytes)}`,
    ])
  }
  list(
    '',
    connections.object.length,
    (i) => connectionText(model, i),
    (i) => -connections.receivedBytes[i] - connections.sentBytes[i],
  )
  list('process', processes.object.length, (i) => processText(model, i))
  if (entry.timers.set > 0) {
    const { set, ran, cancelled, latestNs } = entry.timers
    const late = ran > 0 ? `, late by ${formatDuration(latestNs)} at the most` : ''
    rows.push(['timers', `${set} set by the program itself: ${ran} ran, ${cancelled} were cancelled${late}`])
  }
  const told = [...happenings.kind.keys()].filter((i) => happeningText(model, i) !== '')
  list('event', told.length, (i) => `${formatDuration(happenings.atNs[told[i]])}: ${happeningText(model, told[i])}`)
  if (entry.watchedDescriptors.length > 0) {
    const descriptors = new Set(entry.watchedDescriptors.map(({ descriptor }) => descriptor))
    rows.push(['watched', `by the program itself: descriptor ${[...descriptors].slice(0, MOST).join(', ')}`])
  }
  return rows
}
