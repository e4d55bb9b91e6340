import { awaitKindNames, objectKindNames } from '../format/schema.ts'
import { objectName, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { NO_CAPACITY, type TraceModel } from '../model/types.ts'
import { placeOf, shortPlace } from './places.ts'
import { cannotTell, holdsWith, type Check, type Draft } from './types.ts'

/** Queues without a limit, and write buffers, that grew over the recording although something was taken out meanwhile. */
export const unboundedQueue: Check = (model, _facts, thresholds) => {
  const { levels } = model
  const byObject = new Map<number, number[]>()
  levels.object.forEach((object, i) => {
    const kind = objectKindNames[model.tables.objects.kind[object]]
    if (kind !== 'queue' && kind !== 'transport' && kind !== 'stream') return
    if (kind === 'queue' && levels.capacity[object] > 0 && levels.capacity[object] !== NO_CAPACITY) return
    const list = byObject.get(object)
    if (list) list.push(i)
    else byObject.set(object, [i])
  })
  const drafts = [...byObject].flatMap(([object, rows]) => {
    const isQueue = objectKindNames[model.tables.objects.kind[object]] === 'queue'
    return growth(model, object, rows, isQueue ? thresholds['queue-items'] : thresholds['buffer-bytes'], isQueue)
  })
  const { targetKind, kind } = model.tables.awaits
  const waitsUnknown = kind.some((each, id) => awaitKindNames[each] === 'queue_get' && targetKind[id] === 0)
  return drafts.length === 0 && waitsUnknown && byObject.size === 0
    ? cannotTell('how full queues are: record with a recorder that knows queues')
    : holdsWith(drafts)
}

/** Growing means: the peak is well above the limit, it was reached in many steps, and each third of the way up is higher than the one before. */
const MIN_STEPS = 20

function growth(model: TraceModel, object: number, rows: readonly number[], limit: number, isQueue: boolean): Draft[] {
  const { levels } = model
  const peakAt = rows.reduce((best, row) => (levels.level[row] > levels.level[best] ? row : best), rows[0])
  const peak = levels.level[peakAt]
  if (peak < limit) return []
  const up = rows.filter((row) => row <= peakAt)
  const startNs = levels.atNs[up[0]]
  const spanNs = levels.atNs[peakAt] - startNs
  const moments = new Set(up.map((row) => Math.floor(levels.atNs[row] / 100_000))).size
  if (up.length < MIN_STEPS || moments < MIN_STEPS) return []
  const mean = (from: number, to: number): number => {
    const part = up.filter(
      (row) => levels.atNs[row] >= startNs + spanNs * from && levels.atNs[row] <= startNs + spanNs * to,
    )
    return part.reduce((sum, row) => sum + levels.level[row], 0) / Math.max(part.length, 1)
  }
  const thirds = [mean(0, 1 / 3), mean(1 / 3, 2 / 3), mean(2 / 3, 1)]
  if (!(thirds[0] < thirds[1] && thirds[1] < thirds[2])) return []
  const { stack, by } = mainProducer(model, up)
  const place = placeOf(model, stack) ?? placeOf(model, model.tables.objects.creator[object])
  const size = isQueue ? `${peak.toLocaleString('en')} items` : `${Math.round(peak / 1024).toLocaleString('en')} KiB`
  return [
    {
      kind: 'unbounded-queue',
      severity: 'warning',
      message: `${objectName(model, object)} grew to ${size} in ${formatDuration(spanNs)}: ${by > 0 ? taskName(model, by) : 'what fills it'} (${shortPlace(place)}) is faster than what empties it, and nothing makes it wait.`,
      tasks: by > 0 ? [by] : [],
      place,
      startNs,
      endNs: levels.atNs[peakAt],
      costNs: spanNs,
      object,
    },
  ]
}

/** The stack and the task of most increases. */
function mainProducer({ levels }: TraceModel, rows: readonly number[]): { stack: number; by: number } {
  const counts = new Map<string, { stack: number; by: number; count: number }>()
  let before = 0
  let best = { stack: 0, by: 0, count: 0 }
  for (const row of rows) {
    if (levels.level[row] > before) {
      const key = `${levels.stack[row]} ${levels.by[row]}`
      const entry = counts.get(key) ?? { stack: levels.stack[row], by: levels.by[row], count: 0 }
      entry.count++
      counts.set(key, entry)
      if (entry.count > best.count) best = entry
    }
    before = levels.level[row]
  }
  return best
}
