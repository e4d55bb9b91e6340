import { streamName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import type { TraceModel } from '../model/types.ts'
import { longRuns, type LongRun } from './longRuns.ts'
import { shortPlace } from './places.ts'
import { cannotTell, doesNot, holdsWith, type Check, type Draft } from './types.ts'

/** Steps and callbacks that computed for long, by the line that did. */
export const blockedLoop: Check = (model, _facts, thresholds) =>
  holdsWith(
    byLine(
      model,
      longRuns(model, thresholds['blocked-after'] * 1e6).filter(({ call }) => !call),
      'blocked-loop',
    ),
  )

/** Steps and callbacks that called something that waits, by the line that did. */
export const syncInAsync: Check = (model, _facts, thresholds) => {
  const long = longRuns(model, thresholds['blocked-after'] * 1e6)
  const drafts = byLine(
    model,
    long.filter(({ call }) => call),
    'sync-in-async',
  )
  if (drafts.length > 0) return holdsWith(drafts)
  const unsure = long.find((run) => run.unsure)
  if (unsure) {
    const length = formatDuration(unsure.endNs - unsure.startNs)
    return cannotTell(
      `whether ${unsure.who} called something that waits at ${shortPlace(unsure.place)}, in a step of ${length}, or only got no processor: record on a machine that has one to spare`,
    )
  }
  if (long.length === 0 || model.samples.atNs.length > 0) return doesNot
  return cannotTell('what the loop’s thread did while it was blocked: record with samples (`--block-threshold`)')
}

function byLine(model: TraceModel, runs: readonly LongRun[], kind: 'blocked-loop' | 'sync-in-async'): Draft[] {
  const groups = new Map<string, LongRun[]>()
  for (const run of runs) {
    const key = `${run.place ? `${run.place.file}:${run.place.line}` : run.who} ${run.stream}`
    const group = groups.get(key)
    if (group) group.push(run)
    else groups.set(key, [run])
  }
  return [...groups.values()].map((group): Draft => {
    const worst = group.reduce((longest, each) =>
      each.endNs - each.startNs > longest.endNs - longest.startNs ? each : longest,
    )
    const totalNs = group.reduce((sum, each) => sum + each.endNs - each.startNs, 0)
    const worstNs = worst.endNs - worst.startNs
    const times = group.length === 1 ? '' : `, ${group.length} times, ${formatDuration(totalNs)} in all`
    const place = shortPlace(worst.place)
    const harmed = group.some((run) => run.harmed && !run.preempted)
    const loop = streamName(model, worst.stream)
    return {
      kind,
      severity: !harmed ? 'info' : worstNs >= 1e9 ? 'error' : 'warning',
      message:
        kind === 'sync-in-async'
          ? `${worst.who} called ${worst.call!.name} at ${place} and held the event loop of ${loop} for ${formatDuration(worstNs)}${times}; use ${worst.call!.instead}.`
          : `${worst.who} held the event loop of ${loop} for ${formatDuration(worstNs)}${times}, at ${place}.`,
      tasks: [...new Set(group.map(({ task }) => task).filter((task) => task > 0))].slice(0, 1000),
      place: worst.place,
      startNs: worst.startNs,
      endNs: worst.endNs,
      costNs: totalNs,
    }
  })
}
