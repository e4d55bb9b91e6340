import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { taskName } from '../../trace/model/describe.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { arrange } from '../../webview/lanes/arrangement.ts'
import type { Grouping } from '../../webview/lanes/grouping.ts'
import { laneData } from '../../webview/lanes/laneData.ts'
import { laneRows } from '../../webview/lanes/laneRows.ts'
import { visibleRows, type Rows } from '../../webview/lanes/rows.ts'
import type { SortKey } from '../../webview/lanes/sorting.ts'
import { initialState } from '../../webview/state/startState.ts'
import { processTitle } from '../../webview/stories/processFacts.ts'
import { trace } from '../ascii/trace.ts'

/** A model from drawn lanes, a column per millisecond: see test/ascii/README.md. */
export const drawn = (drawing: string): TraceModel => buildModel(readTrace(trace(drawing)))

export const MS = 1e6

/** The rows of a model, with what is not said as it is when a panel opens. */
export function rowsOf(
  model: TraceModel,
  options: {
    readonly collapsed?: readonly string[]
    readonly opened?: readonly string[]
    readonly pinned?: readonly string[]
    readonly objects?: readonly number[]
    readonly streams?: readonly number[]
    readonly matches?: Uint8Array | undefined
    readonly grouping?: Grouping
    readonly sort?: SortKey
  } = {},
): Rows {
  const { collapsed = [], opened = [], pinned = [], objects = [], streams = [], matches } = options
  return visibleRows(arrange(model, options.grouping ?? 'tree', options.sort ?? 'created'), {
    streams,
    threads: [],
    objects,
    collapsed: new Set(collapsed),
    opened: new Set(opened),
    pinned,
    matches,
  })
}

/** The lanes of a model as a panel shows it at first: each as a word, indented by its depth. */
export function laneLines(model: TraceModel): string[] {
  const data = laneData(model)
  const rows = laneRows(data).rows(initialState(data, undefined))
  return Array.from({ length: rows.count }, (_, row) => {
    const { kind, id } = rows.laneAt(row)
    const name =
      kind === 'task' ? taskName(model, id) : kind === 'process' ? `process ${processTitle(model, id)}` : kind
    return `${'  '.repeat(rows.depthAt(row))}${name}`
  })
}
