import type { TraceModel } from '../model/types.ts'
import { findingKindNames, findingKinds, type FindingKind, type KindInfo } from './registry.ts'
import { cannotTell, type Answer } from './types.ts'

/** What a trace cannot tell, and what to record to know: once for all kinds of which the same is missing. */
export interface NotKnown {
  readonly kinds: readonly FindingKind[]
  readonly record: string
}

type Answers = Readonly<Record<FindingKind, Answer>>

/** In the order of the kinds. */
export function notKnown(answers: Answers): NotKnown[] {
  const kindsOf = new Map<string, FindingKind[]>()
  for (const kind of findingKindNames) {
    const answer = answers[kind]
    if (answer.answer !== 'cannotTell') continue
    const kinds = kindsOf.get(answer.record)
    if (kinds) kinds.push(kind)
    else kindsOf.set(answer.record, [kind])
  }
  return [...kindsOf].map(([record, kinds]) => ({ kinds, record }))
}

/** The answers of checks that found nothing where something may have been that this recording does not hold. */
export function asFarAsRecorded(answers: Answers, model: TraceModel): Answers {
  return Object.fromEntries(
    Object.entries(answers).map(([kind, answer]) => {
      const missing = answer.answer === 'doesNot' ? notRecorded(findingKinds[kind as FindingKind], model) : undefined
      return [kind, missing === undefined ? answer : cannotTell(missing)]
    }),
  ) as Record<FindingKind, Answer>
}

function notRecorded(
  { needs, evidence, atAMoment }: KindInfo,
  { header, droppedEvents }: TraceModel,
): string | undefined {
  if (needs.some((kind) => header.unrecorded.includes(kind)) && header.level === 'tasks')
    return `it rests on ${evidence}, which the level tasks leaves out: record at the level timeline`
  if (needs.some((kind) => header.unrecorded.includes(kind)))
    return `it rests on ${evidence}, which ${header.runtime.name || 'this recorder'} does not record`
  if (header.level === 'snapshot' && !atAMoment)
    return 'this is one moment, and what came before is not in it: record the program while it runs'
  if (droppedEvents === 0) return undefined
  return `${droppedEvents.toLocaleString('en')} events were dropped, in which it may have been: record on a disk that keeps up, or for less long`
}
