import type { TraceHeader } from '../../format/header.ts'
import { processTitle } from '../processName.ts'
import type { TracedProcess } from '../processes.ts'
import type { ProcessPart } from '../types.ts'

/** `SpawnProcess-1 · app.py (4242)`: what tells a process from the others, for people. */
export const processLabel = (header: TraceHeader): string =>
  `${processTitle(header) || header.interpreter.name || 'process'} (${header.pid})`

/** `parent` is the index of the part of the process that started it, -1 = none. */
export const partOf = ({ model, source, offsetNs }: TracedProcess, parent: number): ProcessPart => ({
  source,
  header: model.header,
  startNs: offsetNs,
  endNs: offsetNs + model.endNs,
  end: model.end,
  parent,
})
