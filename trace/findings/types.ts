import type { TraceModel } from '../model/types.ts'
import type { FindingKind, Severity, Thresholds } from './registry.ts'
import type { Facts } from './facts.ts'

/** Another line that belongs to a finding. */
export interface Related {
  readonly message: string
  readonly file: string
  readonly line: number
}

/** Something wrong that the trace proves. Times in ns since the trace's start. */
export interface Finding {
  /** Unique within its trace and stable while the trace does not change. */
  readonly id: string
  readonly kind: FindingKind
  readonly severity: Severity
  /** One sentence: who, for how long, where. */
  readonly message: string
  /** Ids of the tasks it is about, those that matter most first. */
  readonly tasks: readonly number[]
  /** The line to look at first; null where the trace does not know one. */
  readonly file: string | null
  readonly line: number | null
  readonly startNs: number
  readonly endNs: number
  /** `proven`: by what was recorded alone. `likely`: the record fits it best. */
  readonly confidence: 'proven' | 'likely'
  /** Ids of the findings that caused this one. */
  readonly because: readonly string[]
  readonly related: readonly Related[]
  /** Process id. */
  readonly process: number
}

/** A finding as a check makes it; ids, ranks and links come after. */
export interface Draft {
  readonly kind: FindingKind
  readonly severity: Severity
  readonly message: string
  readonly tasks: readonly number[]
  /** `undefined`: not known. */
  readonly place: Place | undefined
  readonly startNs: number
  readonly endNs: number
  readonly confidence?: 'proven' | 'likely'
  readonly related?: readonly Related[]
  /** What it cost, ns: the larger of two findings of a kind comes first. */
  readonly costNs?: number
  /** The object it is about, by which findings are linked. */
  readonly object?: number
}

export interface Place {
  readonly file: string
  readonly line: number
  readonly function: string
}

/** The three answers of a check. `cannotTell` says what to record to know. */
export type Answer =
  | { readonly answer: 'holds'; readonly drafts: readonly Draft[] }
  | { readonly answer: 'doesNot' }
  | { readonly answer: 'cannotTell'; readonly record: string }

/** One check: pure, and near-linear in the model. */
export type Check = (model: TraceModel, facts: Facts, thresholds: Thresholds) => Answer

export const doesNot: Answer = { answer: 'doesNot' }
export const cannotTell = (record: string): Answer => ({ answer: 'cannotTell', record })
/** Holds where there is at least one draft. */
export const holdsWith = (drafts: readonly Draft[]): Answer =>
  drafts.length > 0 ? { answer: 'holds', drafts } : doesNot
