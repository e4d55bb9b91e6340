import { Event } from '../format/schema.ts'
import { isLibraryFile, sourceLine, stackLines } from '../model/describe.ts'
import type { TraceModel } from '../model/types.ts'
import { isUserLine, placeOf, shortPlace } from './places.ts'
import { holdsWith, type Check, type Draft, type Place } from './types.ts'

/** Coroutine objects that were dropped without ever running: one finding for each line that made them. */
export const neverAwaited: Check = (model) => {
  const { warnings } = model
  const drafts = new Map<string, Draft & { count: number }>()
  warnings.kind.forEach((kind, i) => {
    if (kind !== Event.NEVER_AWAITED) return
    const definition = sourceLine(model, warnings.location[i])
    const defined: Place | undefined = definition.line > 0 ? definition : undefined
    const place = (crossesLoop(model, warnings.stack[i]) ? undefined : placeOf(model, warnings.stack[i])) ?? defined
    const key = `${definition.function} ${shortPlace(place)}`
    const count = (drafts.get(key)?.count ?? 0) + 1
    const task = warnings.task[i]
    drafts.set(key, {
      count,
      kind: 'never-awaited',
      severity: 'error',
      message: `${definition.function || 'A coroutine'}() was called at ${shortPlace(place)} and never awaited${count > 1 ? `, ${count} times` : ''}: its body did not run.`,
      tasks: task > 0 ? [task] : [],
      place,
      startNs: drafts.get(key)?.startNs ?? warnings.atNs[i],
      endNs: warnings.atNs[i],
      related: defined ? [{ message: 'the coroutine function', file: defined.file, line: defined.line }] : [],
    })
  })
  return holdsWith([...drafts.values()])
}

/** asyncio's own frames between the program that runs a loop and what the loop runs. */
const LOOP_FRAMES = /(?:^|\.)(?:_run_once|run_forever)$/

/** Whether a loop stands between where a coroutine object was dropped and the program's innermost frame: that one then knows nothing of it. */
function crossesLoop(model: TraceModel, stack: number): boolean {
  const lines = stackLines(model, stack)
  const loop = lines.findIndex((line) => isLibraryFile(line.file) && LOOP_FRAMES.test(line.function))
  return loop >= 0 && lines.slice(0, loop).every((line) => !isUserLine(line))
}
