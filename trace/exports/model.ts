import { findInProcesses } from '../findings/processes.ts'
import { segmentEndNs } from '../model/at.ts'
import { streamName } from '../model/describe.ts'
import type { Processes, TracedProcess } from '../model/processes.ts'
import { RunKind, State } from '../model/types.ts'
import { taskReports } from './tasks.ts'

/** Grows when fields are added; what a field means does not change within a major number. */
const VERSION = '1.0'

/**
 * Everything that traces say, as one JSON object, in pieces: `processes`, `loops`, `tasks` with their awaits, `edges` and `findings`, each a line.
 * docs/exports.md is the contract. Findings are computed before the first piece is made.
 */
export function* modelJson(traces: Processes): Generator<string> {
  const { processes } = traces
  const { findings } = findInProcesses(traces)
  yield `{\n"format": "loopscope-model",\n"version": "${VERSION}",\n"startedAtNs": "${traces.wallClockNs}",\n"endNs": ${traces.endNs}`
  yield* list(
    'processes',
    processes.map((process) => processReport(traces, process)),
  )
  yield* list('loops', each(processes, loopReports))
  yield* list(
    'tasks',
    each(processes, (process) => taskReports(process.model, process)),
  )
  yield* list('edges', each(processes, edgeReports))
  yield* list('findings', findings)
  yield '\n}\n'
}

function* list(name: string, elements: Iterable<object>): Generator<string> {
  let separator = `,\n"${name}": [`
  for (const element of elements) {
    yield `${separator}\n${JSON.stringify(element)}`
    separator = ','
  }
  yield separator === ',' ? '\n]' : `${separator}]`
}

function* each(
  processes: readonly TracedProcess[],
  report: (process: TracedProcess) => Iterable<object>,
): Generator<object> {
  for (const process of processes) yield* report(process)
}

function processReport({ processes }: Processes, { model, source, offsetNs, parent }: TracedProcess): object {
  const { header } = model
  return {
    process: header.pid,
    parent: processes[parent]?.model.header.pid ?? null,
    ppid: header.ppid,
    name: header.name,
    trace: source,
    argv: header.argv,
    cwd: header.cwd,
    platform: header.platform,
    runtime: header.runtime,
    interpreter: header.interpreter,
    startedNs: offsetNs,
    endNs: offsetNs + model.endNs,
    end: model.end,
    notices: model.notices,
  }
}

function* loopReports({ model, offsetNs, loopBase }: TracedProcess): Generator<object> {
  const { loops, tables, runs } = model
  for (let loop = 1; loop < loops.startNs.length; loop++) {
    const stream = loops.stream[loop]
    let count = 0
    let busyNs = 0
    for (let run = runs.first[stream] ?? 0; run < (runs.last[stream] ?? 0); run++) {
      if (runs.kind[run] === RunKind.poll) continue
      count++
      busyNs += runs.endNs[run] - runs.startNs[run]
    }
    yield {
      id: loop + loopBase,
      process: model.header.pid,
      class: tables.strings[tables.loops.class[loop]],
      thread: stream > 0 ? streamName(model, stream) : null,
      startedNs: moment(loops.startNs[loop], offsetNs),
      stoppedNs: moment(loops.stopNs[loop], offsetNs),
      closedNs: moment(loops.closeNs[loop], offsetNs),
      runs: count,
      busyNs,
    }
  }
}

/** What tasks did to each other, by the task to which it was done. */
function* edgeReports({ model, offsetNs, taskBase }: TracedProcess): Generator<object> {
  const { tasks, segments, cancels } = model
  for (let task = 1; task <= tasks.count; task++) {
    const to = task + taskBase
    if (tasks.parent[task] > 0)
      yield { kind: 'create', from: tasks.parent[task] + taskBase, to, atNs: tasks.createdNs[task] + offsetNs }
    for (let i = segments.first[task] + 1; i < segments.last[task]; i++) {
      if (segments.state[i] !== State.ready || segments.state[i - 1] !== State.waiting || segments.other[i] === 0)
        continue
      yield { kind: 'wake', from: segments.other[i] + taskBase, to, atNs: segmentEndNs(model, task, i - 1) + offsetNs }
    }
  }
  for (let i = 0; i < cancels.task.length; i++) {
    if (cancels.by[i] === 0) continue
    yield {
      kind: 'cancel',
      from: cancels.by[i] + taskBase,
      to: cancels.task[i] + taskBase,
      atNs: cancels.atNs[i] + offsetNs,
    }
  }
}

const moment = (atNs: number, offsetNs: number): number | null => (Number.isNaN(atNs) ? null : atNs + offsetNs)
