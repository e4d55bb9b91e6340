import type { Processes, TracedProcess } from '../processes.ts'
import type { Column } from '../regions.ts'
import { emptyLike } from './rows.ts'
import type { Owners, TraceModel } from '../types.ts'

/**
 * The processes of a joined model, each as a model of its own rows only: ids and times stay those of all, and what others did is as if it had not been seen. Of a model of one
 * trace that one. Linear in the tasks for each part, and shares all that is large.
 */
export function separate(model: TraceModel, source: string): Processes {
  const wallClockNs = model.header.wallClockNs - BigInt(Math.round(model.joined?.parts[0].startNs ?? 0))
  const common = { offsetNs: 0, taskBase: 0, loopBase: 0, clock: 0 }
  const processes: TracedProcess[] = model.joined?.parts.map((part, index) => ({
    ...common,
    model: ownRows(model, index),
    source: part.source,
    startNs: part.startNs,
    parent: part.parent,
    owns: (stream) => model.joined!.streams.part[stream] === index,
  })) ?? [{ ...common, model, source, startNs: 0, parent: -1, owns: () => true }]
  return { processes, wallClockNs, endNs: model.endNs }
}

function ownRows(model: TraceModel, index: number): TraceModel {
  const { tasks, segments, runs, levels, cancels } = model
  const { parts, tasks: ofTask, streams: ofStream, objects: ofObject } = model.joined!
  const isOwn =
    ({ part }: Owners) =>
    (id: number): boolean =>
      part[id] === index
  const [ownTask, ownStream, ownObject] = [ofTask, ofStream, ofObject].map(isOwn)
  const noneOf = (column: Uint32Array, owns: (id: number) => boolean): Uint32Array =>
    column.map((row, id) => (owns(id) ? row : 0))
  const levelRows = [...levels.object.keys()].filter((row) => ownObject(levels.object[row]))
  const cancelRows = [...cancels.task.keys()].filter((row) => ownTask(cancels.task[row]))
  return {
    ...model,
    header: parts[index].header,
    endNs: parts[index].endNs,
    end: parts[index].end,
    tasks: { ...tasks, createdNs: tasks.createdNs.map((ns, task) => (ownTask(task) ? ns : NaN)) },
    segments: { ...segments, first: noneOf(segments.first, ownTask), last: noneOf(segments.last, ownTask) },
    runs: { ...runs, first: noneOf(runs.first, ownStream), last: noneOf(runs.last, ownStream) },
    levels: { ...rowsOf(levels, levelRows), capacity: levels.capacity },
    cancels: rowsOf(cancels, cancelRows),
  }
}

/** Some rows of a table, whose columns are as long as the first. */
function rowsOf<Table extends object>(table: Table, rows: readonly number[]): Table {
  const columns = (Object.entries(table) as [string, Column][]).map(([name, column]) => {
    const some = emptyLike(column, rows.length)
    rows.forEach((row, i) => (some[i] = column[row]))
    return [name, some] as const
  })
  return Object.fromEntries(columns) as Table
}
