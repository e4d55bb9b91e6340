import { objectName, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import type { TraceModel } from '../model/types.ts'
import type { ObjectWait } from './facts.ts'
import { placeOf, shortPlace } from './places.ts'
import { holdsWith, type Check, type Draft } from './types.ts'

const CONTENDED = new Set(['lock', 'semaphore'])

/** Time that tasks spent waiting for a lock or semaphore until they got it, by its longest holder. */
export const lockContention: Check = (model, facts, thresholds) => {
  const minimumNs = thresholds['contention-after'] * 1e6
  const holdsByObject = new Map<number, number[]>()
  model.holds.object.forEach((object, row) => {
    const rows = holdsByObject.get(object)
    if (rows) rows.push(row)
    else holdsByObject.set(object, [row])
  })
  const drafts: Draft[] = []
  for (const [object, all] of facts.waitsByObject) {
    const waits = all.filter(({ kind, untilNs }) => CONTENDED.has(kind) && untilNs < model.endNs)
    const totalNs = waits.reduce((sum, { fromNs, untilNs }) => sum + untilNs - fromNs, 0)
    const longestNs = waits.reduce((most, { fromNs, untilNs }) => Math.max(most, untilNs - fromNs), 0)
    if (waits.length < 2 || longestNs < minimumNs) continue
    drafts.push(contention(model, object, waits, totalNs, longestNs, holdsByObject.get(object) ?? [], minimumNs))
  }
  return holdsWith(drafts)
}

function contention(
  model: TraceModel,
  object: number,
  waits: readonly ObjectWait[],
  totalNs: number,
  longestNs: number,
  rows: readonly number[],
  minimumNs: number,
): Draft {
  const { holds, endNs } = model
  const lengthNs = (row: number): number =>
    (Number.isNaN(holds.untilNs[row]) ? endNs : holds.untilNs[row]) - holds.fromNs[row]
  const worst = rows.reduce((longest, row) => (longest < 0 || lengthNs(row) > lengthNs(longest) ? row : longest), -1)
  const lengths = rows.map(lengthNs).sort((a, b) => a - b)
  const usualNs = lengths[Math.floor(lengths.length / 2)] ?? 0
  const worstNs = worst >= 0 ? lengthNs(worst) : 0
  // All hold it about as long as each other: a limit that does its work. One that holds it far longer keeps the rest out.
  const uneven = worstNs >= minimumNs && worstNs >= 5 * usualNs
  const longestWait = waits.reduce((most, each) =>
    each.untilNs - each.fromNs > most.untilNs - most.fromNs ? each : most,
  )
  const waitPlace = placeOf(model, model.tables.awaits.stack[longestWait.awaitId])
  const place = worst >= 0 ? (placeOf(model, holds.stack[worst]) ?? waitPlace) : waitPlace
  const holder = worst >= 0 && holds.task[worst] > 0 ? taskName(model, holds.task[worst]) : undefined
  const tasks = [...new Set(waits.map(({ task }) => task))]
  return {
    kind: 'lock-contention',
    severity: uneven ? 'warning' : 'info',
    message: `${tasks.length} tasks waited ${formatDuration(totalNs)} in all, up to ${formatDuration(longestNs)}, for ${objectName(model, object)}${holder ? `: ${holder} held it for ${formatDuration(worstNs)} (${shortPlace(place)}), ${formatDuration(usualNs)} is usual` : ` at ${shortPlace(place)}`}.`,
    tasks: [...tasks, ...(worst >= 0 && holds.task[worst] > 0 ? [holds.task[worst]] : [])].slice(0, 1000),
    place,
    startNs: longestWait.fromNs,
    endNs: longestWait.untilNs,
    related: waitPlace
      ? [{ message: `${taskName(model, longestWait.task)} waited here`, file: waitPlace.file, line: waitPlace.line }]
      : [],
    costNs: totalNs,
    object,
  }
}
