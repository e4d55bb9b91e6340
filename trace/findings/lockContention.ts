import { objectKindNames } from '../format/schema.ts'
import { objectName, taskName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import type { TraceModel } from '../model/types.ts'
import { streamOf, type Facts } from './facts.ts'
import { waitsFor, type ObjectWait } from './objectWaits.ts'
import { placeOf, shortPlace } from './places.ts'
import { unserved, type Unserved } from './processorWaits.ts'
import { cannotTell, holdsWith, type Check, type Draft } from './types.ts'

const NOTHING: Unserved = { leastNs: 0, mostNs: 0 }
const CONTENDED = new Set<string>(['lock', 'semaphore'])

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
  const { kind } = model.tables.objects
  for (let object = 1; object < kind.length; object++) {
    if (!CONTENDED.has(objectKindNames[kind[object]] ?? '')) continue
    const waited = waitedFor(model, facts, object, minimumNs)
    if (waited.count < 2 || !waited.longest) continue
    if (waited.longest.untilNs - waited.longest.fromNs < minimumNs) continue
    drafts.push(contention(model, object, waited, waited.longest, holdsByObject.get(object) ?? [], minimumNs))
  }
  // Without who held them, a limit that does its work looks like one that is kept too long.
  return drafts.length > 0 && model.holds.object.length === 0
    ? cannotTell('who held the locks that tasks waited for: record with a recorder that knows locks')
    : holdsWith(drafts)
}

interface Waited {
  count: number
  totalNs: number
  /** Waits that lasted long. */
  long: number
  longest: ObjectWait | undefined
  readonly tasks: Set<number>
}

/** The waits for an object that were over before the trace was. */
function waitedFor(model: TraceModel, facts: Facts, object: number, minimumNs: number): Waited {
  const waited: Waited = { count: 0, totalNs: 0, long: 0, longest: undefined, tasks: new Set() }
  for (const wait of waitsFor(model, facts.objectWaits, object)) {
    if (!CONTENDED.has(wait.kind) || wait.untilNs >= model.endNs) continue
    const ns = wait.untilNs - wait.fromNs
    waited.count++
    if (ns >= minimumNs) waited.long++
    waited.totalNs += ns
    waited.tasks.add(wait.task)
    if (!waited.longest || ns > waited.longest.untilNs - waited.longest.fromNs) waited.longest = wait
  }
  return waited
}

function contention(
  model: TraceModel,
  object: number,
  { totalNs, long, tasks: waiters }: Waited,
  longestWait: ObjectWait,
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
  // All hold it about as long as each other: a limit that does its work. One that holds it far longer keeps the rest out; once, it may be an accident.
  // What the machine kept from its thread is no doing of the holder's.
  const stream = worst >= 0 ? streamOf(model, holds.task[worst]) : 0
  const { mostNs } =
    (worst >= 0 && unserved(model, stream, holds.fromNs[worst], holds.fromNs[worst] + worstNs)) || NOTHING
  const uneven = long > 1 && worstNs - mostNs >= minimumNs && worstNs - mostNs >= 5 * usualNs
  const waitPlace = placeOf(model, model.tables.awaits.stack[longestWait.awaitId])
  const place = worst >= 0 ? (placeOf(model, holds.stack[worst]) ?? waitPlace) : waitPlace
  const holder = worst >= 0 && holds.task[worst] > 0 ? taskName(model, holds.task[worst]) : undefined
  const tasks = [...waiters]
  const longestNs = longestWait.untilNs - longestWait.fromNs
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
