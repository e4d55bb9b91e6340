import { whyApart } from '../clock.ts'
import { joinProcesses, type Processes } from '../processes.ts'
import type { TraceModel } from '../types.ts'
import { processLabel } from './parts.ts'

/** Traces that can be looked at together, and a sentence for people about each of the others. */
export interface Together {
  readonly processes: Processes
  readonly notices: readonly string[]
}

/** Of traces, in the order in which they were named: those that stand on one time axis with the first. */
export function together(traces: readonly { readonly source: string; readonly model: TraceModel }[]): Together {
  const notices: string[] = []
  const fitting = traces.filter(({ source, model }) => {
    const why = whyApart(model.header, traces[0].model.header)
    if (why !== undefined) notices.push(`${source} is not shown here, for ${why}: open it by itself.`)
    return why === undefined
  })
  const processes = joinProcesses(fitting)
  for (const { clock, source, model } of processes.processes) {
    if (clock === 0) continue
    const first = processLabel(processes.processes[0].model.header)
    notices.push(
      `${source} was not recorded by the clock of ${first}, but on another machine or with the wall clock set in between: ${processLabel(model.header)} stands where the wall clocks have it, which may be off.`,
    )
  }
  return { processes, notices }
}
