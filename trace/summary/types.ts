import type { AwaitKindName } from '../format/schema.ts'
import type { DurationSteps } from './durations.ts'

/** What a trace says about code. Times in ns. Files are named as the trace names them, and are the user's or a package's, not asyncio's own. */
export interface TraceSummary {
  readonly coroutines: readonly CoroutineSummary[]
  /** The most waited first; `MAX_LINES` of them at the most. */
  readonly awaitLines: readonly AwaitLineSummary[]
  /** Functions that tasks waited inside of, tasks' own coroutines included. */
  readonly functions: readonly FunctionSummary[]
}

/** One coroutine function that ran as the coroutine of tasks. */
export interface CoroutineSummary {
  readonly file: string
  /** Qualified, as `Shop.page` and `main.<locals>.handle`. */
  readonly function: string
  /** Of its `def`. */
  readonly line: number
  readonly tasks: number
  /** The median from creation to end, of tasks that ended; null where none did. */
  readonly medianNs: number | null
  /** How long those took, to be joined with those of other processes. */
  readonly durations: DurationSteps
  readonly runningNs: number
  readonly readyNs: number
  readonly waitingNs: number
  readonly failed: number
  readonly cancelled: number
  readonly pending: number
}

export interface FunctionSummary {
  readonly file: string
  readonly function: string
  readonly waits: number
  readonly waitedNs: number
  /** A line of it at which tasks waited: it says which function is meant where several have one name. */
  readonly line: number
}

/** A line of the program with an `await` at which tasks waited: there, or further in. */
export interface AwaitLineSummary {
  readonly file: string
  readonly line: number
  readonly function: string
  /** Waits that ended, and those that had not when the trace ended. */
  readonly waits: number
  readonly pending: number
  readonly waitedNs: number
  readonly medianNs: number
  readonly ninetiethNs: number
  readonly longestNs: number
  /** How long all took, to be joined with those of other processes. */
  readonly durations: DurationSteps
  /** How many waits lasted so long: index `i` counts those of at least 10^i µs and less than 10^(i+1); the first takes all that were shorter, the last all that were longer. */
  readonly decades: readonly number[]
  /** What was waited for, the most waited first. */
  readonly causes: readonly {
    readonly kind: AwaitKindName
    readonly label: string
    readonly waits: number
    readonly waitedNs: number
  }[]
  /** The longest waits, longest first. */
  readonly slowest: readonly SlowWait[]
}

export interface SlowWait {
  readonly task: number
  readonly name: string
  readonly atNs: number
  readonly forNs: number
}

export const DECADES = 8
