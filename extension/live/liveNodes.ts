import type { Finding } from '../../trace/findings/types.ts'
import type { LiveLoop } from '../../trace/live/loops.ts'
import { processTree, type ProcessNode } from '../../live/processTree.ts'
import { rowsBelow, type AwaitRow } from '../../trace/live/tree.ts'
import type { SourceLine } from '../../trace/model/describe.ts'
import type { LiveProgram, LivePrograms } from './livePrograms.ts'
import type { Looked } from './messages.ts'

/** A line of the tree of live tasks. `id` is the same from one look to the next, so that what was unfolded stays so. */
export type LiveNode = {
  readonly id: string
  readonly program: LiveProgram
  /** The line that it stands below; none: it is one of the outermost. */
  readonly parent?: LiveNode
} &
  /** `children`: programs whose processes came from this one's. */
  (
    | { readonly kind: 'program'; readonly children: readonly ProgramNode[] }
    | { readonly kind: 'note'; readonly text: string }
    | { readonly kind: 'finding'; readonly looked: Looked; readonly finding: Finding }
    | { readonly kind: 'loop'; readonly looked: Looked; readonly loop: LiveLoop }
    | { readonly kind: 'task'; readonly looked: Looked; readonly row: number; readonly below: Below }
    | { readonly kind: 'frame'; readonly looked: Looked; readonly frame: SourceLine }
    | { readonly kind: 'more'; readonly looked: Looked; readonly rows: readonly number[] }
  )

type ProgramNode = LiveNode & { readonly kind: 'program' }

/** What stands below a task in the await graph: nothing, tasks, or tasks of which one is stuck. */
type Below = 'nothing' | 'tasks' | 'stuck'

/** Rows that are shown at once below one node: VS Code asks for each by itself. */
const AT_ONCE = 500

/** The programs, each below the one that its process came from. */
export function programNodes({ programs }: LivePrograms): ProgramNode[] {
  return processTree(programs, ({ entry }) => entry).map(programNode)
}

const programNode = ({ process, children }: ProcessNode<LiveProgram>): ProgramNode => ({
  kind: 'program',
  id: process.key,
  program: process,
  children: children.map(programNode),
})

/** Itself and those below it. */
export function* programNodesFrom(node: ProgramNode): Generator<ProgramNode> {
  yield node
  for (const child of node.children) yield* programNodesFrom({ ...child, parent: node })
}

/** What stands below a node. What is wrong and what is stuck comes first. */
export async function nodesBelow(node: LiveNode, programs: LivePrograms): Promise<LiveNode[]> {
  return (await partsOf(node, programs)).map((each) => ({ ...each, parent: node }))
}

async function partsOf(node: LiveNode, programs: LivePrograms): Promise<LiveNode[]> {
  const { program, id } = node
  switch (node.kind) {
    case 'program': {
      const { looked, trouble } = program
      const note = looked?.trouble ?? trouble
      const notes: LiveNode[] = note ? [{ kind: 'note', id: `${id} note`, program, text: note }] : []
      if (!looked) return [...notes, ...node.children]
      const { findings, loops, waits } = looked.live
      return [
        ...notes,
        ...findings.map((finding): LiveNode => ({
          kind: 'finding',
          id: `${id} ${finding.id}`,
          program,
          looked,
          finding,
        })),
        // Before tasks, of which there may be thousands.
        ...node.children,
        ...loops
          .filter(({ state }) => state !== 'closed')
          .map((loop): LiveNode => ({ kind: 'loop', id: `${id} loop ${loop.id}`, program, looked, loop })),
        ...taskNodes(node, looked, rowsBelow(waits, -1)),
      ]
    }
    case 'loop':
      return node.loop.frames.map((frame, i) => ({
        kind: 'frame',
        id: `${id} ${i}`,
        program,
        looked: node.looked,
        frame,
      }))
    case 'task': {
      const { looked, row } = node
      const { task, isRepeated } = looked.live.waits[row]
      // What was unfolded before the last look has a stack of that look.
      const frames = isRepeated ? [] : await programs.stack(program, task.stack)
      return [
        ...taskNodes(node, looked, rowsBelow(looked.live.waits, row)),
        ...frames.map((frame, i): LiveNode => ({ kind: 'frame', id: `${id} ${i}`, program, looked, frame })),
      ]
    }
    case 'more':
      return taskNodes(node, node.looked, node.rows)
    case 'note':
    case 'finding':
    case 'frame':
      return []
  }
}

function taskNodes(parent: LiveNode, looked: Looked, rows: readonly number[]): LiveNode[] {
  const { id, program } = parent
  const { waits } = looked.live
  const nodes = rows.slice(0, AT_ONCE).map((row): LiveNode => {
    return { kind: 'task', id: `${id}/${waits[row].task.id}`, program, parent, looked, row, below: below(waits, row) }
  })
  if (rows.length > AT_ONCE)
    nodes.push({ kind: 'more', id: `${id} more`, program, parent, looked, rows: rows.slice(AT_ONCE) })
  return nodes
}

/** The line of a task, by its row in the await graph of a program's line, with all that it stands below. */
export function taskNode(program: LiveNode, looked: Looked, row: number): LiveNode | undefined {
  const { waits } = looked.live
  const path = [row]
  for (let above = row - 1; above >= 0 && waits[path[0]].depth > 0; above--)
    if (waits[above].depth < waits[path[0]].depth) path.unshift(above)
  let node: LiveNode | undefined = program
  let last = -1
  for (const each of path) {
    let siblings: LiveNode[] = taskNodes(node, looked, rowsBelow(waits, last))
    for (;;) {
      node = siblings.find((sibling) => sibling.kind === 'task' && sibling.row === each)
      const more: LiveNode | undefined = siblings.find(({ kind }) => kind === 'more')
      if (node || more?.kind !== 'more') break
      siblings = taskNodes(more, looked, more.rows)
    }
    if (!node) return undefined
    last = each
  }
  return node
}

function below(rows: readonly AwaitRow[], row: number): Below {
  let found: Below = 'nothing'
  for (let i = row + 1; i < rows.length && rows[i].depth > rows[row].depth && found !== 'stuck'; i++)
    found = rows[i].isCycle || rows[i].task.stuck ? 'stuck' : 'tasks'
  return found
}
