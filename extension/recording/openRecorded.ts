import type * as vscode from 'vscode'
import { openProgram, openTrace } from '../editor/openTrace.ts'
import type { TraceIndexes } from '../index/traceIndexes.ts'

/** Opens what was recorded of a program: with all its processes on one clock, where there are several. */
export async function openRecorded(
  trace: vscode.Uri,
  indexes: TraceIndexes,
  options?: vscode.TextDocumentShowOptions,
): Promise<void> {
  const family = await indexes.families.of(trace)
  await (family.length > 1 ? openProgram(family[0].uri, options) : openTrace(trace, options))
}
