import { findAll } from '../../trace/findings/index.ts'
import { findInEach } from '../../trace/findings/processes.ts'
import type { Finding } from '../../trace/findings/types.ts'
import type { TraceHeader } from '../../trace/format/header.ts'
import { joinProcesses } from '../../trace/model/processes.ts'
import { Outcome, type TraceModel } from '../../trace/model/types.ts'
import { summarise } from '../../trace/summary/index.ts'
import { MAX_FINDINGS, type ProgramHeader, type TraceIndex } from './traceIndex.ts'

/** What the editor needs to know of a trace. */
export function indexOf(model: TraceModel): TraceIndex {
  const { tasks } = model
  let count = 0
  let pending = 0
  for (let task = 1; task <= tasks.count; task++) {
    if (Number.isNaN(tasks.createdNs[task])) continue
    count++
    if (tasks.outcome[task] === Outcome.unfinished) pending++
  }
  return {
    program: programOf(model.header),
    end: model.end,
    durationNs: model.endNs,
    tasks: count,
    pending,
    events: model.eventCount,
    findings: findAll(model).findings.slice(0, MAX_FINDINGS),
    summary: summarise(model),
  }
}

/** What is wrong in each of several traces, by the places of these among the sources. */
export function findingsOf(traces: readonly { readonly source: string; readonly model: TraceModel }[]): Finding[][] {
  const joined = joinProcesses(traces)
  const found = findInEach(joined)
  return traces.map(({ model }) => {
    const place = joined.processes.findIndex((process) => process.model === model)
    return found[place].slice(0, MAX_FINDINGS)
  })
}

export function programOf(header: TraceHeader): ProgramHeader {
  const { argv, cwd, wallClockNs, monotonicNs, platform, pid, ppid, started, ancestors, name } = header
  // Modules that are run have nothing else to tell them apart.
  const first = argv[0] === '-m' ? `-m ${argv[1] ?? ''}` : (argv[0] ?? '')
  // Under the debugger everything is run by debugpy; what it runs is the script among its arguments.
  const script = (/[\\/]debugpy$/.test(first) && argv.find((argument) => argument.endsWith('.py'))) || first
  const isAbsolute = /^([\\/]|[a-z]:[\\/])/i.test(script)
  return {
    program: isAbsolute || cwd === '' || script === '' ? script : `${cwd}/${script.replace(/^\.[\\/]/, '')}`,
    cwd,
    startedMs: Number(wallClockNs / 1_000_000n),
    ...{ name, argv, pid, ppid, started, ancestors, platform, wallClockNs, monotonicNs },
  }
}
