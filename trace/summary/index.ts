import type { TraceModel } from '../model/types.ts'
import { awaitLines } from './awaitLines.ts'
import { coroutineSummaries } from './coroutines.ts'
import type { TraceSummary } from './types.ts'

/** What the trace says about the program's code. */
export const summarise = (model: TraceModel): TraceSummary => ({
  coroutines: coroutineSummaries(model),
  ...awaitLines(model),
})
