import { awaitKindNames, type AwaitKindName } from '../format/schema.ts'
import { segmentEndNs } from '../model/at.ts'
import { State, type TraceModel } from '../model/types.ts'

const TARGET_OBJECT = 2

/**
 * All waits for objects, those of one object side by side, in the order of tasks and time: eight bytes each, since what else one asks of a wait
 * stands in its segment.
 */
export interface ObjectWaits {
  /** Object `id` has the rows `first[id]` up to, not with, `first[id + 1]`. */
  readonly first: Uint32Array
  readonly task: Uint32Array
  readonly segment: Uint32Array
}

/** One wait for an object, ended or not. */
export interface ObjectWait {
  readonly task: number
  readonly kind: AwaitKindName
  readonly awaitId: number
  readonly fromNs: number
  readonly untilNs: number
  /** The task that ended the wait, 0 = none, or not known. */
  readonly waker: number
}

/** Two passes over the segments. */
export function objectWaits(model: TraceModel): ObjectWaits {
  const { segments, tasks, tables } = model
  const { state, detail, other } = segments
  const waitsForObject = Uint8Array.from(tables.awaits.targetKind, (kind) => (kind === TARGET_OBJECT ? 1 : 0))
  const objects = tables.objects.kind.length
  const first = new Uint32Array(objects + 1)
  const each = (visit: (object: number, task: number, segment: number) => void): void => {
    if (!waitsForObject.includes(1)) return
    for (let task = 1; task <= tasks.count; task++) {
      const last = segments.last[task]
      for (let i = segments.first[task]; i < last; i++) {
        if (state[i] !== State.waiting || waitsForObject[detail[i]] === 0) continue
        const object = other[i]
        if (object > 0 && object < objects) visit(object, task, i)
      }
    }
  }
  each((object) => first[object + 1]++)
  for (let object = 1; object <= objects; object++) first[object] += first[object - 1]
  const next = first.slice()
  const task = new Uint32Array(first[objects])
  const segment = new Uint32Array(first[objects])
  each((object, of, i) => {
    const row = next[object]++
    task[row] = of
    segment[row] = i
  })
  return { first, task, segment }
}

/** The waits for one object, each made as it is asked for. */
export function* waitsFor(model: TraceModel, waits: ObjectWaits, object: number): Generator<ObjectWait> {
  const { segments, tables } = model
  const last = waits.first[object + 1] ?? 0
  for (let row = waits.first[object] ?? 0; row < last; row++) {
    const task = waits.task[row]
    const i = waits.segment[row]
    const awaitId = segments.detail[i]
    const woken = i + 1 < segments.last[task] && segments.state[i + 1] === State.ready
    yield {
      task,
      kind: awaitKindNames[tables.awaits.kind[awaitId]] ?? 'unknown',
      awaitId,
      fromNs: segments.startNs[i],
      untilNs: segmentEndNs(model, task, i),
      waker: woken ? segments.other[i + 1] : 0,
    }
  }
}
