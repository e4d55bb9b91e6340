import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { trace } from '../ascii/trace.ts'

/** A model from drawn lanes, a column per millisecond: see test/ascii/README.md. */
export const drawn = (drawing: string): TraceModel => buildModel(readTrace(trace(drawing)))

export const MS = 1e6
