import { findAll } from '../../trace/findings/index.ts'
import type { FindingKind, Thresholds } from '../../trace/findings/registry.ts'
import type { Answer, Finding } from '../../trace/findings/types.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { trace, type Drawn } from '../ascii/trace.ts'

/** Thresholds that fit drawings, in which a column is a millisecond. */
const DRAWN: Partial<Thresholds> = {
  'hung-after': 5,
  'blocked-after': 5,
  'starved-after': 5,
  'slow-cancel-after': 5,
  'leaked-after': 3,
  'contention-after': 5,
  'executor-wait': 5,
  'serial-after': 5,
  'busy-wakeups': 8,
  'pile-tasks': 4,
  'queue-items': 10,
}

interface Found {
  readonly findings: readonly Finding[]
  /** `kind:line severity`, in order. */
  readonly short: readonly string[]
  readonly answers: Readonly<Record<FindingKind, Answer>>
  answer(kind: FindingKind): Answer['answer']
}

export function found(drawing: string, options: Drawn = {}, thresholds: Partial<Thresholds> = {}): Found {
  const { findings, answers } = findAll(buildModel(readTrace(trace(drawing, options))), { ...DRAWN, ...thresholds })
  return {
    findings,
    answers,
    short: findings.map(({ kind, line, severity }) => `${kind}:${line} ${severity}`),
    answer: (kind) => answers[kind].answer,
  }
}

export const killed = (drawing: string): Found => found(drawing, { killed: true })
