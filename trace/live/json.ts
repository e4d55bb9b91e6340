import type { Finding } from '../findings/types.ts'
import { stackLines, type SourceLine } from '../model/describe.ts'
import type { TraceModel } from '../model/types.ts'
import type { LiveLoop } from './loops.ts'
import type { AwaitRow, LiveProcess, LiveTask } from './tree.ts'

/** A process as `loopscope tree --json` prints it: all of `LiveProcess`, tasks and findings referred to by their ids. Times in ns since the trace's start. */
export interface ProcessReport extends Omit<LiveProcess, 'tasks' | 'waits' | 'findings' | 'loops'> {
  readonly loops: readonly LiveLoop[]
  readonly tasks: readonly TaskReport[]
  readonly waits: readonly WaitReport[]
  readonly findings: readonly Finding[]
}

interface TaskReport extends Omit<LiveTask, 'definition' | 'at' | 'stack' | 'stuck' | 'finding'> {
  readonly definition: SourceLine | null
  readonly at: SourceLine | null
  /** Where it is suspended, innermost first. */
  readonly stack: readonly SourceLine[]
  readonly stuck: 'deadlock' | 'hung' | null
  readonly finding: string | null
}

interface WaitReport extends Omit<AwaitRow, 'task'> {
  readonly task: number
}

export function processReport(live: LiveProcess, model: TraceModel): ProcessReport {
  return {
    ...live,
    tasks: live.tasks.map((task) => ({
      ...task,
      definition: task.definition ?? null,
      at: task.at ?? null,
      stack: stackLines(model, task.stack),
      stuck: task.stuck ?? null,
      finding: task.finding?.id ?? null,
    })),
    waits: live.waits.map((row) => ({ ...row, task: row.task.id })),
  }
}
