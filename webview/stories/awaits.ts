import { awaitLabel, userLine, type SourceLine } from '../../trace/model/describe.ts'
import { segmentEndNs } from '../../trace/model/at.ts'
import { awaitKindNames } from '../../trace/format/schema.ts'
import { State, type TraceModel } from '../../trace/model/types.ts'
import { awaitGroups, groupNames, groupOfKind, type AwaitGroup } from '../theme/awaitGroups.ts'

/** The segments of a task in which it waits, in time's order. Linear in the task's segments. */
export function awaitsOf({ segments }: TraceModel, task: number): Uint32Array {
  let count = 0
  const found = new Uint32Array(segments.last[task] - segments.first[task])
  for (let i = segments.first[task]; i < segments.last[task]; i++)
    if (segments.state[i] === State.waiting) found[count++] = i
  return found.subarray(0, count)
}

/** A part of the answer to "why did it take so long?" */
export interface TimeShare {
  readonly what: 'running' | 'ready' | AwaitGroup
  readonly name: string
  readonly ns: number
}

/** Where a task's time went: running, ready, and waiting by what for. Without the parts that are nothing. Linear in the task's segments. */
export function timeShares(model: TraceModel, task: number): TimeShare[] {
  const { segments, tables, tasks } = model
  const waiting = new Map<AwaitGroup, number>()
  for (let i = segments.first[task]; i < segments.last[task]; i++) {
    if (segments.state[i] !== State.waiting) continue
    const group = groupOfKind[awaitKindNames[tables.awaits.kind[segments.detail[i]]] ?? 'unknown']
    waiting.set(group, (waiting.get(group) ?? 0) + segmentEndNs(model, task, i) - segments.startNs[i])
  }
  const shares: TimeShare[] = [
    { what: 'running', name: 'running', ns: tasks.runningNs[task] },
    { what: 'ready', name: 'ready', ns: tasks.readyNs[task] },
    ...awaitGroups.map((group): TimeShare => ({
      what: group,
      name: `waiting for ${groupNames[group]}`,
      ns: waiting.get(group) ?? 0,
    })),
  ]
  return shares.filter((part) => part.ns > 0)
}

/** A place where a task waited, and what that cost in all. */
export interface AwaitSite {
  readonly label: string
  readonly line: SourceLine | undefined
  readonly count: number
  readonly totalNs: number
  readonly longestNs: number
}

/** A task's await sites, the dearest first. Linear in the task's segments. */
export function awaitSites(model: TraceModel, task: number): AwaitSite[] {
  const { segments, tables } = model
  const keys = new Map<number, string>()
  const sites = new Map<string, AwaitSite>()
  for (const i of awaitsOf(model, task)) {
    const awaitId = segments.detail[i]
    const ns = segmentEndNs(model, task, i) - segments.startNs[i]
    let key = keys.get(awaitId)
    if (key === undefined) {
      const [label, line] = [awaitLabel(model, awaitId), userLine(model, tables.awaits.stack[awaitId])]
      keys.set(awaitId, (key = `${label}\n${line?.file}\n${line?.line}`))
      if (!sites.has(key)) sites.set(key, { label, line, count: 0, totalNs: 0, longestNs: 0 })
    }
    const { label, line, count, totalNs, longestNs } = sites.get(key)!
    sites.set(key, { label, line, count: count + 1, totalNs: totalNs + ns, longestNs: Math.max(longestNs, ns) })
  }
  return [...sites.values()].sort((a, b) => b.totalNs - a.totalNs)
}
