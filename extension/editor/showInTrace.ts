import * as vscode from 'vscode'
import { openTrace } from './openTrace.ts'
import type { TraceEditorProvider } from './traceEditorProvider.ts'

/** What to bring into view of a trace: the tasks whose name or coroutine has these words; or one task, at a moment of it. */
export interface ShowTarget {
  readonly query?: string
  readonly task?: number
  readonly atNs?: number
}

/** The command `loopscope.showInTrace`: opens a trace, given by its address, and brings something into view. */
export async function showInTrace(editors: TraceEditorProvider, address: unknown, target: unknown): Promise<void> {
  if (typeof address !== 'string') return
  const trace = vscode.Uri.parse(address, true)
  const { query, task, atNs } = asTarget(target)
  if (query !== undefined) editors.tell(trace, { type: 'search', query })
  if (task !== undefined) editors.tell(trace, { type: 'reveal', task, ...(atNs === undefined ? {} : { atNs }) })
  await openTrace(trace)
}

function asTarget(value: unknown): ShowTarget {
  if (typeof value !== 'object' || value === null) return {}
  const { query, task, atNs } = value as Record<string, unknown>
  return {
    ...(typeof query === 'string' ? { query } : {}),
    ...(Number.isSafeInteger(task) ? { task: task as number } : {}),
    ...(typeof atNs === 'number' && Number.isFinite(atNs) ? { atNs } : {}),
  }
}
