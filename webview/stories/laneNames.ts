import { taskName } from '../../trace/model/describe.ts'
import { formatDuration } from '../../trace/model/time.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { laneAtPlace, type Arrangement } from '../lanes/arrangement.ts'
import type { Density } from '../lanes/density.ts'
import { groupName } from '../lanes/grouping.ts'
import type { Lane } from '../lanes/lane.ts'
import { count, counted } from '../time/shares.ts'
import { shortCoroutine } from './runNames.ts'
import { scopeTitle } from './scopeFacts.ts'

/** What a lane that stands for many is called: `1,190 more fetch()`, `fetch() · 1,200`. */
export function manyName(model: TraceModel, arrangement: Arrangement, place: number, density: Density): string {
  const { kind, id } = laneAtPlace(arrangement, place)
  if (kind === 'group') return groupName(model, arrangement.grouping, id)
  const first = laneAtPlace(arrangement, place + 1)
  const direct = directBelow(arrangement, place)
  const what = first.kind === 'scope' ? scopeTitle(model, first.id) : `${shortCoroutine(model, density.tasks[0])}()`
  return `${count(direct)} more ${what}`
}

function directBelow({ siblings }: Arrangement, place: number): number {
  return siblings[place + 1] ?? 0
}

/** `1,200 tasks · p95 410 ms`: how many, and how long they took. */
export const manyText = (density: Density): string =>
  `${counted(density.tasks.length, 'task')} · p95 ${formatDuration(density.p95Ns())}`

/** From the outermost creator down to a task, without itself: what leads to it. */
export function creatorsOf(model: TraceModel, task: number, most: number): { lane: Lane; name: string }[] {
  const above: { lane: Lane; name: string }[] = []
  for (
    let id = model.tasks.parent[task];
    id > 0 && above.length < most;
    id = model.tasks.parent[id] < id ? model.tasks.parent[id] : 0
  )
    above.unshift({ lane: { kind: 'task', id }, name: taskName(model, id) })
  return above
}
