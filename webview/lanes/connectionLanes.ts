import type { TraceModel } from '../../trace/model/types.ts'

/** Connections, pipes and servers as lanes: the lane of the object, with what the connection was. */
export interface ConnectionLanes {
  /** Objects, those with the most bytes first. */
  readonly objects: readonly number[]
  /** The row of an object in the model's connections, -1 where it is none. */
  rowOf(object: number): number
}

/** Sorts the connections. */
export function connectionLanes({ connections }: TraceModel): ConnectionLanes {
  const { object, receivedBytes, sentBytes } = connections
  const rows = new Map<number, number>()
  object.forEach((id, row) => rows.set(id, row))
  const bytes = (id: number): number => receivedBytes[rows.get(id)!] + sentBytes[rows.get(id)!]
  return {
    objects: [...rows.keys()].sort((a, b) => bytes(b) - bytes(a) || a - b),
    rowOf: (id) => rows.get(id) ?? -1,
  }
}
