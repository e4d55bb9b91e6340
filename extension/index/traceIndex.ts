import type { Finding } from '../../trace/findings/types.ts'
import type { TraceEnd } from '../../trace/format/reader.ts'
import type { Clocks } from '../../trace/model/clock.ts'
import type { Descent } from '../../trace/model/family.ts'
import type { Called } from '../../trace/model/processName.ts'
import type { TraceSummary } from '../../trace/summary/types.ts'

/** What the editor needs to know of a trace; small however large the trace is. */
export interface TraceIndex {
  readonly program: ProgramHeader
  readonly end: TraceEnd
  readonly durationNs: number
  readonly tasks: number
  readonly pending: number
  readonly events: number
  /** The likeliest root cause first; `MAX_FINDINGS` of them at the most. */
  readonly findings: readonly Finding[]
  readonly summary: TraceSummary
}

export const MAX_FINDINGS = 500

/** What the first bytes of a trace tell. */
export interface ProgramHeader extends Called, Descent, Clocks {
  /** What was run: the script's path, as far as the trace tells. Traces of one program have the same. */
  readonly program: string
  readonly cwd: string
  /** When the recording began, ms since the epoch; 0 = not known. */
  readonly startedMs: number
}
