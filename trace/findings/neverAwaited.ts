import { Event } from '../format/schema.ts'
import { sourceLine } from '../model/describe.ts'
import { placeOf, shortPlace } from './places.ts'
import { holdsWith, type Check, type Draft, type Place } from './types.ts'

/** Coroutine objects that were dropped without ever running: one finding for each line that made them. */
export const neverAwaited: Check = (model) => {
  const { warnings } = model
  const drafts = new Map<string, Draft & { count: number }>()
  warnings.kind.forEach((kind, i) => {
    if (kind !== Event.NEVER_AWAITED) return
    const definition = sourceLine(model, warnings.location[i])
    const defined: Place | undefined = definition.line > 0 ? definition : undefined
    const place = placeOf(model, warnings.stack[i]) ?? defined
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
