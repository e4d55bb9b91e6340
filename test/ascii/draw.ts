import { segmentAt, runAt } from '../../trace/model/at.ts'
import { taskName } from '../../trace/model/describe.ts'
import { taskTree } from '../../trace/model/tree.ts'
import { RunKind, State, type TraceModel } from '../../trace/model/types.ts'
import { COLUMN_NS } from './trace.ts'

const STATE_CELLS = { [State.running]: '#', [State.ready]: '=', [State.waiting]: '.' }
const RUN_CELLS = { [RunKind.step]: '#', [RunKind.callback]: 'c', [RunKind.timer]: 't', [RunKind.poll]: 'p' }
const END_CELLS = ['', '✓', '!', 'x']

/** A model as lanes, the loop first, tasks in creation-tree order and indented by depth; a cell is what goes on in the middle of its millisecond. */
export function draw(model: TraceModel): string {
  const tree = taskTree(model.tasks)
  const rows = [...tree.order].map((task) => ({
    name: '  '.repeat(tree.depth[task]) + taskName(model, task),
    cells: taskCells(model, task),
  }))
  const loop = loopCells(model)
  if (loop.trim() !== '') rows.unshift({ name: 'loop', cells: loop })
  const width = Math.max(...rows.map((row) => row.name.length))
  return rows.map((row) => `${row.name.padEnd(width)} : ${row.cells}`).join('\n')
}

function taskCells(model: TraceModel, task: number): string {
  const { state } = model.segments
  const cells = columns(model).map((atNs) => {
    const segment = segmentAt(model, task, atNs)
    return segment < 0 ? ' ' : STATE_CELLS[state[segment] as State]
  })
  return cells.join('').trimEnd() + END_CELLS[model.tasks.outcome[task]]
}

const loopCells = (model: TraceModel): string =>
  columns(model)
    .map((atNs) => {
      const run = runAt(model.runs, 1, atNs)
      return run < 0 ? ' ' : RUN_CELLS[model.runs.kind[run] as RunKind]
    })
    .join('')
    .trimEnd()

const columns = (model: TraceModel): number[] =>
  Array.from({ length: Math.round(model.endNs / COLUMN_NS) }, (_, column) => (column + 0.5) * COLUMN_NS)
