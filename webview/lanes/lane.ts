/**
 * What a lane shows. The id is, by kind: a task's; a stream's (loop, thread); an index into the model's scopes; an object's;
 * of a fold, the first task that it holds; of a group, what its tasks have in common, as `Arrangement` says; of a process, its index among the parts of a joined model.
 */
export const laneKinds = ['task', 'loop', 'thread', 'scope', 'object', 'fold', 'group', 'process'] as const
export type LaneKind = (typeof laneKinds)[number]
export interface Lane {
  readonly kind: LaneKind
  readonly id: number
}

/** `task-12`: a lane's name within the page and in what is saved. */
export const laneKey = ({ kind, id }: Lane): string => `${kind}-${id}`

export function parseLaneKey(key: string): Lane | undefined {
  const match = /^([a-z]+)-(\d{1,10})$/.exec(key)
  const kind = laneKinds.find((name) => name === match?.[1])
  return kind ? { kind, id: Number(match![2]) } : undefined
}

export const sameLane = (a: Lane | undefined, b: Lane | undefined): boolean =>
  a !== undefined && b !== undefined && a.kind === b.kind && a.id === b.id
