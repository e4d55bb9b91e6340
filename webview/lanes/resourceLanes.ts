import { objectKindNames } from '../../trace/format/schema.ts'
import type { ResourceIndex } from '../../trace/model/resources.ts'
import { NO_CAPACITY, type TraceModel } from '../../trace/model/types.ts'
import { overlap, type Overlap } from './overlap.ts'

/** Kinds of objects that have something to show over time. */
const SHOWN = new Set<string>(['lock', 'semaphore', 'event', 'condition', 'barrier', 'queue', 'transport'])

/** How an object's lane is drawn. */
export interface ResourceLane {
  readonly object: number
  /** What full means: the limit, or the highest level there was; 0 where no level was recorded. */
  readonly full: number
  readonly capacity: number
  /** Levels count what is free, not what is taken. */
  readonly countsFree: boolean
  readonly waiting: Overlap
  /** By change of level in `index.levels`, the greatest in each block of `BLOCK`. */
  highest(from: number, to: number): number
}

const BLOCK = 64

/** Objects with a lane: those that somebody held, filled, or waited for; the ones waited for longest first. */
export function resourceObjects(model: TraceModel, { holds, levels, waits }: ResourceIndex): number[] {
  const { kind } = model.tables.objects
  const waitedNs = new Float64Array(kind.length)
  const found: number[] = []
  for (let object = 1; object < kind.length; object++) {
    if (!SHOWN.has(objectKindNames[kind[object]] ?? '')) continue
    for (let i = waits.first[object]; i < waits.first[object + 1]; i++)
      waitedNs[object] += waits.endNs[i] - waits.startNs[i]
    const rows =
      holds.first[object + 1] -
      holds.first[object] +
      (levels.first[object + 1] - levels.first[object]) +
      (waits.first[object + 1] - waits.first[object])
    if (rows > 0) found.push(object)
  }
  return found.sort((a, b) => waitedNs[b] - waitedNs[a] || a - b)
}

/** Linear in the object's waits and changes of level. */
export function resourceLane(model: TraceModel, index: ResourceIndex, object: number): ResourceLane {
  const { levels, waits } = index
  const [first, last] = [levels.first[object], levels.first[object + 1]]
  const level = model.levels.level
  const blocks = new Uint32Array(Math.ceil((last - first) / BLOCK))
  for (let i = first; i < last; i++) {
    const block = Math.floor((i - first) / BLOCK)
    blocks[block] = Math.max(blocks[block], level[levels.row[i]])
  }
  function highest(from: number, to: number): number {
    let most = 0
    for (let i = from; i < to;) {
      if ((i - first) % BLOCK === 0 && i + BLOCK <= to) {
        most = Math.max(most, blocks[(i - first) / BLOCK])
        i += BLOCK
      } else most = Math.max(most, level[levels.row[i++]])
    }
    return most
  }
  const capacity = model.levels.capacity[object] ?? NO_CAPACITY
  const known = capacity !== NO_CAPACITY && capacity > 0
  return {
    object,
    capacity: known ? capacity : 0,
    full: first === last ? 0 : Math.max(known ? capacity : 0, highest(first, last), 1),
    countsFree: objectKindNames[model.tables.objects.kind[object]] === 'semaphore',
    waiting: overlap(
      waits.startNs.slice(waits.first[object], waits.first[object + 1]),
      waits.endNs.slice(waits.first[object], waits.first[object + 1]),
    ),
    highest,
  }
}
