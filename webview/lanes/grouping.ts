import { sourceLine } from '../../trace/model/describe.ts'
import { processLabel } from '../../trace/model/joined/parts.ts'
import { Outcome, type TraceModel } from '../../trace/model/types.ts'

/** What stands together: tasks below who created them, or tasks that have something in common. */
export const groupings = ['tree', 'coroutine', 'state', 'loop'] as const
export type Grouping = (typeof groupings)[number]
export const groupingNames: Readonly<Record<Grouping, string>> = {
  tree: 'creator',
  coroutine: 'coroutine',
  state: 'state at the end',
  loop: 'event loop',
}

/** How the trace leaves a task, what needs a look first. */
export const endStates = ['running', 'ready', 'waiting', 'failed', 'cancelled', 'done'] as const

/** Index into `endStates`. */
export function endStateOf({ tasks, segments }: TraceModel, task: number): number {
  switch (tasks.outcome[task]) {
    case Outcome.done:
      return 5
    case Outcome.cancelled:
      return 4
    case Outcome.failed:
      return 3
    default: {
      const last = segments.last[task] - 1
      return last >= segments.first[task] ? segments.state[last] : 1
    }
  }
}

/** The id of a task's group: a location (coroutine), an index into `endStates`, or a loop's id. */
export function groupOfTask(model: TraceModel, grouping: Grouping, task: number): number {
  switch (grouping) {
    case 'coroutine':
      return model.tasks.coroutine[task]
    case 'state':
      return endStateOf(model, task)
    case 'loop':
      return model.tasks.loop[task]
    case 'tree':
      return 0
  }
}

function loopName({ joined }: TraceModel, loop: number): string {
  if (!joined) return `Loop ${loop}`
  return `Loop ${joined.loops.own[loop]} of ${processLabel(joined.parts[joined.loops.part[loop]].header)}`
}

export function groupName(model: TraceModel, grouping: Grouping, group: number): string {
  switch (grouping) {
    case 'coroutine':
      return `${sourceLine(model, group).function.replace(/^.*<locals>\./, '') || 'unknown coroutine'}()`
    case 'state':
      return endStates[group] ?? 'unknown'
    case 'loop':
      return group === 0 ? 'No loop known' : loopName(model, group)
    case 'tree':
      return ''
  }
}
