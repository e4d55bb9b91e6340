import type { Kinship } from '../index/recordingFamilies.ts'

/** A recording and, below it, those of the processes that came from its own. */
export interface RecordingNode extends Kinship {
  readonly children: readonly RecordingNode[]
}

/** Recordings as trees: the run with the newest file first, processes in the order in which they began. */
export function recordingNodes(all: readonly Kinship[]): RecordingNode[] {
  const childrenOf = new Map<string, Kinship[]>()
  for (const each of all) {
    if (each.parent === undefined) continue
    const siblings = childrenOf.get(each.parent)
    if (siblings) siblings.push(each)
    else childrenOf.set(each.parent, [each])
  }
  const node = (kinship: Kinship): RecordingNode => ({
    ...kinship,
    children: (childrenOf.get(kinship.recorded.uri.toString()) ?? []).sort((a, b) => beganMs(a) - beganMs(b)).map(node),
  })
  return all
    .filter(({ parent }) => parent === undefined)
    .map(node)
    .sort((a, b) => newestMs(b) - newestMs(a))
}

const beganMs = ({ program, recorded }: Kinship): number => program?.startedMs || recorded.modified

const newestMs = ({ recorded, children }: RecordingNode): number =>
  Math.max(recorded.modified, ...children.map(newestMs))

/** Itself and all below it. */
export const processCount = ({ children }: RecordingNode): number =>
  children.reduce((sum, child) => sum + processCount(child), 1)

/** The recordings of a node and of all below it. */
export const recordingsOf = (node: RecordingNode): RecordingNode['recorded'][] => [
  node.recorded,
  ...node.children.flatMap(recordingsOf),
]
